/** Events: their times, the people in them, and the copies that invited users get. */
import { nowStamp, store, type Org } from '../org.ts';
import { refuse } from '../refusal.ts';
import { patched, type Row, type Value } from '../table.ts';
import { childrenOf, dropChild } from './children.ts';
import { assertNoSeries, assertReminder, withAccount } from './people.ts';
import { dropRelations, mirrorParents } from './relations.ts';
import type { Rules, Save } from './rules.ts';
import { withTimes } from './times.ts';

const TIME_FIELDS = ['IsAllDayEvent', 'StartDateTime', 'EndDateTime', 'DurationInMinutes', 'ActivityDate', 'ActivityDateTime'];
/** All that may be changed on an invited user's copy (Object Reference, Event, IsChild). */
const CHILD_FIELDS = new Set(['IsReminderSet', 'ReminderDateTime']);
/** What a copy takes from its event. */
const COPIED = [
  'Subject', 'Location', 'Description', 'WhoId', 'WhatId', 'AccountId', 'IsPrivate', 'ShowAs', 'EndDate', ...TIME_FIELDS,
];

export const EVENT_RULES: Rules = { complete, saved, removed };

function complete({ org, row, old, names, sent }: Save): Row {
  const closed = old?.['IsChild'] === true ? names.filter((name) => !CHILD_FIELDS.has(name)) : [];
  if (closed.length > 0) {
    throw refuse(400, 'FIELD_INTEGRITY_EXCEPTION', `You can't change these fields of a child event: ${closed.join(', ')}`, closed);
  }
  assertNoSeries(row, old);
  assertReminder(row);
  const isMoved = !old || names.some((name) => TIME_FIELDS.includes(name));
  return withAccount(org, isMoved ? withTimes(row, sent, old, org.settings.multidayEvents) : row, old);
}

function saved(org: Org, row: Row, old: Row | undefined): void {
  mirrorParents(org, 'Event', row, old);
  for (const child of childrenOf(org, row.Id)) store(org, 'Event', { ...copyOf(row, child), SystemModstamp: nowStamp(org) });
}

const copyOf = (event: Row, child: Row): Row =>
  patched(child, Object.fromEntries(COPIED.map((name): [string, Value | undefined] => [name, event[name]])));

function removed(org: Org, row: Row): void {
  for (const child of childrenOf(org, row.Id)) dropChild(org, child);
  if (row['IsChild'] !== true) dropRelations(org, 'Event', row.Id);
}
