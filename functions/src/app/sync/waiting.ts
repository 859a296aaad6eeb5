/** Todos of records without a link: who waits under which key, and whose wait for somebody else's answer is over. */
import { SyncError } from '../../engine/errors.ts';
import type { CreateIntent } from '../../engine/intent.ts';
import type { Todo } from '../../engine/link.ts';
import type { Kind, Look, SideKey } from '../../engine/record.ts';
import type { RowChange } from '../../ports/table.ts';
import { encodeTodo } from '../../store/codec.ts';
import { keys, linkIdOf } from '../../store/keys.ts';
import { NEVER } from './limits.ts';
import type { Meeting } from './meet.ts';
import type { Group, OpenTodo, Run } from './run.ts';

/** By record id: one person may wait under more than one key. */
export type Unlinked = Readonly<Record<SideKey, ReadonlyMap<string, readonly OpenTodo[]>>>;

export function unlinkedOf(run: Run): Unlinked {
  const unlinked = { m: new Map<string, OpenTodo[]>(), c: new Map<string, OpenTodo[]>() };
  for (const open of run.todos.values()) {
    if (run.links.has(open.todo.linkId)) continue;
    for (const side of ['m', 'c'] as const) {
      const id = open.todo.seen[side]?.id;
      const known = id === undefined ? undefined : unlinked[side].get(id);
      if (known) known.push(open);
      else if (id !== undefined) unlinked[side].set(id, [open]);
    }
  }
  return unlinked;
}

/** Creations of unknown outcome. */
export function birthsOf(run: Run): readonly CreateIntent[] {
  return [...run.todos.values()].flatMap(({ todo: { intent } }) => (intent?.op === 'create' ? [intent] : []));
}

/** The CRM records that the open questions name. */
export function awaitedOf(run: Run): ReadonlySet<string> {
  const awaited = new Set<string>();
  for (const { todo } of run.todos.values()) {
    if (todo.ask && !todo.ask.answer) for (const candidate of todo.ask.candidates) awaited.add(candidate);
  }
  return awaited;
}

/** Those, and the ones that an answer has chosen while their pair is still to be made. */
export function spokenForOf(run: Run): ReadonlySet<string> {
  const chosen = [...run.todos.values()].flatMap(({ todo: { ask } }) => (ask?.answer?.verdict === 'same' ? [ask.answer.candidate] : []));
  return new Set([...awaitedOf(run), ...chosen]);
}

/**
 * CRM records that wait for the answer to a question which is no longer asked, or for a pair that was made otherwise, come due. Told
 * from the todos alone, so that no crash between an answer and its consequence can leave somebody waiting for ever.
 */
export function wakeWaiting(run: Run): void {
  const spokenFor = spokenForOf(run);
  const { now } = run;
  for (const open of run.todos.values()) {
    const { todo } = open;
    // An earlier failure has a time of its own; what waits for a word has none.
    const isPatient = !todo.error || todo.nextTry === NEVER;
    const isWaiting = todo.nextTry > now && isPatient && !todo.ask && !todo.held && !todo.intent && todo.reason !== 'confirm';
    if (isWaiting && todo.seen.c && !spokenFor.has(todo.seen.c.id) && !run.links.has(todo.linkId)) open.todo = { ...todo, nextTry: now };
  }
}

/**
 * The same group, and a todo for each mailbox record that is to be asked about this CRM record and has none: it was set aside earlier, as a
 * colleague's for example. Else the CRM record would wait for the answer to a question that nobody puts, and be looked at in every run.
 */
export function withAskers(run: Run, group: Group, c: string, { all, met }: Meeting): Group {
  const asked = all.flatMap((match) => (match.outcome === 'ask' && match.candidates.includes(c) ? met.m.get(match.m) ?? [] : []));
  const todos = asked.flatMap(({ kind, id, version }): Todo[] => {
    const hasTodo = [...run.todos.values()].some(({ todo }) => todo.seen.m?.id === id);
    const linkId = linkIdOf(run.control.config.organization, kind, 'm', id);
    return hasTodo || run.todos.has(linkId) ? [] : [{ linkId, kind, seen: { m: { id, version } }, reason: 'retry', nextTry: run.now }];
  });
  if (todos.length === 0) return group;
  return {
    ...group,
    changes: [...group.changes, ...todos.map((todo): RowChange => (
      { op: 'insert', key: keys.todo(todo.linkId), cells: encodeTodo(todo, run.sealer, run.owner) }))],
    done: (etags) => {
      group.done?.(etags);
      for (const todo of todos) run.todos.set(todo.linkId, { todo, etag: etags.get(keys.todo(todo.linkId)) ?? '', isFresh: false });
    },
  };
}

/** Stands for the version of a record that a linked one lives on as, until its pair follows it. */
const FOLLOWED = 'followed';

/** Remembers in a pair's todo as what its record lives on: whatever holds the pair up, that record is no stranger. */
export function noteFollowed(open: OpenTodo, looks: Readonly<Partial<Record<SideKey, Look | undefined>>>): void {
  for (const side of ['m', 'c'] as const) {
    const look = looks[side];
    if (look?.state === 'moved') open.todo = { ...open.todo, seen: { ...open.todo.seen, [side]: { id: look.to, version: FOLLOWED } } };
  }
}

/** Tries after which nobody waits any longer for a pair that cannot be read: some seven minutes. */
const UNREAD_PATIENCE = 3;

export const UNREADABLE = new SyncError('unavailable', 'a record could not be read', { code: 'NOT_READ' });
export const UNREADABLE_PAIR = new SyncError('unavailable', 'a record of a pair could not be read', { code: 'PAIR_NOT_READ' });

/**
 * Kinds of which a pair could not be read lately. Its record may live on as one that looks new: what is new of that kind waits, for some
 * minutes at most, so that a record which nobody can ever read holds up nobody for good.
 */
export function unreadOf(run: Run): ReadonlySet<Kind> {
  const isLate = ({ error }: Todo): boolean => error?.code === UNREADABLE_PAIR.details.code && error.tries <= UNREAD_PATIENCE;
  return new Set([...run.todos.values()].flatMap(({ todo }) => (isLate(todo) ? [todo.kind] : [])));
}

/** A pair that is read again holds up nobody any more, least of all itself. */
export function readAgain(todo: Todo): Todo {
  const { error, ...rest } = todo;
  return error?.code === UNREADABLE_PAIR.details.code ? rest : todo;
}

/** `side` and id of the records that pairs are about to follow. */
export function followedOf(run: Run): ReadonlySet<string> {
  return new Set([...run.todos.values()].flatMap(({ todo: { seen } }) => (
    (['m', 'c'] as const).flatMap((side) => (seen[side]?.version === FOLLOWED ? [`${side}${seen[side].id}`] : [])))));
}

/** Sides whose record got a link under another key meanwhile, for example as the answer to a question, or as the survivor of a merge. */
export function linkedElsewhere(run: Run, { todo }: OpenTodo): readonly SideKey[] {
  if (run.links.has(todo.linkId) || todo.intent) return [];
  return (['m', 'c'] as const).filter((side) => {
    const id = todo.seen[side]?.id;
    const linked = id === undefined ? null : run.index[side].get(id);
    return linked !== null && linked !== undefined && linked !== todo.linkId;
  });
}
