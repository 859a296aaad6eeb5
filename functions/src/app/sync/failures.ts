/** One record's failure is that record's state: tried again later, or set aside with a sentence; never the run's exception. */
import { nextTry, shouldPark } from '../../engine/backoff.ts';
import { SyncError, type ErrorKind } from '../../engine/errors.ts';
import type { JournalEntry, Todo, TodoError } from '../../engine/link.ts';
import type { Seen, SideKey } from '../../engine/record.ts';
import { askTodo, errorTodo, keptGroup } from './groups.ts';
import { CANDIDATES_MAX, TRIES_TOLD } from './limits.ts';
import type { Group, OpenTodo, Run } from './run.ts';

type Records = Partial<Record<SideKey, Seen>>;

/** Whatever the record, the next one would meet the same: these are the service's, and end the run. */
const SERVICE_KINDS: ReadonlySet<ErrorKind> = new Set(['throttled', 'quota', 'credentialsRejected']);

export function isService(error: SyncError): boolean {
  return SERVICE_KINDS.has(error.kind);
}

/** A record that was refused, or could not be decided about: an error of its todo, or a question where the service names others. */
export function failedGroup(run: Run, open: OpenTodo, error: SyncError, records: Records): Group {
  const { candidates } = error.details;
  if (error.kind === 'duplicate' && candidates && candidates.length > 0 && !open.todo.ask?.answer) return duplicateGroup(run, open, candidates, records);
  const tries = (open.todo.error?.tries ?? 0) + 1;
  const { code, field } = error.details;
  const todoError: TodoError = { kind: error.kind, code, tries, ...(field === undefined ? {} : { field }) };
  const at = nextTry(tries, error.kind, run.now, open.todo.linkId);
  const isParked = shouldPark(error.kind);
  const todo = errorTodo(open.todo, todoError, at, isParked, isOpen(error));
  // Somebody else's edit or a short outage in between is nothing to tell a person about; what lasts is.
  return keptGroup(run, open, todo, isParked || tries === TRIES_TOLD ? [entry(open, 'error', todoError)] : [], records);
}

/** The service itself stops the run: no fault of this record, which goes on in the next run as if nothing had been tried. */
export function postponedGroup(run: Run, open: OpenTodo, error: SyncError): Group {
  const { intent, ...rest } = open.todo;
  const todo: Todo = { ...rest, ...(intent && isOpen(error) ? { intent } : {}), nextTry: run.now };
  return keptGroup(run, open, todo);
}

/** A write that may have happened keeps its intent: the next run asks what became of it. */
function isOpen(error: SyncError): boolean {
  return error.details.isOutcomeUnknown === true;
}

function duplicateGroup(run: Run, open: OpenTodo, candidates: readonly string[], records: Records): Group {
  const { intent: _intent, ...todo } = open.todo;
  return keptGroup(run, open, askTodo(todo, { reason: 'duplicateRule', candidates: candidates.slice(0, CANDIDATES_MAX) }), [entry(open, 'ask')], records);
}

function entry({ todo: { linkId, kind } }: OpenTodo, action: 'error' | 'ask', error?: TodoError): JournalEntry {
  return { linkId, kind, action, why: error ? 'notAccepted' : 'unclear', fields: [], notes: [], ...(error ? { error } : {}) };
}

export function asSyncError(error: unknown): SyncError {
  if (error instanceof SyncError) return error;
  if (!(error instanceof Error)) return new SyncError('bug', 'something that is no error was thrown', { code: 'NO_ERROR', cause: error });
  return new SyncError('bug', `${error.name} in our own code`, { code: 'UNEXPECTED', cause: error });
}
