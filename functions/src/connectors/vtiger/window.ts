/** Events beyond the window are not asked for, so those that a moved window takes in are listed when it moves. */
import { WINDOW_STEP } from './limits.ts';
import { entering, reachedBack, type ModuleSpec } from './modules.ts';
import type { Scope } from '../../ports/side.ts';
import type { Cursor } from './cursor.ts';

/** The cursor with a round for what a window which moved on, or was set wider, takes in; a round under way keeps the window it began with. */
export function withWindow({ from, to }: Scope['window'], { kind }: ModuleSpec, cursor: Cursor): Cursor {
  if (kind !== 'event' || cursor.rounds.length > 0 || cursor.page !== undefined || cursor.from === undefined || cursor.to === undefined) return cursor;
  const isWidening = to - cursor.to > WINDOW_STEP;
  const rounds = [
    ...isWidening ? [{ where: [...entering(cursor.to, to)], after: '' }] : [],
    ...from < cursor.from ? [{ where: [...reachedBack(from, cursor.from)], after: '' }] : [],
  ];
  // The day-to-day move of the end waits until it is worth a call; a window that was drawn in has to be asked for again when it widens.
  return { ...cursor, rounds, from, to: isWidening || to < cursor.to ? to : cursor.to };
}
