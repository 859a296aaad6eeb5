/** The matching stage: records without a counterpart are compared with the other side before anything is made there. */
import { formerKey, matchFormer, type FormerPair } from '../../engine/match-former.ts';
import { matchKeys, type MatchKeys } from '../../engine/match-keys.ts';
import { matchActivities } from '../../engine/match-activities.ts';
import { matchRecords, type Match, type MatchInput } from '../../engine/match.ts';
import type { LinkId, Todo } from '../../engine/link.ts';
import type { Kind, Seen, SideKey } from '../../engine/record.ts';
import { KINDS } from '../../engine/fields.ts';
import { isList } from '../../engine/forms.ts';
import type { Probe } from '../../ports/side.ts';
import { formerOf } from './former.ts';
import { withKnownKeys, type Looks } from './look.ts';
import { loadIndex } from './rows.ts';
import { STALE_CHUNK } from './limits.ts';
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
  /** Those about mailbox records without a todo as well. */
  readonly all: readonly Match[];
  /** Records met on the other side, by record id: the fresh look at a match's counterpart. */
  readonly met: Readonly<Record<SideKey, ReadonlyMap<string, Seen>>>;
}

/** The todos of records that nobody has decided about yet: live on one side only, no link, no answer. */
export function strangersOf(run: Run, looks: ReadonlyMap<LinkId, Looks>): readonly Stranger[] {
  return [...looks].flatMap(([linkId, { m, c }]): Stranger[] => {
    const open = run.todos.get(linkId);
    // Fills for a first meeting may be of unknown outcome: when one of the two has gone since, the other is a stranger again.
    if (!open || open.todo.intent?.op === 'create' || open.todo.ask?.answer || run.links.has(linkId)) return [];
    const alive = [...m?.state === 'live' ? [{ side: 'm' as const, record: m.record }] : [], ...c?.state === 'live'
      ? [{ side: 'c' as const, record: c.record }] : []];
    const [only] = alive;
    return only && alive.length === 1 ? [{ linkId, ...only }] : [];
  });
}

/** One matching for each kind: a person is never an event's counterpart. */
export async function meet(run: Run, strangers: readonly Stranger[]): Promise<Meeting> {
  const meeting = { matches: new Map<LinkId, Match>(), all: [] as Match[], met: { m: new Map<string, Seen>(), c: new Map<string, Seen>() } };
  for (const kind of KINDS) {
    const ofKind = strangers.filter(({ record }) => record.kind === kind);
    if (ofKind.length === 0) continue;
    const { matches, all, met } = await meetKind(run, kind, ofKind);
    for (const [linkId, match] of matches) meeting.matches.set(linkId, match);
    meeting.all.push(...all);
    for (const side of ['m', 'c'] as const) for (const [id, record] of met[side]) meeting.met[side].set(id, record);
  }
  return meeting;
}

/** How records of a kind find their counterparts. */
export function matchKind(kind: Kind, input: MatchInput, former: readonly FormerPair[]): Match[] {
  return matchFormer(input, former, kind === 'contact' ? matchRecords : matchActivities);
}

async function meetKind(run: Run, kind: Kind, strangers: readonly Stranger[]): Promise<Meeting> {
  const own = { m: strangers.filter(({ side }) => side === 'm'), c: strangers.filter(({ side }) => side === 'c') };
  const c = byId(own.m.length === 0 ? [] : await run.sides.c.search(kind, own.m.map(({ record }) => probeOf(record))), own.c);
  const former = await formerOf(run, kind);
  const again = await formerFor(run, kind, own.m, c, former);
  const met = {
    m: byId([...await mailboxFor(run, kind, own), ...await waitingFor(run, kind, own, c)], own.m),
    c: new Map([...c, ...again]),
  };
  const claimed = claimedOf(run);
  const matches = matchKind(kind, {
    mailbox: await keysOf(run, 'm', met.m, claimed), crm: await keysOf(run, 'c', met.c, claimed), ownAddresses: ownAddresses(run),
  }, former);
  const linkIdOf = { m: new Map(own.m.map(({ record, linkId }) => [record.id, linkId])), c: new Map(own.c.map(({ record, linkId }) => [record.id, linkId])) };
  const byLink = new Map<LinkId, Match>();
  for (const match of matches) {
    for (const linkId of concerned(match, linkIdOf)) byLink.set(linkId, match);
  }
  const found = await withKnownKeys(run, matches.flatMap((match) => (match.outcome === 'link' ? met.c.get(match.c) ?? [] : [])));
  return { matches: byLink, all: matches, met: { m: met.m, c: new Map([...met.c, ...byId(found, [])]) } };
}

type Own = Readonly<Record<SideKey, readonly Stranger[]>>;

