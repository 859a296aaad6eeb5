/** What is synced, as the settings show and change it: what a choice adds, what it takes away, and what of it was approved. */
import type { Preview, ScopeChoice, UserState } from '@concord/api';
import type { TextKey } from '../../text/en.ts';
import type { RecordKey } from '../../text/en-records.ts';

export type Kind = ScopeChoice['kinds'][number];
export const KINDS: readonly Kind[] = ['contact', 'event', 'task'];

type Present = Pick<UserState, 'kinds' | 'window'>;

/** What is synced now. */
export function presentChoice({ kinds, window }: Present): ScopeChoice {
  return { kinds: KINDS.filter((kind) => kinds.includes(kind)), window };
}

export function isSame(a: ScopeChoice, b: ScopeChoice): boolean {
  return a.kinds.join() === b.kinds.join() && a.window.back === b.window.back && a.window.ahead === b.window.ahead;
}

export function withKind(choice: ScopeChoice, kind: Kind, isOn: boolean): ScopeChoice {
  return { ...choice, kinds: KINDS.filter((one) => (one === kind ? isOn : choice.kinds.includes(one))) };
}

/** Kinds of which more would be synced than now; the server counts exactly these. */
export function grownKinds(now: Present, { kinds, window }: ScopeChoice): readonly Kind[] {
  const isWider = window.back > now.window.back || window.ahead > now.window.ahead;
  return KINDS.filter((kind) => kinds.includes(kind) && (!now.kinds.includes(kind) || (kind === 'event' && isWider)));
}

export function removedKinds({ kinds }: Present, choice: ScopeChoice): readonly Kind[] {
  return KINDS.filter((kind) => kinds.includes(kind) && !choice.kinds.includes(kind));
}

/** Events that are kept the same now and would not be any more. */
export function isNarrower({ kinds, window }: Present, choice: ScopeChoice): boolean {
  const isOn = kinds.includes('event') && choice.kinds.includes('event');
  return isOn && (choice.window.back < window.back || choice.window.ahead < window.ahead);
}

/** The choice less what was not counted or not ticked: a new kind then stays off, and events keep their window. */
export function approvedChoice(now: Present, choice: ScopeChoice, { kinds }: Pick<Preview, 'kinds'>, off: ReadonlySet<string>): ScopeChoice {
  const refused = grownKinds(now, choice).filter((kind) => off.has(kind) || !kinds.some((counted) => counted.kind === kind));
  return {
    kinds: choice.kinds.filter((kind) => now.kinds.includes(kind) || !refused.includes(kind)),
    window: refused.includes('event') ? now.window : choice.window,
  };
}

/** Why the preview cannot be saved, or null. */
export function whyOff(now: Present, preview: Preview | null, choice: ScopeChoice, off: ReadonlySet<string>): TextKey | RecordKey | null {
  if (preview?.state !== 'ready') return 'page.loading';
  if (preview.checks.some((check) => !check.ok)) return 'scope.checkFailed';
  return isSame(presentChoice(now), approvedChoice(now, choice, preview, off)) ? 'scope.nothingLeft' : null;
}

/** Days that may be chosen, and the present number where it is none of them. */
export function daysFor(end: 'back' | 'ahead', present: number): readonly number[] {
  const usual = end === 'back' ? [0, 7, 14, 30, 90, 180, 365] : [30, 90, 180, 365];
  return [...new Set([...usual, present])].sort((a, b) => a - b);
}
