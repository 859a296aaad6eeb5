/** The matching stage: records without a counterpart are compared with the other side before anything is made there. */
import { matchKeys, type MatchKeys } from '../../engine/match-keys.ts';
import { matchRecords, type Match } from '../../engine/match.ts';
import type { LinkId } from '../../engine/link.ts';
import type { Seen, SideKey } from '../../engine/record.ts';
import { isList } from '../../engine/forms.ts';
import type { Probe } from '../../ports/side.ts';
import type { Looks } from './look.ts';
import { loadIndex } from './rows.ts';
import type { Run } from './run.ts';

/** A record that has no link yet, waiting in a todo. */
export interface Stranger {
  readonly linkId: LinkId;
  readonly side: SideKey;
  readonly record: Seen;
}

export interface Meeting {
  /** By the todo's link id. */
  readonly matches: ReadonlyMap<LinkId, Match>;
  /** Records met on the other side, by record id: the fresh look at a match's counterpart. */
  readonly met: Readonly<Record<SideKey, ReadonlyMap<string, Seen>>>;
}

/** The todos of records that nobody has decided about yet: live on one side only, no link, no answer. */
export function strangersOf(run: Run, looks: ReadonlyMap<LinkId, Looks>): readonly Stranger[] {
  return [...looks].flatMap(([linkId, { m, c }]): Stranger[] => {
    const open = run.todos.get(linkId);
    if (!open || open.todo.intent || open.todo.ask?.answer || run.links.has(linkId)) return [];
    const alive = [...m?.state === 'live' ? [{ side: 'm' as const, record: m.record }] : [], ...c?.state === 'live' ? [{ side: 'c' as const, record: c.record }] : []];
    const [only] = alive;
    return only && alive.length === 1 ? [{ linkId, ...only }] : [];
  });
}

export async function meet(run: Run, strangers: readonly Stranger[]): Promise<Meeting> {
  if (strangers.length === 0) return { matches: new Map(), met: { m: new Map(), c: new Map() } };
  const own = { m: strangers.filter(({ side }) => side === 'm'), c: strangers.filter(({ side }) => side === 'c') };
  const found = { m: await searchOther(run, 'm', own.c), c: await searchOther(run, 'c', own.m) };
  const met = { m: byId([...found.m, ...await askedAbout(run)], own.m), c: byId(found.c, own.c) };
  const matches = matchRecords({
    mailbox: await keysOf(run, 'm', met.m), crm: await keysOf(run, 'c', met.c), ownAddresses: ownAddresses(run),
  });
  const linkIdOf = { m: new Map(own.m.map(({ record, linkId }) => [record.id, linkId])), c: new Map(own.c.map(({ record, linkId }) => [record.id, linkId])) };
  const byLink = new Map<LinkId, Match>();
  for (const match of matches) {
    for (const linkId of concerned(match, linkIdOf)) byLink.set(linkId, match);
  }
  return { matches: byLink, met };
}

/** Mailbox records that wait for the user's word still count: a record named in their questions must not be made twice. */
async function askedAbout(run: Run): Promise<readonly Seen[]> {
  const ids = [...run.todos.values()].flatMap(({ todo }) => (todo.ask && !todo.ask.answer && todo.seen.m ? [todo.seen.m.id] : []));
  if (ids.length === 0) return [];
  const looks = await run.sides.m.read('contact', ids);
  return [...looks.values()].flatMap((look) => (look.state === 'live' ? [look.record] : []));
}

/** Everybody on `side` who could be one of these strangers of the other side. */
async function searchOther(run: Run, side: SideKey, strangers: readonly Stranger[]): Promise<readonly Seen[]> {
  // In a first sync every mailbox record without a link is a stranger here already: there is nobody else to find.
  if (strangers.length === 0 || (side === 'm' && run.head.firstSync !== undefined)) return [];
  return run.sides[side].search('contact', strangers.map(({ record }) => probeOf(record)));
}

export function probeOf({ fields }: Seen): Probe {
  const others = fields.otherEmails ?? [];
  const texts = (values: readonly unknown[]): string[] => values.filter((value): value is string => typeof value === 'string' && value !== '');
  const { familyName, givenName } = fields;
  return {
    emails: texts([fields.primaryEmail, ...isList(others) ? others : []]),
    phones: texts([fields['phones.mobile'], fields['phones.work']]),
    ...(typeof familyName === 'string' ? { familyName } : {}), ...(typeof givenName === 'string' ? { givenName } : {}),
  };
}

function byId(found: readonly Seen[], strangers: readonly Stranger[]): ReadonlyMap<string, Seen> {
  return new Map([...found, ...strangers.map(({ record }) => record)].map((record) => [record.id, record]));
}

async function keysOf(run: Run, side: SideKey, records: ReadonlyMap<string, Seen>): Promise<readonly MatchKeys[]> {
  await loadIndex(run, side, [...records.keys()]);
  return [...records.values()].map((record) => {
    const keys = matchKeys(record, run.forms);
    return run.index[side].get(record.id) ? { ...keys, isLinked: true as const } : keys;
  });
}

function concerned(match: Match, linkIdOf: Readonly<Record<SideKey, ReadonlyMap<string, LinkId>>>): readonly LinkId[] {
  if (match.outcome === 'create' || match.outcome === 'skip') return present(linkIdOf[match.side].get(match.id));
  if (match.outcome === 'wait') return present(linkIdOf.c.get(match.c));
  if (match.outcome === 'link') return [...present(linkIdOf.m.get(match.m)), ...present(linkIdOf.c.get(match.c))];
  return present(linkIdOf.m.get(match.m));
}

function present<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

function ownAddresses(run: Run): readonly string[] {
  const logins = [run.control.grants.m?.account.login, run.control.grants.c?.account.login];
  return logins.flatMap((login) => (login?.includes('@') ? [login.toLowerCase()] : []));
}