/** The CRM's halves of former pairs whose record is here again; a search by what they have in common need not find them. */
async function formerFor(
  run: Run, kind: Kind, mailbox: readonly Stranger[], known: ReadonlyMap<string, Seen>, former: readonly FormerPair[],
): Promise<ReadonlyMap<string, Seen>> {
  if (former.length === 0) return new Map();
  const here = new Set(mailbox.map(({ record }) => formerKey(matchKeys(record, run.forms))));
  const ids = former.flatMap(({ c, key }) => (here.has(key) && !known.has(c) ? [c] : []));
  return byId(await readAll(run, 'c', kind, [...new Set(ids)]), []);
}

/** Everybody in the mailbox who could be one of the CRM's strangers. */
async function mailboxFor(run: Run, kind: Kind, own: Own): Promise<readonly Seen[]> {
  if (own.c.length === 0) return [];
  // In a first sync every mailbox record without a link is a stranger here already, or waits in a todo.
  const others = run.head.firstSync === undefined ? undefined : mailboxIds(run, kind, own);
  if (others === undefined || others.length > STALE_CHUNK) return run.sides.m.search(kind, own.c.map(({ record }) => probeOf(record)));
  return readAll(run, 'm', kind, others);
}

/** Who waits for the user's word about one of these CRM records still has a say: it must be neither taken away nor made twice. */
async function waitingFor(run: Run, kind: Kind, own: Own, crm: ReadonlyMap<string, Seen>): Promise<readonly Seen[]> {
  const met = new Set(own.m.map(({ linkId }) => linkId));
  const isAbout = ({ ask }: Todo): boolean => ask !== undefined && !ask.answer && ask.candidates.some((id) => crm.has(id));
  const asked = [...run.todos.values()].filter(({ todo }) => todo.kind === kind && isAbout(todo) && !met.has(todo.linkId));
  return readAll(run, 'm', kind, asked.flatMap(({ todo }) => todo.seen.m?.id ?? []));
}

function mailboxIds(run: Run, kind: Kind, { m }: Own): readonly string[] {
  const strangers = new Set(m.map(({ linkId }) => linkId));
  return [...run.todos.values()].flatMap(({ todo }) => {
    const isOpen = todo.kind === kind && !strangers.has(todo.linkId) && !run.links.has(todo.linkId);
    return isOpen && todo.seen.m ? [todo.seen.m.id] : [];
  });
}

async function readAll(run: Run, side: SideKey, kind: Kind, ids: readonly string[]): Promise<readonly Seen[]> {
  if (ids.length === 0) return [];
  const looks = await run.sides[side].read(kind, ids);
  return [...looks.values()].flatMap((look) => (look.state === 'live' ? [look.record] : []));
}

/** Who was answered about is spoken for: "same" by the chosen record, "different" by the one that is to be made. */
function claimedOf(run: Run): Readonly<Record<SideKey, ReadonlySet<string>>> {
  const claimed = { m: new Set<string>(), c: new Set<string>() };
  for (const { todo } of run.todos.values()) {
    const answer = todo.ask?.answer;
    // Whose own record has vanished since has nothing to claim with.
    if (!answer || !todo.seen.m || run.looks.m.get(todo.seen.m.id)?.state === 'gone') continue;
    claimed.m.add(todo.seen.m.id);
    if (answer.verdict === 'same') claimed.c.add(answer.candidate);
  }
  return claimed;
}

export function probeOf({ fields }: Seen): Probe {
  const others = fields.otherEmails ?? [];
  const texts = (values: readonly unknown[]): string[] => values.filter((value): value is string => typeof value === 'string' && value !== '');
  const { familyName, givenName, subject, when } = fields;
  return {
    emails: texts([fields.primaryEmail, ...isList(others) ? others : []]),
    phones: texts([fields['phones.mobile'], fields['phones.work']]),
    ...(typeof familyName === 'string' ? { familyName } : {}), ...(typeof givenName === 'string' ? { givenName } : {}),
    ...(typeof subject === 'string' ? { subject } : {}), ...(typeof when === 'string' ? { when } : {}),
  };
}

function byId(found: readonly Seen[], strangers: readonly Stranger[]): ReadonlyMap<string, Seen> {
  return new Map([...found, ...strangers.map(({ record }) => record)].map((record) => [record.id, record]));
}

async function keysOf(
  run: Run, side: SideKey, records: ReadonlyMap<string, Seen>, claimed: Readonly<Record<SideKey, ReadonlySet<string>>>,
): Promise<readonly MatchKeys[]> {
  await loadIndex(run, side, [...records.keys()]);
  return [...records.values()].map((record) => {
    const keys = matchKeys(record, run.forms);
    return run.index[side].get(record.id) || claimed[side].has(record.id) ? { ...keys, isLinked: true as const } : keys;
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
