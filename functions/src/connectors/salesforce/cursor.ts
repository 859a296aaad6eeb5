/** Where the reading of one object's changes stands, as it is stored. */
import { z } from 'zod';

const Cursor = z.object({
  /** Of the cursor itself; another number is a cursor of another build. */
  v: z.literal(1),
  /** The service's clock when the last whole round began; absent while the first is under way. */
  since: z.number().optional(),
  /** Columns to select, and when they were described. None: the user did not see the object then. */
  select: z.array(z.string()),
  at: z.number(),
  /** Of events: where the window ended up to which all of them were asked for. */
  to: z.number().optional(),
  /** And where it began, when they were last asked for; absent in cursors of older builds. */
  from: z.number().optional(),
  /** A round under way: when it began, the next page, the last row seen in case the page's locator dies, and its window. */
  round: z.object({
    began: z.number(), next: z.string(), stamp: z.number(), id: z.string(), to: z.number().optional(), from: z.number().optional(),
  }).optional(),
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
