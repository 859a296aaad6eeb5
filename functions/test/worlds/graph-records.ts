/** Canonical fields as a person would enter them in Outlook. Tables of their own, so that a mistake in the connector's cannot hide here. */
import type { Address, Fields } from '../../src/engine/record.ts';
import { parseWhen } from '../../src/engine/when.ts';

type Raw = Record<string, unknown>;

const TEXTS: Readonly<Record<string, string>> = {
  prefix: 'title',
  givenName: 'givenName',
  middleName: 'middleName',
  familyName: 'surname',
  suffix: 'generation',
  company: 'companyName',
  jobTitle: 'jobTitle',
  department: 'department',
  assistantName: 'assistantName',
  'phones.mobile': 'mobilePhone',
  webPage: 'businessHomePage',
};

export function rawContact(fields: Fields): Raw {
  const raw: Raw = {};
  for (const [name, value] of Object.entries(fields)) if (TEXTS[name]) raw[TEXTS[name]] = value;
  if (fields.primaryEmail !== undefined)
    raw['emailAddresses'] = [fields.primaryEmail, ...((fields.otherEmails as readonly string[] | null) ?? [])]
      .filter(Boolean)
      .map((address) => ({ address }));
  if (fields['phones.work'] !== undefined) raw['businessPhones'] = [fields['phones.work'], fields['phones.work2']].filter(Boolean);
  if (fields['phones.home'] !== undefined) raw['homePhones'] = [fields['phones.home'], fields['phones.home2']].filter(Boolean);
  const business = fields['addresses.business'] as Address | undefined;
  if (business)
    raw['businessAddress'] = {
      street: business.street?.replaceAll('\n', '\r\n'),
      city: business.city,
      postalCode: business.postalCode,
      countryOrRegion: business.country,
    };
  if (fields.birthday) raw['birthday'] = `${fields.birthday}T11:59:00Z`;
  return raw;
}

export function rawEvent(fields: Fields): Raw {
  const attendees = fields.attendees as readonly string[] | null | undefined;
  return {
    ...textual(fields, 'subject'),
    ...(fields.location === undefined ? {} : { location: { displayName: fields.location ?? '' } }),
    ...(fields.showAs === undefined ? {} : { showAs: fields.showAs }),
    ...(typeof fields.when === 'string' ? times(fields.when) : {}),
    ...(attendees ? { attendees: attendees.map((address) => ({ type: 'required', emailAddress: { address, name: address } })) } : {}),
  };
}

export function rawTask(fields: Fields): Raw {
  const day = (name: string, value: Fields['dueDate']): Raw =>
    (value === undefined ? {} : { [name]: value === null ? null : zoned(`${value as string}T00:00:00`) });
  return {
    ...textual(fields, 'title'), ...day('dueDateTime', fields.dueDate), ...day('startDateTime', fields.startDate),
    ...(fields.status === undefined ? {} : { status: fields.status === 'waiting' ? 'waitingOnOthers' : fields.status }),
    ...(fields.importance === undefined ? {} : { importance: fields.importance }),
  };
}

function textual(fields: Fields, title: 'subject' | 'title'): Raw {
  return {
    ...(fields.subject === undefined ? {} : { [title]: fields.subject }),
    ...(fields.body === undefined ? {} : { body: { contentType: 'html', content: `<div>${String(fields.body ?? '').replaceAll('\n', '<br>')}</div>` } }),
  };
}

/** The zone in which the mailbox's owner lives. */
const zoned = (dateTime: string): Raw => ({ dateTime, timeZone: 'W. Europe Standard Time' });

function times(text: string): Raw {
  const when = parseWhen(text);
  if (!when) throw new Error(`not an interval: ${text}`);
  if (when.isAllDay) return { isAllDay: true, start: zoned(`${when.startDate}T00:00:00`), end: zoned(`${when.endDate}T00:00:00`) };
  const utc = (at: number): Raw => ({ dateTime: new Date(at).toISOString().slice(0, 19), timeZone: 'UTC' });
  return { isAllDay: false, start: utc(when.start), end: utc(when.end) };
}
