/** When a cycle has nothing to do, so that it leaves no trace. */
import type { SyncError } from '../../engine/errors.ts';
import type { Instant, SideKey } from '../../engine/record.ts';
import type { ChangePage } from '../../ports/side.ts';
import type { Control } from '../control.ts';
import type { Services } from '../services.ts';
import { isQuiet } from './collect.ts';
import { areWatchesDue } from './watches.ts';

/** What a side answered; undefined where it was not asked. */
export type Polled = { readonly page: ChangePage } | { readonly failure: SyncError } | undefined;

/** Nothing new on either side, nothing due, nothing to clear: this run leaves no trace. */
export function isIdle(services: Services, control: Control, polled: Readonly<Record<SideKey, Polled>>, now: Instant): boolean {
  const { head, cursorsAt } = control;
  // A run that never ended has told nobody what it left to do.
  if (head.holder !== undefined) return false;
  if (head.continues || head.problem || head.suspended || head.notBefore !== undefined || head.firstSync) return false;
  if (head.refusals.m + head.refusals.c > 0 || (head.nextTodoAt ?? Infinity) <= now) return false;
  if (isRung(control) || areWatchesDue(services, control, now)) return false;
  return (['m', 'c'] as const).every((side) => {
    const answer = polled[side];
    return answer !== undefined && 'page' in answer && isQuiet(answer.page, cursorsAt[side], now);
  });
}

/** Somebody rang whom no run has heard. What a vendor's notice is about shows in the poll itself: an empty one was an echo. */
export function isRung({ head, bell }: Pick<Control, 'head' | 'bell'>): boolean {
  return bell !== undefined && bell.by !== 'notification' && bell.rungAt > (head.lastRunAt ?? 0);
}
