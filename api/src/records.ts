/** One record explained, what the user may ask about it, and the undoing of a run. */
import { z } from 'zod';
import { RunEntry } from './runs.ts';

export const ValueChange = z.object({ field: z.string(), before: z.string(), after: z.string() });

/** A line of the log with its values, as one record's history shows it. */
export const HistoryEntry = RunEntry.extend({ run: z.string(), at: z.number(), changes: z.array(ValueChange) });
export type HistoryEntry = z.infer<typeof HistoryEntry>;

export const RecordHistory = z.object({
  record: z.string(),
  kind: z.string(),
  name: z.string().optional(),
  status: z.enum(['live', 'unlinked', 'dead', 'none']),
  /** What each side shows now, in words; absent when it cannot be read or is gone. */
  now: z.object({ m: z.record(z.string(), z.string()).optional(), c: z.record(z.string(), z.string()).optional() }),
  /** Why nothing happens at the moment. */
  waits: z.enum(['error', 'ask', 'held']).optional(),
  /** Newest first. */
  entries: z.array(HistoryEntry),
  next: z.string().optional(),
});
export type RecordHistory = z.infer<typeof RecordHistory>;

/** `use`: the other side gets `from`'s value of the field, at once and whatever the rules say. */
export const RecordWish = z.discriminatedUnion('do', [
  z.object({ do: z.literal('use'), field: z.string().max(40), from: z.enum(['m', 'c']) }),
  z.object({ do: z.literal('unlink') }),
  z.object({ do: z.literal('relink') }),
]);
export type RecordWish = z.infer<typeof RecordWish>;

export const UndoItem = z.object({
  record: z.string(), kind: z.string(), name: z.string().optional(), action: z.enum(['insert', 'update', 'delete', 'link']),
  side: z.enum(['m', 'c']).optional(), changes: z.array(ValueChange),
});
export const UndoRefusal = UndoItem.extend({
  reason: z.enum(['changedSince', 'deletedSince', 'guests', 'notReadable', 'notSynced', 'open']),
  /** Who changed or deleted it since, where the service tells. */
  by: z.string().optional(),
});

/** What undoing a run would put back, looked up afresh; nothing is written by asking. */
export const UndoPlan = z.object({
  run: z.string(),
  /** Why nothing can be undone at all. */
  isOff: z.enum(['old', 'alreadyUndone', 'nothingWritten']).optional(),
  back: z.array(UndoItem),
  cannot: z.array(UndoRefusal),
});
export type UndoPlan = z.infer<typeof UndoPlan>;
