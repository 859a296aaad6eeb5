/** Plan: what to do about each due todo, from fresh looks. What needs no outside write is stored at once. */
import { plan, type Action } from '../../engine/plan.ts';
import { mayBeMadeBy, type CreateIntent } from '../../engine/intent.ts';
import { settleDead, settleDelete, settleLink, settleRepoint, settleUnlink, settleUpdate, type Settled } from '../../engine/settle.ts';
import type { JournalEntry, Link, LinkId, Why } from '../../engine/link.ts';
import type { Match } from '../../engine/match.ts';
import type { Kind, Look, SideKey } from '../../engine/record.ts';
import { markCells } from '../../store/codec.ts';
import { keys, linkIdOf } from '../../store/keys.ts';
import { heldOf, heldTodo, type Planned } from './brake.ts';
import { colleaguesGroup } from './claims.ts';
import { askTodo, droppedGroup, forgottenGroup, keptGroup, settledGroup, unasked } from './groups.ts';
import { NEVER } from './limits.ts';
import { landedJournal, type Records } from './landed.ts';
import type { Looks } from './look.ts';
import type { Meeting } from './meet.ts';
import { failedGroup, asSyncError } from './failures.ts';
import {
  UNREADABLE, UNREADABLE_PAIR, awaitedOf, birthsOf, followedOf, linkedElsewhere, noteFollowed, readAgain, spokenForOf, unlinkedOf, unreadOf, withAskers,
  type Unlinked,
} from './waiting.ts';
import type { Group, OpenTodo, Run } from './run.ts';

/** An action that writes outside, with all it needs later. */
export interface Errand {
  readonly open: OpenTodo;
  readonly action: Extract<Action, { do: 'patch' | 'link' | 'create' | 'delete' | 'remake' }>;
  /** Todos of the counterpart that this errand makes needless. */
  readonly also: readonly OpenTodo[];
}

export interface Decisions {
  readonly groups: readonly Group[];
  readonly errands: readonly Errand[];
}

/** A counterpart that vanished or is being made at this moment: look again soon. */
const WAIT_MS = 60_000;

/** What the run has found out about these todos. */
export interface Findings {
  readonly looks: ReadonlyMap<LinkId, Looks>;
  readonly meeting: Meeting;
  /** Meetings that a colleague's run makes in the CRM. */
  readonly others: ReadonlySet<LinkId>;
}

export function decide(run: Run, linkIds: readonly LinkId[], { looks, meeting, others }: Findings): Decisions {
  const groups: Group[] = [];
  const planned: Plan[] = [];
  const errands: Errand[] = [];
  const around: Around = {
    meeting, others, unlinked: unlinkedOf(run), awaited: awaitedOf(run), spokenFor: spokenForOf(run), births: birthsOf(run), taken: new Set(),
    followed: new Set(), unread: new Set(unreadOf(run)),
  };
  for (const linkId of linkIds) {
    const open = run.todos.get(linkId);
    if (!open) continue;
    try {
      const decision = decideOne(run, open, looks.get(linkId), around);
      if (!decision) continue;
      if ('action' in decision) planned.push(decision);
      else groups.push(decision);
    } catch (error) {
      groups.push(brokenGroup(run, open, error));
    }
  }
  around.followed = followedOf(run);
  const held = heldOf(run, planned);
  // A pair whose record lives on under another id comes first: that record is no stranger then.
  const isFollowing = ({ action }: Plan): number => (action.do === 'repoint' ? 0 : 1);
  for (const { open, action, records, circumstances } of planned.toSorted((a, b) => isFollowing(a) - isFollowing(b))) {
    const what = held.get(open);
    try {
      const done = what ? keptGroup(run, open, heldTodo(open.todo, what, run.now), [entry(open, 'hold', 'held')], records)
        : carryOut(run, open, action, { ...circumstances, records });
      if ('action' in done) errands.push(done);
      else groups.push(done);
    } catch (error) {
      groups.push(brokenGroup(run, open, error));
    }
  }
  return { groups, errands };
}

/** R6: a broken promise about one link parks that link; the others go on. */
function brokenGroup(run: Run, open: OpenTodo, error: unknown): Group {
  return failedGroup(run, open, asSyncError(error), { intent: open.todo.intent });
}

