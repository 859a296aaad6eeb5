/** Where the reading of one module's changes stands, as it is stored. */
import { z } from 'zod';

const Cursor = z.object({
  /** Of the cursor itself; another number is a cursor of another build. */
  v: z.literal(1),
  /** How changes are asked for, whether this user sees the module, and when that was found out. */
  mode: z.enum(['sync', 'query']),
  isSeen: z.boolean(),
  at: z.number(),
  /** The service's clock in seconds: everything up to it was read; absent while the first round is under way. */
  since: z.number().optional(),
  /** Our clock in milliseconds when the service's was at least `since`. */
  readAt: z.number().optional(),
  /** Of a list of changes with several pages: the second to ask for next, exactly. */
  page: z.number().optional(),
  /** What was read of the last seconds: id, stamp in seconds, digest of the row. It comes up again and is no news then. */
  recent: z.array(z.tuple([z.string(), z.number(), z.string()])),
  /** Ids that the last look named as deleted. */
  gone: z.array(z.string()),
  /** Rows that are listed by id: the conditions, and the id after which to go on. `began`: the service's clock before the first was. */
  rounds: z.array(z.object({ where: z.array(z.string()), after: z.string() })),
  began: z.number().optional(),
  /** Of events: the window whose events were all asked for. */
  from: z.number().optional(),
  to: z.number().optional(),
  /** Where deletions are not told: the numbers of the user's records, when they were last asked for, and how far that went. */
  known: z.array(z.number()).optional(),
  censusAt: z.number().optional(),
  censusAfter: z.number().optional(),
});
export type Cursor = Readonly<z.infer<typeof Cursor>>;

/** Undefined for what is no cursor of this build. */
export function parseCursor(text: string): Cursor | undefined {
  try {
    const parsed = Cursor.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
