/** Plan: what to do about each due todo, from fresh looks. What needs no outside write is stored at once. */
import { plan, type Action } from '../../engine/plan.ts';
import { settleDead, settleLink, settleRepoint, settleUnlink, settleUpdate } from '../../engine/settle.ts';
import type { JournalEntry, Link, LinkId, Why } from '../../engine/link.ts';
import type { Match } from '../../engine/match.ts';
import { SyncError } from '../../engine/errors.ts';
import type { Kind, Look, Seen, SideKey } from '../../engine/record.ts';
import { markCells } from '../../store/codec.ts';
import { keys, linkIdOf } from '../../store/keys.ts';
import { askTodo, droppedGroup, keptGroup, settledGroup, unasked } from './groups.ts';
import { NEVER } from './limits.ts';
import type { Looks } from './look.ts';
import type { Meeting } from './meet.ts';
import { failedGroup, asSyncError } from './failures.ts';
import { awaitedOf, unlinkedOf, type Unlinked } from './waiting.ts';
import type { Group, OpenTodo, Run } from './run.ts';

/** An action that writes outside, with all it needs later. */
export interface Errand {
  readonly open: OpenTodo;
  readonly action: Extract<Action, { do: 'patch' | 'link' | 'create' }>;
  /** Todos of the counterpart that this errand makes needless. */
  readonly also: readonly OpenTodo[];
}

export interface Decisions {
  readonly groups: readonly Group[];
  readonly errands: readonly Errand[];
}

/** A counterpart that vanished or is being made at this moment: look again soon. */
const WAIT_MS = 60_000;

export function decide(run: Run, linkIds: readonly LinkId[], looks: ReadonlyMap<LinkId, Looks>, meeting: Meeting): Decisions {
  const groups: Group[] = [];
  const errands: Errand[] = [];
  const around: Around = { meeting, unlinked: unlinkedOf(run), awaited: awaitedOf(run), taken: new Set() };
  for (const linkId of linkIds) {
    const open = run.todos.get(linkId);
    if (!open) continue;
    try {
      const decision = decideOne(run, open, looks.get(linkId), around);
      if (!decision) continue;
      if ('action' in decision) errands.push(decision);
      else groups.push(decision);
    } catch (error) {
      // R6: a broken promise about one link parks that link; the others go on.
      groups.push(failedGroup(run, open, asSyncError(error), { intent: open.todo.intent }));
    }
  }
  return { groups, errands };
}

function decideOne(run: Run, open: OpenTodo, looks: Looks | undefined, around: Around): Group | Errand | undefined {
  const { linkId, ask } = open.todo;
  const { meeting } = around;
  const match = meeting.matches.get(linkId);
  // The CRM's half of a match: the mailbox's half carries both, in this very run.
  if (match?.outcome === 'link' && open.todo.seen.m === undefined && meeting.matches.has(mailboxLinkId(run, open.todo.kind, match))) return undefined;
  if (isLinkedElsewhere(run, open)) return droppedGroup(run, open, [], {});
  const m = looks?.m ?? metLook(match, meeting, 'm');
  const c = looks?.c ?? metLook(match, meeting, 'c');
  const records = { ...(m?.state === 'live' ? { m: m.record } : {}), ...(c?.state === 'live' ? { c: c.record } : {}) };
  if (m?.state === 'unknown' || c?.state === 'unknown') return failedGroup(run, open, UNREADABLE, { records, intent: open.todo.intent });
  const link = run.links.get(linkId);
  // The chosen record has vanished since: the question is put anew.
  if (!link && ask?.answer?.verdict === 'same' && !(records.m && records.c) && (records.m ?? records.c)) return keptGroup(run, open,
    unasked(open.todo, run.now));
  if (!link && !m && c?.state === 'live' && c.record.owner?.isUser === false) return droppedGroup(run, open, [entry(open, 'skip', 'colleague')], records);
  const action = plan({ link, todo: open.todo, m, c, ...(match ? { match } : {}), rules: run.rules[open.todo.kind],
    forms: run.forms, holds: run.holds[open.todo.kind], now: run.now });
  return carryOut(run, open, action, { records, match, around });
}