interface Plan extends Planned {
  readonly circumstances: Omit<Circumstances, 'records'>;
}

function decideOne(run: Run, open: OpenTodo, looks: Looks | undefined, around: Around): Group | Plan | undefined {
  const { linkId, ask } = open.todo;
  const { meeting } = around;
  const match = meeting.matches.get(linkId);
  // The CRM's half of a match: the mailbox's half carries both, in this very run.
  if (match?.outcome === 'link' && open.todo.seen.m === undefined && meeting.matches.has(mailboxLinkId(run, open.todo.kind, match))) return undefined;
  const elsewhere = linkedElsewhere(run, open);
  if (elsewhere.length > 0) return withoutSides(run, open, elsewhere);
  const m = looks?.m ?? metLook(match, meeting, 'm');
  const c = looks?.c ?? metLook(match, meeting, 'c');
  const records = { ...(m?.state === 'live' ? { m: m.record } : {}), ...(c?.state === 'live' ? { c: c.record } : {}) };
  const link = run.links.get(linkId);
  if (link) noteFollowed(open, { m, c });
  if (m?.state === 'unknown' || c?.state === 'unknown') {
    if (link) around.unread.add(link.kind);
    return failedGroup(run, open, link ? UNREADABLE_PAIR : UNREADABLE, { records, intent: open.todo.intent });
  }
  const deleted = link && landedDeletion(run, open, link, { m, c }, records);
  if (deleted) return deleted;
  // The chosen record has vanished since: the question is put anew.
  if (!link && ask?.answer?.verdict === 'same' && !(records.m && records.c) && (records.m ?? records.c)) return keptGroup(run, open,
    unasked(open.todo, run.now));
  if (!link && !m && c?.state === 'live' && c.record.owner?.isUser === false) return droppedGroup(run, open, [entry(open, 'skip', 'colleague')], records);
  if (around.others.has(linkId)) return colleaguesGroup(run, open, records);
  const action = plan({ link, todo: open.todo, m, c, ...(match ? { match } : {}), rules: run.rules[open.todo.kind],
    forms: run.forms, holds: run.holds[open.todo.kind], now: run.now });
  return { open, action, records, circumstances: { match, around } };
}

/** A deletion whose reply was lost did happen: it is told now, with its before-image. */
function landedDeletion(run: Run, open: OpenTodo, link: Link, looks: Looks, records: Records): Group | undefined {
  const { intent } = open.todo;
  if (intent?.op !== 'delete' || looks[intent.side]?.state !== 'gone') return undefined;
  const hasSurvivor = looks[intent.side === 'm' ? 'c' : 'm']?.state === 'live';
  return settledGroup(run, open, settleDelete(link, intent, hasSurvivor, run.stamp(link.kind)), records);
}

/** What is known beside the one todo. */
interface Around {
  readonly meeting: Meeting;
  readonly others: ReadonlySet<LinkId>;
  readonly unlinked: Unlinked;
  /** CRM records that open questions name. */
  readonly awaited: ReadonlySet<string>;
  /** And those that an answer has chosen. */
  readonly spokenFor: ReadonlySet<string>;
  /** Creations of unknown outcome. */
  readonly births: readonly CreateIntent[];
  /** Records linked by these very decisions. */
  readonly taken: Set<string>;
  /** Records that pairs are about to follow. */
  followed: ReadonlySet<string>;
  /** Kinds of which a pair could not be read. */
  readonly unread: Set<Kind>;
}

interface Circumstances {
  readonly records: Records;
  readonly match: Match | undefined;
  readonly around: Around;
}

