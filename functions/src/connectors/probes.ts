/** What is known of an event or a task that is looked for, as a calendar and a list can be asked for it. Pure. */
import type { When } from '../engine/when.ts';
import { parseWhen } from '../engine/when.ts';
import type { Probe } from '../ports/side.ts';

const DAY_MS = 24 * 3600_000;

/** The first days of the events looked for: a counterpart begins on the same day, and whole days begin when they do anywhere on earth. */
export function daysOf(probes: readonly Probe[]): readonly (readonly [number, number])[] {
  const spans = probes.flatMap(({ when }) => spanOfDay(when === undefined ? undefined : parseWhen(when)));
  return [...new Map(spans.map((span) => [span.join(), span])).values()];
}

function spanOfDay(when: When | undefined): (readonly [number, number])[] {
  if (!when) return [];
  const day = when.isAllDay ? Date.parse(`${when.startDate}T00:00:00Z`) : Math.floor(when.start / DAY_MS) * DAY_MS;
  return [when.isAllDay ? [day - DAY_MS / 2, day + 1.5 * DAY_MS] : [day, day + DAY_MS]];
}

/** Wider than the comparison that follows: it only narrows. */
export const titleKey = (title: string): string => title.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
