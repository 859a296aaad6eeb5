/** What is stored together about one todo: its link, index rows, the todo itself, and its line in the log. */
import { settleAdopt, settleRemade, type Settled } from '../../engine/settle.ts';
import { wishLeft } from '../../engine/wish.ts';
import type { Ask, Intent, JournalEntry, Link, LinkId, Todo, TodoError } from '../../engine/link.ts';
import type { Instant, Seen, SideKey } from '../../engine/record.ts';
import type { RowChange } from '../../ports/table.ts';
import { encodeLink, encodeTodo } from '../../store/codec.ts';
import { keys } from '../../store/keys.ts';
import { CONFIRM_INTERVALS, NEVER } from './limits.ts';
import { remember } from './rows.ts';
import type { Group, OpenTodo, Run } from './run.ts';

const MINUTE_MS = 60_000;

type Records = Partial<Record<SideKey, Seen>>;

/**
 * Everything that a settled action stores. `also` are todos that this one makes needless (the counterpart's own); `intent` is
 * what is still of unknown outcome.
 */
export function settledGroup(
  run: Run, open: OpenTodo, settled: Settled, records: Records, also: readonly OpenTodo[] = [], intent?: Intent,
): Group {
  const { link } = settled;
  const fate = settledFate(open.todo, settled.todo);
  const next = fate === 'done' ? undefined : settledTodo(run, open.todo, fate, intent);
  const key = keys.todo(open.todo.linkId);
  const todo: RowChange = next ? { op: 'put', key, cells: encodeTodo(next, run.sealer, run.owner), etag: open.etag } : removal(open);
  return {
    changes: [...linkChanges(run, link), todo, ...also.map((other) => removal(other))],
    entries: entriesOf(settled.journal, link, records), gained: gainOf(run, link),
    done: (etags) => {
      noteLink(run, link);
      for (const other of also) run.todos.delete(other.todo.linkId);
      if (!next) { run.todos.delete(open.todo.linkId); return; }
      open.todo = next;
      open.etag = etags.get(key) ?? '';
      open.isFresh = false;
    },
  };
}

/** A wish was carried out instead of the ordinary plan: what else the todo was about is looked at next. */
function settledFate(todo: Todo, fate: Settled['todo']): Settled['todo'] {
  return todo.wish && fate === 'done' ? 'again' : fate;
}

/** The todo is done and there is nothing else to store but, at most, a line in the log. */
export function droppedGroup(run: Run, open: OpenTodo, journal: readonly JournalEntry[], records: Records): Group {
  if (open.todo.wish) {
    // What became of an update before it is found out next, by the ordinary plan (R10).
    const { intent } = open.todo;
    const next = settledTodo(run, open.todo, 'again', undefined);
    return keptGroup(run, open, intent?.op === 'update' ? { ...next, intent } : next, journal, records);
  }
  return grouped([removal(open)], entriesOf(journal, undefined, records), () => { run.todos.delete(open.todo.linkId); });
}

/** The todo stays, changed: another time, an error, a question, an intent. */
export function keptGroup(run: Run, open: OpenTodo, todo: Todo, journal: readonly JournalEntry[] = [], records: Records = {}): Group {
  const key = keys.todo(todo.linkId);
  const change: RowChange = { op: 'put', key, cells: encodeTodo(todo, run.sealer, run.owner), etag: open.etag };
  return grouped([change], entriesOf(journal, run.links.get(todo.linkId), records), (etags) => {
    open.todo = todo;
    open.etag = etags.get(key) ?? '';
  });
}

/** What is agreed before anything is written outside. */
export interface Before {
  readonly link: Link | undefined;
  readonly also: readonly OpenTodo[];
  readonly journal: readonly JournalEntry[];
  readonly records: Records;
}

/** The link as agreed so far together with the todo's intent: what a run stores before it writes outside. */
export function intentGroup(run: Run, open: OpenTodo, todo: Todo, before: Before): Group {
  const { link, also, journal, records } = before;
  const kept = keptGroup(run, open, todo);
  return {
    ...kept, entries: entriesOf(journal, link, records), ...(link ? { gained: gainOf(run, link) } : {}),
    changes: [...kept.changes, ...(link ? linkChanges(run, link) : []), ...also.map((other) => removal(other))],
    done: (etags) => {
      kept.done?.(etags);
      if (link) noteLink(run, link);
      for (const other of also) run.todos.delete(other.todo.linkId);
    },
  };
}

/** R4: the todo was re-marked meanwhile, so it stays; only its settled intent goes, in the batch that writes the link. */
export function remarkedGroup(run: Run, open: OpenTodo, settled: Settled, records: Records, isOpen: boolean): Group {
  const key = keys.todo(open.todo.linkId);
  const cleared: RowChange = isOpen ? { op: 'merge', key, cells: { nt: run.now } } : unintended(open.todo.linkId, run.now);
  const done = (etags: ReadonlyMap<string, string>): void => {
    noteLink(run, settled.link);
    const { intent, ...todo } = open.todo;
    open.todo = { ...todo, ...(isOpen && intent ? { intent } : {}), nextTry: run.now };
    open.etag = etags.get(key) ?? '';
    open.isFresh = false;
  };
  return {
    changes: [...linkChanges(run, settled.link), cleared], gained: gainOf(run, settled.link), done,
    entries: entriesOf(settled.journal, settled.link, records),
  };
}