function carryOut(run: Run, open: OpenTodo, action: Action, { records, match, around }: Circumstances): Group | Errand {
  const link = run.links.get(open.todo.linkId);
  switch (action.do) {
    case 'drop': return droppedGroup(run, open, [], records);
    case 'skip': return droppedGroup(run, open, [entry(open, 'skip', action.why)], records);
    case 'ask': return keptGroup(run, open, askTodo(open.todo, { reason: action.reason, candidates: action.candidates }),
      [entry(open, 'ask', 'unclear')], records);
    case 'wait': {
      const c = match?.outcome === 'wait' ? match.c : match ? undefined : records.c?.id;
      const kept = keptGroup(run, open, { ...open.todo, nextTry: action.until ?? (c === undefined ? run.now + WAIT_MS : answerAt(run, c, around)) });
      return c === undefined ? kept : withAskers(run, kept, c, around.meeting);
    }
    case 'adopt': return adopted(run, open, action);
    case 'unlink': return link ? settledGroup(run, open, withLanded(run, open, settleUnlink(link, action.why, run.stamp(open.todo.kind)), records), records)
      : droppedGroup(run, open, [entry(open, 'skip', action.why)], records);
    case 'dead': return link ? settledGroup(run, open, withLanded(run, open, settleDead(link, run.stamp(link.kind)), records), records)
      : droppedGroup(run, open, [], records);
    case 'repoint': return link ? repointed(run, open, link, action, { records, match, around }) : droppedGroup(run, open, [], records);
    case 'create': {
      const source = `${action.side === 'm' ? 'c' : 'm'}${action.source.id}`;
      // A pair whose record was merged into this one follows it in these very decisions: then it is no stranger any more.
      const isFollowed = around.followed.has(source) || around.unread.has(open.todo.kind);
      if (around.taken.has(source) || isFollowed) return keptGroup(run, open, { ...readAgain(open.todo), nextTry: run.now + WAIT_MS });
      around.taken.add(source);
      // It may be what a creation of unknown outcome has made and somebody edited since: that is found out, or asked, first.
      const isInDoubt = around.births.some((intent) => intent.side !== action.side && mayBeMadeBy(intent, action.source, run.forms));
      const until = around.awaited.has(action.source.id) ? NEVER : run.now + WAIT_MS;
      return isInDoubt ? keptGroup(run, open, { ...open.todo, nextTry: until }) : { open, action, also: [] };
    }
    case 'delete':
    case 'remake': return { open, action, also: [] };
    case 'forget': {
      const survivor = records.m ? 'm' : 'c';
      return link ? forgottenGroup(run, open, link, survivor, records, landedJournal(run, open, records)) : droppedGroup(run, open, [], records);
    }
    case 'patch': {
      const isQuiet = isBlank(action.patchM) && isBlank(action.patchC);
      if (link && isQuiet) return settledGroup(run, open, settleUpdate(link, action, {}, run.stamp(link.kind)), records);
      return { open, action, also: [] };
    }
    case 'link': return linked(run, open, action, around);
    default: return action satisfies never;
  }
}

/** A merge: the link follows the survivor, unless that has a counterpart of its own already. */
function repointed(run: Run, open: OpenTodo, link: Link, { side, to }: Extract<Action, { do: 'repoint' }>, { records, around }: Circumstances): Group {
  // Its counterpart may have been made already, and nobody was told; or it is itself what a creation of unknown outcome has made. Both come first.
  const isBeingMade = (around.unlinked[side].get(to) ?? []).some(({ todo }) => todo.intent?.op === 'create') || isMadeHere(run, side, to);
  const isTaken = around.taken.has(`${side}${to}`);
  // It is nobody's stranger in either case: its link comes.
  around.taken.add(`${side}${to}`);
  if (isBeingMade || isTaken) return keptGroup(run, open, { ...open.todo, nextTry: run.now + WAIT_MS });
  const owner = run.index[side].get(to) ?? link.id;
  const stamp = run.stamp(link.kind);
  const settled = owner === link.id ? settleRepoint(link, side, to, stamp) : settleUnlink(link, 'merged', stamp);
  // An update of unknown outcome is looked for in the record that lives on.
  const intent = owner === link.id && open.todo.intent?.op === 'update' ? open.todo.intent : undefined;
  return settledGroup(run, open, intent ? settled : withLanded(run, open, settled, records), records, [], intent);
}

/** Whether a creation of unknown outcome on this very side may have made the record. */
function isMadeHere(run: Run, side: SideKey, id: string): boolean {
  const look = run.looks[side].get(id);
  return look?.state === 'live' && [...run.todos.values()].some(({ todo: { linkId, intent, ask } }) => intent?.op === 'create' && intent.side === side && !ask
    && (look.record.linkKey === linkId || mayBeMadeBy(intent, look.record, run.forms)));
}

function withLanded(run: Run, open: OpenTodo, settled: Settled, records: Records): Settled {
  return { ...settled, journal: [...landedJournal(run, open, records), ...settled.journal] };
}

