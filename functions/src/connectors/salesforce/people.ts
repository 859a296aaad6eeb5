/** Whom events are about: the people of an event with their addresses, and the one record that an address means. */
import { shapesOf, type ShapeParts } from './describe.ts';
import { OBJECTS } from './objects.ts';
import { id18, idOf, text, type Row } from './row.ts';
import { packed, quote } from './soql.ts';
import { rowsTogether } from './together.ts';
import type { Member } from './map-event.ts';

interface PeopleParts extends ShapeParts {
  /** The user's 18-character id. */
  readonly me: string;
}

/** A contact or lead that stands for an address. */
export interface Person {
  readonly personId: string;
  readonly email: string;
}

/**
 * The members of each event, by its id: the person in WhoId, and with Shared Activities everybody else it is about. One call, or two
 * with Shared Activities, and none for events without people. `Who.Email` would save them, but Name tells addresses of users only.
 */
export async function membersOf(parts: PeopleParts, events: readonly Row[]): Promise<ReadonlyMap<string, readonly Member[]>> {
  const withPeople = events.filter((row) => text(row['WhoId']) !== null && row['IsDeleted'] !== true);
  if (withPeople.length === 0) return new Map();
  const { Event } = await shapesOf(parts, ['Event', 'Contact', 'Lead']);
  const relations = Event.hasSharedActivities ? await relationsOf(parts, withPeople.map(idOf)) : new Map<string, readonly Row[]>();
  const named = withPeople.map((row): [string, readonly Omit<Member, 'email'>[]] => {
    const who = id18(String(row['WhoId']));
    const others = (relations.get(idOf(row)) ?? []).map((relation) =>
      ({ personId: id18(String(relation['RelationId'])), relationId: idOf(relation), isInvitee: relation['IsInvitee'] === true }));
    return [idOf(row), others.some(({ personId }) => personId === who) ? others : [{ personId: who }, ...others]];
  });
  const emails = await emailsOf(parts, named.flatMap(([, members]) => members.map(({ personId }) => personId)));
  return new Map(named.map(([id, members]) => [id, members.map((member) => ({ ...member, email: emails.get(member.personId) ?? null }))]));
}

/** Parents that are people; invited users and rooms, and what an event is about besides, are none of them. */
async function relationsOf({ client, clock }: PeopleParts, ids: readonly string[]): Promise<ReadonlyMap<string, readonly Row[]>> {
  const queries = packed(ids, quote, ',', (list) =>
    `SELECT Id, EventId, RelationId, IsInvitee FROM EventRelation WHERE IsParent = true AND IsWhat = false AND EventId IN (${list})`);
  const byEvent = new Map<string, Row[]>();
  for (const row of await rowsTogether(client, clock, 'query', queries)) {
    const event = id18(String(row['EventId']));
    byEvent.set(event, [...byEvent.get(event) ?? [], row]);
  }
  return byEvent;
}

async function emailsOf(parts: PeopleParts, ids: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
  const unique = [...new Set(ids)];
  const queries = await peopleQueries(parts, (name) => packed(unique.filter((id) => id.startsWith(OBJECTS[name].prefix)), quote, ',',
    (list) => `SELECT Id, Email FROM ${name} WHERE Id IN (${list})`));
  const rows = await rowsTogether(parts.client, parts.clock, 'query', queries);
  return new Map(rows.map((row) => [idOf(row), text(row['Email'])]));
}

/**
 * By address in lower case: the one readable contact that has it, the user's own before a colleague's, else the one lead that was
 * not converted. Absent: nobody, or several. One call for any usual number of addresses.
 */
export async function peopleByAddress(parts: PeopleParts, addresses: readonly string[]): Promise<ReadonlyMap<string, Person>> {
  const wanted = [...new Set(addresses.map((address) => address.trim().toLowerCase()))].filter(Boolean);
  if (wanted.length === 0) return new Map();
  const queries = await peopleQueries(parts, (name) => packed(wanted, quote, ',', (list) =>
    `SELECT Id, Email, OwnerId FROM ${name} WHERE ${name === 'Lead' ? 'IsConverted = false AND ' : ''}Email IN (${list})`));
  const byAddress = new Map<string, Row[]>();
  for (const row of await rowsTogether(parts.client, parts.clock, 'query', queries)) {
    const address = text(row['Email'])?.toLowerCase() ?? '';
    byAddress.set(address, [...byAddress.get(address) ?? [], row]);
  }
  return new Map([...byAddress].flatMap(([address, rows]): [string, Person][] => {
    const one = theOne(rows, parts.me);
    return one ? [[address, { personId: idOf(one), email: String(one['Email']) }]] : [];
  }));
}

function theOne(rows: readonly Row[], me: string): Row | undefined {
  for (const { prefix } of [OBJECTS.Contact, OBJECTS.Lead]) {
    const all = rows.filter((row) => idOf(row).startsWith(prefix));
    const own = all.filter((row) => id18(String(row['OwnerId'])) === me);
    const [one, ...others] = own.length > 0 ? own : all;
    if (one) return others.length === 0 ? one : undefined;
  }
  return undefined;
}

/** Of both objects, as far as this user sees their addresses. */
async function peopleQueries(parts: PeopleParts, queries: (name: 'Contact' | 'Lead') => readonly string[]): Promise<readonly string[]> {
  const shapes = await shapesOf(parts, ['Contact', 'Lead']);
  return (['Contact', 'Lead'] as const).flatMap((name) => (shapes[name].fields.has('Email') ? queries(name) : []));
}
