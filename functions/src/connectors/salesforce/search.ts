/** Candidates for a match: each few queries for any number of probes. */
import { keyText } from '../../engine/forms.ts';
import { parseWhen, spanOf } from '../../engine/when.ts';
import { activityKey, namesOf, seenKey, subjectsOf } from '../search-keys.ts';
import { PROBES_FEW } from './limits.ts';
import { OBJECTS, type ObjectSpec, type Sees } from './objects.ts';
import { seenRows, withShapes, type SideParts } from './records.ts';
import { instantLiteral, packed, queryRows, quote, rowsIfFewerCalls } from './soql.ts';
import type { Kind, Seen } from '../../engine/record.ts';
import type { Probe } from '../../ports/side.ts';
import type { ObjectShape } from './describe.ts';
import type { Row } from './row.ts';

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
  const names = [...new Set(probes.flatMap(namesOf))].filter(Boolean);
  if (emails.length + names.length === 0) return [];
  return withShapes(parts, ['Contact', 'Lead'], async (shapes) => {
    const wanted: Wanted = { emails, names, isMany: probes.length > PROBES_FEW };
    const contacts = await searchObject(parts, OBJECTS.Contact, shapes.Contact, wanted);
    const leads = await searchObject(parts, OBJECTS.Lead, shapes.Lead, wanted);
    const taken = new Set(contacts.filter(({ owner }) => owner?.isUser).flatMap((seen) => addressOf(seen) ?? []));
    return [...contacts, ...leads.filter((seen) => !taken.has(addressOf(seen) ?? ''))];
  });
}

interface Wanted {
  readonly emails: readonly string[];
  readonly names: readonly string[];
  readonly isMany: boolean;
}

async function searchObject(parts: SideParts, spec: ObjectSpec, { select }: ObjectShape, { emails, names, isMany }: Wanted): Promise<readonly Seen[]> {
  if (select.length === 0) return [];
  // A converted lead is its contact's past.
  const open = spec.name === 'Lead' ? 'IsConverted = false' : '';
  const base = `SELECT ${select.join(',')} FROM ${spec.name}`;
  const where = (condition: string): string => `${base} WHERE ${[open, condition].filter(Boolean).join(' AND ')}`;
  const queries = [
    ...select.includes('Email') ? packed(emails, quote, ',', (list) => where(`Email IN (${list})`)) : [],
    ...packed(names, quote, ',', (list) => where(`LastName IN (${list})`)),
  ];
  const everybody = `${open === '' ? base : where('')} ORDER BY Id`;
  const listed = isMany ? await rowsIfFewerCalls(parts.client, everybody, queries.length) : undefined;
  const rows = new Map<unknown, Row>();
  const [addresses, nameKeys] = [new Set(emails), new Set(names.map(keyText))];
  for (const row of listed ?? []) if (isWanted(row, addresses, nameKeys)) rows.set(row['Id'], row);
  if (!listed) for (const soql of queries) for (const row of await queryRows(parts.client, 'query', soql)) rows.set(row['Id'], row);
  return seenRows(parts, spec, [...rows.values()]);
}

const addressOf = ({ fields: { primaryEmail } }: Seen): string | undefined =>
  (typeof primaryEmail === 'string' ? primaryEmail.toLowerCase() : undefined);

function isWanted(row: Row, emails: ReadonlySet<string>, nameKeys: ReadonlySet<string>): boolean {
  const { Email: email, LastName: name } = row;
  return (typeof email === 'string' && emails.has(email.toLowerCase())) || (typeof name === 'string' && nameKeys.has(keyText(name)));
}

/** The user's own events that bear a probe's subject and begin on that probe's day. */
async function searchEvents(parts: SideParts, probes: readonly Probe[]): Promise<readonly Seen[]> {
  const spans = probes.flatMap(({ subject, when }) => {
    const parsed = subject === undefined || when === undefined ? undefined : parseWhen(when);
    return parsed ? [spanOf(parsed)] : [];
  });
  if (spans.length === 0) return [];
  const [from, to] = [Math.min(...spans.map((span) => span.from)) - DAY, Math.max(...spans.map((span) => span.to)) + DAY];
  const condition = `StartDateTime >= ${instantLiteral(from)} AND StartDateTime <= ${instantLiteral(to)}`;
  const days = new Set(probes.map((probe) => activityKey('event', probe)));
  const seen = await searchOwn(parts, OBJECTS.Event, probes, () => [condition]);
  return seen.filter((one) => days.has(seenKey(one)));
}

/** The user's own open tasks that bear a probe's subject, whatever their day. */
async function searchTasks(parts: SideParts, probes: readonly Probe[]): Promise<readonly Seen[]> {
  const subjects = new Set(probes.map((probe) => activityKey('task', probe)));
  const seen = await searchOwn(parts, OBJECTS.Task, probes, (sees) => OBJECTS.Task.first(sees, parts.scope.window));
  return seen.filter((one) => !one.isClosed && subjects.has(seenKey(one)));
}

const DAY = 24 * 3_600_000;

async function searchOwn(
  parts: SideParts, spec: ObjectSpec, probes: readonly Probe[], conditions: (sees: Sees) => readonly string[],
): Promise<readonly Seen[]> {
  const subjects = [...new Set(probes.flatMap(({ subject }) => subjectsOf(subject ?? '')))];
  if (subjects.length === 0) return [];
  return withShapes(parts, [spec.name], async (shapes) => {
    const { select } = shapes[spec.name];
    if (select.length === 0) return [];
    const sees: Sees = (column) => select.includes(column);
    const own = [`OwnerId = ${quote(parts.me)}`, ...spec.where(sees), ...conditions(sees)].join(' AND ');
    const base = `SELECT ${select.join(',')} FROM ${spec.name} WHERE ${own}`;
    const queries = packed(subjects, quote, ',', (list) => `${base} AND Subject IN (${list})`);
    const listed = probes.length > PROBES_FEW ? await rowsIfFewerCalls(parts.client, `${base} ORDER BY Id`, queries.length) : undefined;
    const rows = new Map((listed ?? []).map((row): [unknown, Row] => [row['Id'], row]));
    if (!listed) for (const soql of queries) for (const row of await queryRows(parts.client, 'query', soql)) rows.set(row['Id'], row);
    return seenRows(parts, spec, [...rows.values()]);
  });
}
