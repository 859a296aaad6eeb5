/** Changes the brake holds: more deletions or blankings in a day than a person makes by hand. Nothing of them is written. */
import { z } from 'zod';

export const HeldRecord = z.object({ id: z.string(), name: z.string().optional() });

export const HeldGroup = z.object({
  /** Names the group in the answer; stable while it is held. */
  id: z.string(),
  kind: z.string(),
  /** `delete` and `unlink`: records vanished on the other side. `blank`: a field was emptied there. */
  what: z.enum(['delete', 'unlink', 'blank']),
  /** The side that would be written, and is untouched. */
  side: z.enum(['m', 'c']),
  field: z.string().optional(),
  count: z.number(),
  /** So many a day pass without a question. */
  limit: z.number(),
  /** When the first of them was held. */
  since: z.number(),
  /** Half of all records or more: taken for a fault of the source, not for a decision. */
  isSuspect: z.boolean(),
  /** The first twenty. */
  records: z.array(HeldRecord),
});
export type HeldGroup = z.infer<typeof HeldGroup>;

export const HeldList = z.object({ groups: z.array(HeldGroup), limit: z.number() });
export type HeldList = z.infer<typeof HeldList>;

/**
 * Who deleted or emptied them, most first; empty where the service does not tell. Of a large group a part was asked about, and `count`
 * is missing then.
 */
export const HeldAuthors = z.object({ by: z.array(z.object({ name: z.string(), count: z.number().optional() })) });
export type HeldAuthors = z.infer<typeof HeldAuthors>;

/**
 * `keep`: the untouched side stays as it is and the pairs are taken apart (a blanked field keeps its value here).
 * `restore`: what vanished is made again on the other side. `confirm`: do it. Answers the number of records.
 */
export const HeldAnswer = z.object({ verdict: z.enum(['keep', 'restore', 'confirm']), records: z.array(z.string().max(26)).max(1000).optional() });
export type HeldAnswer = z.infer<typeof HeldAnswer>;
