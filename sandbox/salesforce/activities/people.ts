/** Whom and what an activity is about: WhoId, WhatId and the account that follows from them. */
import { objectOfId, target } from '../named.ts';
import type { Org } from '../org.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { patched, type Row } from '../table.ts';

export const convertedLead = (): Refusal => refuse(400, 'CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', []);

/** The account is that of WhatId, else of a contact in WhoId (Object Reference, Event, AccountId). */
export function withAccount(org: Org, row: Row, old: Row | undefined): Row {
  const [who, what] = [target(org, row['WhoId']), target(org, row['WhatId'])];
  if (objectOfId(String(row['WhoId'])) === 'Lead' && row['WhatId'] !== undefined) {
    // That a lead excludes everything else is documented; the code is [unconfirmed].
    throw refuse(400, 'FIELD_INTEGRITY_EXCEPTION', 'Related To must be blank where Name is a lead: Related To ID', ['WhatId']);
  }
  if (row['WhoId'] !== old?.['WhoId'] && who?.row['IsConverted'] === true) throw convertedLead();
  const account = what?.name === 'Account' ? what.row.Id : who?.name === 'Contact' ? who.row['AccountId'] : undefined;
  return patched(row, { AccountId: account });
}

/** A reminder that is set needs its time; the code is [unconfirmed]. */
export function assertReminder(row: Row): void {
  if (row['IsReminderSet'] !== true || row['ReminderDateTime'] !== undefined) return;
  throw refuse(400, 'FIELD_INTEGRITY_EXCEPTION', 'Reminder Date/Time is required where a reminder is set', ['ReminderDateTime']);
}

/** Series are made by the organization's own people here, never by the API; the real service would make their occurrences. */
export function assertNoSeries(row: Row, old: Row | undefined): void {
  const name = Object.keys(row).find((field) => /^(Is)?Recurrence/.test(field) && row[field] !== false && row[field] !== old?.[field]);
  if (name) throw refuse(400, 'FIELD_INTEGRITY_EXCEPTION', `${name}: the stand-in makes no series by the API`, [name]);
}
