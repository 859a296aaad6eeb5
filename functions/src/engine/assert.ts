/** The one assertion of the engine. It stays on in production: a broken promise parks one link (R6), it never spreads. */
import { SyncError } from './errors.ts';

/**
 * Throws SyncError `bug` with code `ENGINE_ASSERT` when the condition does not hold.
 * The sentence says what must be true, in ids and field names only, never with anything a person wrote.
 */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new SyncError('bug', `Engine assertion failed: ${sentence}.`, { code: 'ENGINE_ASSERT' });
}
