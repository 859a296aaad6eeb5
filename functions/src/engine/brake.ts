/** The brake: more deletions or blankings in a day than a person makes by hand wait for the user's word. Pure. */
import type { Held } from './link.ts';
import type { Instant, Kind } from './record.ts';

/** What a run is about to do that cannot be looked at afterwards: the same things of one kind on one side are counted together. */
export type HeldWhat = Pick<Held, 'what' | 'side' | 'field'>;

export const brakeKey = (kind: Kind, { what, side, field }: HeldWhat): string => [kind, what, side, ...(field === undefined ? [] : [field])].join('~');

/** By brake key: when how many passed. */
export type Passed = Readonly<Record<string, readonly { readonly at: Instant; readonly count: number }[]>>;

const DAY_MS = 24 * 60 * 60_000;
const FREE_MIN = 5;
const FREE_SHARE = 0.1;
const SUSPECT_SHARE = 0.5;

/** So many a day pass without a question: five, or a tenth of all links of the kind. */
export function dailyLimit(links: number): number {
  return Math.max(FREE_MIN, Math.floor(links * FREE_SHARE));
}

/** Half of all records vanishing at once is a fault of the source, not somebody's decision. */
export function isSuspect(held: number, links: number): boolean {
  return held > FREE_MIN && held >= links * SUSPECT_SHARE;
}

export function passedIn24h(passed: Passed | undefined, key: string, now: Instant): number {
  return (passed?.[key] ?? []).reduce((sum, { at, count }) => sum + (now - at < DAY_MS ? count : 0), 0);
}

/** What passed, with these added and what is older than a day forgotten: the list stays as short as a day has runs. */
export function withPassed(passed: Passed | undefined, key: string, count: number, now: Instant): Passed {
  const young = Object.entries(passed ?? {}).flatMap(([name, list]): [string, Passed[string]][] => {
    const kept = list.filter(({ at }) => now - at < DAY_MS);
    return kept.length > 0 ? [[name, kept]] : [];
  });
  const next: Record<string, Passed[string]> = Object.fromEntries(young);
  return { ...next, [key]: [...next[key] ?? [], { at: now, count }] };
}
