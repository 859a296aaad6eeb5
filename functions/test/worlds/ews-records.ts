/** Canonical fields as a person would enter them in Outlook. Tables of their own, so that a mistake in the connector's cannot hide here. */
import { parseWhen } from '../../src/engine/when.ts';
import type { Address, Fields } from '../../src/engine/record.ts';
import type { RawChange } from '../../../sandbox/ews/access.ts';

type Raw = Record<string, RawChange[string]>;

const TEXTS: Readonly<Record<string, string>> = {
  prefix: 'tag:14917/String', givenName: 'contacts:GivenName', middleName: 'contacts:MiddleName', familyName: 'contacts:Surname',
  suffix: 'contacts:Generation', company: 'contacts:CompanyName', jobTitle: 'contacts:JobTitle', department: 'contacts:Department',
  assistantName: 'contacts:AssistantName', webPage: 'contacts:BusinessHomePage', primaryEmail: 'contacts:EmailAddress/EmailAddress1',
  'phones.work': 'contacts:PhoneNumber/BusinessPhone', 'phones.work2': 'contacts:PhoneNumber/BusinessPhone2',
  'phones.mobile': 'contacts:PhoneNumber/MobilePhone', 'phones.home': 'contacts:PhoneNumber/HomePhone', 'phones.home2': 'contacts:PhoneNumber/HomePhone2',
  'phones.other': 'contacts:PhoneNumber/OtherTelephone', 'phones.workFax': 'contacts:PhoneNumber/BusinessFax',
  'phones.assistant': 'contacts:PhoneNumber/AssistantPhone',
};

export function rawContact(fields: Fields): RawChange {
  const raw: Raw = {};
  for (const [name, value] of Object.entries(fields)) {
    const property = TEXTS[name];
    if (property && (typeof value === 'string' || value === null)) raw[property] = value;
  }
  const others = (fields.otherEmails as readonly string[] | null | undefined) ?? [];
  others.forEach((address, index) => { raw[`contacts:EmailAddress/EmailAddress${index + 2}`] = address; });
  const kinds = [['addresses.business', 'Business'], ['addresses.home', 'Home'], ['addresses.other', 'Other']] as const;
  for (const [name, key] of kinds) Object.assign(raw, rawAddress(fields[name] as Address | null | undefined, key));
  if (fields.birthday !== undefined) raw['contacts:Birthday'] = fields.birthday === null ? null : `${fields.birthday as string}T11:59:00Z`;
  return raw;
}

function rawAddress(address: Address | null | undefined, key: string): RawChange {
  if (address === undefined) return {};
  const part = (name: string, text: string | undefined): Raw => ({ [`contacts:PhysicalAddress:${name}/${key}`]: text ?? null });
  return {
    ...part('Street', address?.street?.replaceAll('\n', '\r\n')), ...part('City', address?.city), ...part('State', address?.region),
    ...part('CountryOrRegion', address?.country), ...part('PostalCode', address?.postalCode),
  };
}

const SHOW_AS: Readonly<Record<string, string>> = { free: 'Free', tentative: 'Tentative', busy: 'Busy', oof: 'OOF', workingElsewhere: 'WorkingElsewhere' };

export function rawEvent(fields: Fields): RawChange {
  const attendees = fields.attendees as readonly string[] | null | undefined;
  return {
    ...textual(fields),
    ...(fields.location === undefined ? {} : { 'calendar:Location': fields.location as string | null }),
    ...(typeof fields.showAs === 'string' ? { 'calendar:LegacyFreeBusyStatus': SHOW_AS[fields.showAs] ?? 'Busy' } : {}),
    ...(typeof fields.when === 'string' ? times(fields.when) : {}),
    ...(attendees ? { 'calendar:RequiredAttendees': attendees.map((address) => ({ name: address, address, response: 'Unknown' })) } : {}),
  };
}

const STATUSES: Readonly<Record<string, string>> = {
  notStarted: 'NotStarted', inProgress: 'InProgress', waiting: 'WaitingOnOthers', deferred: 'Deferred', completed: 'Completed',
};

export function rawTask(fields: Fields): RawChange {
  return {
    ...textual(fields),
    ...(fields.dueDate === undefined ? {} : { 'task:DueDate': fields.dueDate as string | null }),
    ...(fields.startDate === undefined ? {} : { 'task:StartDate': fields.startDate as string | null }),
    ...(typeof fields.status === 'string' ? { 'task:Status': STATUSES[fields.status] ?? '' } : {}),
    ...(typeof fields.importance === 'string' ? { 'item:Importance': fields.importance.replace(/^./, (letter) => letter.toUpperCase()) } : {}),
  };
}

function textual(fields: Fields): RawChange {
  const lines = typeof fields.body === 'string' ? fields.body : '';
  return {
    ...(fields.subject === undefined ? {} : { 'item:Subject': fields.subject as string | null }),
    ...(fields.body === undefined ? {} : { 'item:Body': { type: 'HTML', text: `<html><body><div>${lines.replaceAll('\n', '<br>')}</div></body></html>` } }),
  };
}

/** The zone in which the mailbox's owner lives stands beside the times. */
function times(text: string): RawChange {
  const when = parseWhen(text);
  if (!when) throw new Error(`not an interval: ${text}`);
  if (when.isAllDay) {
    return { 'calendar:IsAllDayEvent': 'true', 'calendar:Start': `${when.startDate}T00:00:00`, 'calendar:End': `${when.endDate}T00:00:00` };
  }
  const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
  return { 'calendar:IsAllDayEvent': 'false', 'calendar:Start': utc(when.start), 'calendar:End': utc(when.end) };
}