const UNREADABLE = new SyncError('unavailable', 'a record could not be read', { code: 'NOT_READ' });

interface Records { readonly m?: Seen; readonly c?: Seen }

/** What is known beside the one todo. */
interface Around {
  readonly meeting: Meeting;
  readonly unlinked: Unlinked;
  /** CRM records that open questions name. */
  readonly awaited: ReadonlySet<string>;
  /** Records linked by these very decisions. */
  readonly taken: Set<string>;
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
    case 'wait': return keptGroup(run, open, { ...open.todo,
      nextTry: action.until ?? (match?.outcome === 'wait' ? answerAt(run, match.c, around) : run.now + WAIT_MS) });
    case 'adopt': return adopted(run, open, action);
    case 'unlink': return link ? settledGroup(run, open, settleUnlink(link, action.why, run.stamp(open.todo.kind)), records)
      : droppedGroup(run, open, [entry(open, 'skip', action.why)], records);
    case 'dead': return link ? settledGroup(run, open, settleDead(link, run.stamp(open.todo.kind)), records) : droppedGroup(run, open, [], records);
    case 'repoint': return link ? repointed(run, open, link, action, records) : droppedGroup(run, open, [], records);
    case 'create': return { open, action, also: [] };
    case 'patch': {
      if (link && isBlank(action.patchM) && isBlank(action.patchC)) return settledGroup(run, open, settleUpdate(link, action, {}, run.stamp(open.todo.kind)), records);
      return { open, action, also: [] };
    }
    case 'link': return linked(run, open, action, around);
    default: return action satisfies never;
  }
}

/** A merge: the link follows the survivor, unless that has a counterpart of its own already. */
function repointed(run: Run, open: OpenTodo, link: Link, { side, to }: Extract<Action, { do: 'repoint' }>, records: Records): Group {
  const owner = run.index[side].get(to) ?? link.id;
  const stamp = run.stamp(link.kind);
  return settledGroup(run, open, owner === link.id ? settleRepoint(link, side, to, stamp) : settleUnlink(link, 'merged', stamp), records);
}

/** A record named in a question waits for the answer; in one that cannot be asked yet, it is matched again soon. */
function answerAt(run: Run, c: string, { meeting, awaited }: Around): number {
  const isAsked = awaited.has(c) || meeting.all.some((match) => match.outcome === 'ask' && match.candidates.includes(c));
  return isAsked ? NEVER : run.now + WAIT_MS;
}

function linked(run: Run, open: OpenTodo, action: Extract<Action, { do: 'link' }>, { unlinked, taken }: Around): Group | Errand {
  const ids = [['m', action.m.id], ['c', action.c.id]] as const;
  const isTaken = ids.some(([side, id]) => taken.has(`${side}${id}`) || (run.index[side].get(id) ?? open.todo.linkId) !== open.todo.linkId);
  // Somebody else was chosen for one of the two meanwhile: a pair of three does not exist, so it is matched anew.
  if (isTaken) return keptGroup(run, open, { ...unasked(open.todo, run.now + WAIT_MS) });
  for (const [side, id] of ids) taken.add(`${side}${id}`);
  const also = [...new Set([...unlinked.m.get(action.m.id) ?? [], ...unlinked.c.get(action.c.id) ?? []])]
    .filter((other) => other !== open && run.todos.get(other.todo.linkId) === other);
  // A creation of unknown outcome about one of the two comes first: its record may be this very counterpart.
  if (also.some(({ todo }) => todo.intent?.op === 'create')) return keptGroup(run, open, { ...open.todo, nextTry: run.now + WAIT_MS });
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

/** The record got a link under another key meanwhile, for example as the answer to a question. */
function isLinkedElsewhere(run: Run, { todo }: OpenTodo): boolean {
  if (run.links.has(todo.linkId) || todo.intent) return false;
  return (['m', 'c'] as const).some((side) => {
    const id = todo.seen[side]?.id;
    const linked = id === undefined ? null : run.index[side].get(id);
    return linked !== null && linked !== undefined && linked !== todo.linkId;
  });
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