/** A record named in a question waits for the answer; in one that cannot be asked yet, it is matched again soon. */
function answerAt(run: Run, c: string, { meeting, spokenFor }: Around): number {
  const isAsked = spokenFor.has(c) || meeting.all.some((match) => match.outcome === 'ask' && match.candidates.includes(c));
  return isAsked ? NEVER : run.now + WAIT_MS;
}

function linked(run: Run, open: OpenTodo, action: Extract<Action, { do: 'link' }>, { unlinked, taken, awaited }: Around): Group | Errand {
  const ids = [['m', action.m.id], ['c', action.c.id]] as const;
  const isTaken = ids.some(([side, id]) => taken.has(`${side}${id}`) || (run.index[side].get(id) ?? open.todo.linkId) !== open.todo.linkId);
  // Somebody else was chosen for one of the two meanwhile: a pair of three does not exist, so it is matched anew.
  if (isTaken) return keptGroup(run, open, { ...unasked(open.todo, run.now + WAIT_MS) });
  for (const [side, id] of ids) taken.add(`${side}${id}`);
  const also = [...new Set([...unlinked.m.get(action.m.id) ?? [], ...unlinked.c.get(action.c.id) ?? []])]
    .filter((other) => other !== open && run.todos.get(other.todo.linkId) === other);
  // A creation of unknown outcome about one of the two comes first: its record may be this very counterpart.
  if (also.some(({ todo }) => todo.intent?.op === 'create')) {
    return keptGroup(run, open, { ...open.todo, nextTry: awaited.has(action.c.id) ? NEVER : run.now + WAIT_MS });
  }
  if (!isBlank(action.patchM) || !isBlank(action.patchC)) return { open, action, also };
  return settledGroup(run, open, settleLink(open.todo.linkId, action, {}, run.stamp(open.todo.kind)), { m: action.m, c: action.c }, also);
}

/** R8: the record bears the key of another link: its todo moves there, in one batch. */
function adopted(run: Run, open: OpenTodo, action: Extract<Action, { do: 'adopt' }>): Group {
  const { linkId, record, side } = action;
  const seen = { [side]: { id: record.id, version: record.version } };
  const key = keys.todo(linkId);
  return {
    changes: [
      { op: 'merge', key, cells: markCells({ kind: open.todo.kind, seen, reason: 'delta', nextTry: run.now }) },
      { op: 'delete', key: keys.todo(open.todo.linkId), etag: open.etag },
    ],
    entries: [],
    done: (etags) => {
      const other = run.todos.get(linkId);
      const todo = other ? { ...other.todo, seen: { ...other.todo.seen, ...seen }, nextTry: run.now }
        : { linkId, kind: open.todo.kind, seen, reason: 'delta' as const, nextTry: run.now };
      run.todos.set(linkId, { todo, etag: etags.get(key) ?? '', isFresh: false });
      run.todos.delete(open.todo.linkId);
    },
  };
}

/** Nothing is left to do about those; the other record, if there is one, is a stranger and is matched anew. */
function withoutSides(run: Run, open: OpenTodo, sides: readonly SideKey[]): Group {
  const seen = Object.fromEntries(Object.entries(open.todo.seen).filter(([side]) => !sides.includes(side as SideKey)));
  if (Object.keys(seen).length === 0) return droppedGroup(run, open, [], {});
  return keptGroup(run, open, { ...unasked(open.todo, run.now + WAIT_MS), seen });
}

function mailboxLinkId(run: Run, kind: Kind, match: Extract<Match, { outcome: 'link' }>): LinkId {
  return linkIdOf(run.control.config.organization, kind, 'm', match.m);
}

/** The counterpart of a match as the search showed it: the fresh look at a record that no todo names. */
function metLook(match: Match | undefined, meeting: Meeting, side: SideKey): Look | undefined {
  const record = match?.outcome === 'link' ? meeting.met[side].get(match[side]) : undefined;
  return record ? { state: 'live', record } : undefined;
}

function isBlank(patch: object): boolean {
  return Object.keys(patch).length === 0;
}

function entry({ todo }: OpenTodo, action: JournalEntry['action'], why: Why): JournalEntry {
  return { linkId: todo.linkId, kind: todo.kind, action, why, fields: [], notes: [] };
}