/** The pair begins anew: its link and index rows go, and the todo is about the one living record as if it were just born. */
export function forgottenGroup(
  run: Run, open: OpenTodo, link: Link, survivor: SideKey, records: Records, before: readonly JournalEntry[],
): Group {
  const ref = link[survivor];
  const kept = keptGroup(run, open, { ...settledTodo(run, open.todo, 'again', undefined), seen: ref ? { [survivor]: ref } : {} });
  const rows = (['m', 'c'] as const).flatMap((side): RowChange[] => (link[side] ? [{ op: 'delete', key: keys.index(side, link[side].id) }] : []));
  return {
    ...kept, changes: [...kept.changes, { op: 'delete', key: keys.link(link.kind, link.id) }, ...rows],
    entries: entriesOf([...before, { linkId: link.id, kind: link.kind, action: 'unlink', why: 'restored', fields: [], notes: [] }], link, records),
    gained: { kind: link.kind, count: link.status === 'live' ? -1 : 0 },
    done: (etags) => {
      kept.done?.(etags);
      run.links.delete(link.id);
      run.linkRows?.delete(keys.link(link.kind, link.id));
      run.unlinked.add(link.id);
      for (const side of ['m', 'c'] as const) if (link[side]) run.index[side].set(link[side].id, null);
    },
  };
}

/** Takes the intent from a todo, whoever marked it meanwhile. */
export function unintended(linkId: LinkId, now: Instant): RowChange {
  return { op: 'merge', key: keys.todo(linkId), cells: { in: new Uint8Array(0), nt: now } };
}

export function adoptedSettled(run: Run, open: OpenTodo, record: Seen): Settled | undefined {
  const { intent, linkId, kind } = open.todo;
  const link = run.links.get(linkId);
  if (intent?.op === 'create' && intent.isAlone) {
    return link && settleRemade(link, intent.side, { id: record.id, version: record.version, written: record.fields, notes: [] }, run.stamp(kind));
  }
  return intent?.op === 'create' ? settleAdopt(linkId, kind, intent, record, run.stamp(kind)) : undefined;
}

export function errorTodo(todo: Todo, error: TodoError, nextTry: number, isParked: boolean, intent: Intent | undefined): Todo {
  const { intent: _intent, isParked: _isParked, ...rest } = todo;
  return { ...rest, ...(intent ? { intent } : {}), error, nextTry, reason: 'retry', ...(isParked ? { isParked: true } : {}) };
}

/** Matched anew, as if nobody had asked. */
export function unasked(todo: Todo, now: number): Todo {
  const { ask: _ask, ...rest } = todo;
  return { ...rest, nextTry: now };
}

export function askTodo(todo: Todo, ask: Ask): Todo {
  return { ...todo, ask, nextTry: NEVER };
}

function grouped(changes: readonly RowChange[], entries: Group['entries'], done: (etags: ReadonlyMap<string, string>) => void): Group {
  return { changes, entries, done };
}

function linkChanges(run: Run, link: Link): RowChange[] {
  const sides = (['m', 'c'] as const).flatMap((side): RowChange[] => {
    const ref = link[side];
    if (!ref || run.index[side].get(ref.id) === link.id) return [];
    return [{ op: 'put', key: keys.index(side, ref.id), cells: { l: link.id } }];
  });
  return [{ op: 'put', key: keys.link(link.kind, link.id), cells: encodeLink(link, run.sealer, run.owner) }, ...sides];
}

function removal(open: OpenTodo): RowChange {
  return { op: 'delete', key: keys.todo(open.todo.linkId), etag: open.etag };
}

function settledTodo(run: Run, todo: Todo, fate: 'again' | 'confirm', open: Intent | undefined): Todo {
  const { intent: _intent, error: _error, ask: _ask, isParked: _isParked, held: _held, wish: _wish, ...rest } = todo;
  const pause = fate === 'again' ? 0 : run.control.config.intervalMinutes * MINUTE_MS * CONFIRM_INTERVALS;
  // What a person wanted back and perhaps did not get is wanted still: else the blank that stands there would travel as an edit.
  const wish = open && todo.wish?.do === 'restore' ? todo.wish : wishLeft(todo.wish);
  return { ...rest, ...(open ? { intent: open } : {}), ...(wish ? { wish } : {}), reason: fate === 'again' ? 'retry' : 'confirm', nextTry: run.now + pause };
}

function gainOf(run: Run, link: Link): NonNullable<Group['gained']> {
  const isLive = (known: Link | undefined): number => (known?.status === 'live' ? 1 : 0);
  return { kind: link.kind, count: isLive(link) - isLive(run.links.get(link.id)) };
}

function noteLink(run: Run, link: Link): void {
  remember(run, link);
  for (const side of ['m', 'c'] as const) {
    const ref = link[side];
    if (ref) run.index[side].set(ref.id, link.id);
  }
}

function entriesOf(journal: readonly JournalEntry[], link: Link | undefined, records: Records): Group['entries'] {
  const m = link?.m?.id ?? records.m?.id;
  const c = link?.c?.id ?? records.c?.id;
  const name = nameOf(records.m ?? records.c) ?? nameOfFields(link);
  return journal.map((entry) => ({ ...entry, ids: { ...(m === undefined ? {} : { m }), ...(c === undefined ? {} : { c }) },
    ...(name === undefined ? {} : { name }) }));
}

/** The name a person knows a record by. */
export function nameOf(record: Pick<Seen, 'fields'> | undefined): string | undefined {
  if (!record) return undefined;
  const { givenName, familyName, company, primaryEmail, subject } = record.fields;
  if (typeof subject === 'string' && subject !== '') return subject;
  const name = [givenName, familyName].filter((part) => typeof part === 'string' && part !== '').join(' ');
  if (name !== '') return name;
  return [company, primaryEmail].find((part): part is string => typeof part === 'string' && part !== '');
}

function nameOfFields(link: Link | undefined): string | undefined {
  return link ? nameOf({ fields: link.shadow.m }) ?? nameOf({ fields: link.shadow.c }) : undefined;
}
