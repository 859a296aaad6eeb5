/** One record's failure is that record's state: tried again later, or set aside with a sentence; never the run's exception. */
import { nextTry, shouldPark } from '../../engine/backoff.ts';
import { SyncError, type ErrorKind } from '../../engine/errors.ts';
import type { Intent, JournalEntry, TodoError } from '../../engine/link.ts';
import type { Seen, SideKey } from '../../engine/record.ts';
import { askTodo, errorTodo, keptGroup } from './groups.ts';
import { TRIES_TOLD } from './limits.ts';
import type { Group, OpenTodo, Run } from './run.ts';

type Records = Partial<Record<SideKey, Seen>>;

export interface Failure {
  readonly records?: Records;
  /** What may have happened nevertheless: the next run asks what became of it. */
  readonly intent?: Intent | undefined;
  /** Records that the service takes for the same person, and that the user could mean. */
  readonly rivals?: readonly string[];
}

/** Whatever the record, the next one would meet the same: these are the service's, and end the run. */
const SERVICE_KINDS: ReadonlySet<ErrorKind> = new Set(['throttled', 'quota', 'credentialsRejected']);

export function isService(error: SyncError): boolean {
  return SERVICE_KINDS.has(error.kind);
}

/** A record that was refused, or could not be decided about: an error of its todo, or a question where the service names rivals. */
export function failedGroup(run: Run, open: OpenTodo, error: SyncError, { records = {}, intent, rivals = [] }: Failure): Group {
  if (rivals.length > 0 && !open.todo.ask?.answer) return duplicateGroup(run, open, rivals, records);
  const tries = (open.todo.error?.tries ?? 0) + 1;
  const { code, field } = error.details;
  const todoError: TodoError = { kind: error.kind, code, tries, ...(field === undefined ? {} : { field }) };
  const at = nextTry(tries, error.kind, run.now, open.todo.linkId);
  const isParked = shouldPark(error.kind);
  const todo = errorTodo(open.todo, todoError, at, isParked, intent);
  // Somebody else's edit or a short outage in between is nothing to tell a person about; what lasts is.
  return keptGroup(run, open, todo, isParked || tries === TRIES_TOLD ? [entry(open, 'error', todoError)] : [], records);
}

/** The service itself stops the run: no fault of this record, which goes on in the next run as if nothing had been tried. */
export function postponedGroup(run: Run, open: OpenTodo, intent: Intent | undefined): Group {
  const { intent: _intent, ...rest } = open.todo;
  return keptGroup(run, open, { ...rest, ...(intent ? { intent } : {}), nextTry: run.now });
}

function duplicateGroup(run: Run, open: OpenTodo, candidates: readonly string[], records: Records): Group {
  const { intent: _intent, ...todo } = open.todo;
  return keptGroup(run, open, askTodo(todo, { reason: 'duplicateRule', candidates }), [entry(open, 'ask')], records);
}

function entry({ todo: { linkId, kind } }: OpenTodo, action: 'error' | 'ask', error?: TodoError): JournalEntry {
  return { linkId, kind, action, why: error ? 'notAccepted' : 'unclear', fields: [], notes: [], ...(error ? { error } : {}) };
}

export function asSyncError(error: unknown): SyncError {
  if (error instanceof SyncError) return error;
  if (!(error instanceof Error)) return new SyncError('bug', 'something that is no error was thrown', { code: 'NO_ERROR', cause: error });
  return new SyncError('bug', `${error.name} in our own code`, { code: 'UNEXPECTED', cause: error });
}
