/** Candidates for a match: few queries for any number of probes, up to four at once. */
import { keyText } from '../../engine/forms.ts';
import { parseWhen, spanOf } from '../../engine/when.ts';
import { activityKey, namesOf, seenKey, subjectsOf } from '../search-keys.ts';
import { carriedText } from './carry.ts';
import { shapesOf } from './describe.ts';
import { MODULES, type ModuleName } from './modules.ts';
import { seenRows, type SideParts } from './records.ts';
import { dayOf, inLists, quote, rowsOf, type Asked } from './vtql.ts';
import type { Kind, Seen } from '../../engine/record.ts';
import type { Probe } from '../../ports/side.ts';

export function searchRecords(parts: SideParts, kind: Kind, probes: readonly Probe[]): Promise<readonly Seen[]> {
  switch (kind) {
    case 'contact': return searchPeople(parts, probes);
    case 'event': return searchEvents(parts, probes);
    case 'task': return searchTasks(parts, probes);
    default: return kind satisfies never;
  }
}

/**
 * Everybody readable who shares an address or a family name with a probe; colleagues' records come with their owner. Contacts come
 * before leads, and a lead is left out where a contact of the user's own has its address: the person is linked to that one.
 */
async function searchPeople(parts: SideParts, probes: readonly Probe[]): Promise<readonly Seen[]> {
  const emails = [...new Set(probes.flatMap((probe) => probe.emails.map((email) => email.trim().toLowerCase())))].filter(Boolean);
  const names = [...new Set(probes.flatMap(namesOf).map(carriedText))].filter(Boolean);
  if (emails.length + names.length === 0) return [];
  const shapes = await shapesOf(parts, ['Contacts', 'Leads']);
  const find = async (name: 'Contacts' | 'Leads'): Promise<readonly Seen[]> => {
    const { isSeen, fields } = shapes[name];
    if (!isSeen) return [];
    const lists = [
      ...['email', 'secondaryemail'].flatMap((column) => (fields.has(column) ? inLists(column, emails) : [])), ...inLists('lastname', names),
    ];
    const rows = await rowsOf(parts.client, lists.map((list): Asked => ({ module: name, where: [list] })));
    return seenRows(parts, name, rows);
  };
  const [contacts, leads] = [await find('Contacts'), await find('Leads')];
  const taken = new Set(contacts.filter(({ owner }) => owner?.isUser).flatMap(addressesOf));
  return [...contacts, ...leads.filter((seen) => !addressesOf(seen).some((address) => taken.has(address)))];
}

const addressesOf = ({ fields: { primaryEmail } }: Seen): readonly string[] => (typeof primaryEmail === 'string' ? [primaryEmail.toLowerCase()] : []);

const DAY = 24 * 3_600_000;

/** The user's own events that bear a probe's subject and begin on that probe's day. */
async function searchEvents(parts: SideParts, probes: readonly Probe[]): Promise<readonly Seen[]> {
  const spans = probes.flatMap(({ subject, when }) => {
    const parsed = subject === undefined || when === undefined ? undefined : parseWhen(when);
    return parsed ? [spanOf(parsed)] : [];
  });
  if (spans.length === 0) return [];
  const [from, to] = [Math.min(...spans.map((span) => span.from)) - DAY, Math.max(...spans.map((span) => span.to)) + DAY];
  const days = new Set(probes.map((probe) => activityKey('event', { ...probe, subject: carriedText(probe.subject ?? '') })));
  const seen = await searchOwn(parts, 'Events', probes, [`date_start >= ${quote(dayOf(from))}`, `date_start <= ${quote(dayOf(to))}`]);
  return seen.filter((one) => days.has(seenKey(one)));
}

/** The user's own open tasks that bear a probe's subject, whatever their day. */
async function searchTasks(parts: SideParts, probes: readonly Probe[]): Promise<readonly Seen[]> {
  const subjects = new Set(probes.map(({ subject = '' }) => activityKey('task', { subject: carriedText(subject) })));
  const seen = await searchOwn(parts, 'Calendar', probes, MODULES.Calendar.first(parts.scope.window));
  return seen.filter((one) => !one.isClosed && subjects.has(seenKey(one)));
}

async function searchOwn(parts: SideParts, name: ModuleName, probes: readonly Probe[], conditions: readonly string[]): Promise<readonly Seen[]> {
  const subjects = [...new Set(probes.flatMap(({ subject = '' }) => subjectsOf(carriedText(subject))))].filter((subject) => keyText(subject) !== '');
  if (subjects.length === 0) return [];
  if (!(await shapesOf(parts, [name]))[name].isSeen) return [];
  const own = [`assigned_user_id = ${quote(parts.me)}`, ...conditions];
  return seenRows(parts, name, await rowsOf(parts.client, inLists('subject', subjects).map((list): Asked => ({ module: name, where: [...own, list] }))));
}
