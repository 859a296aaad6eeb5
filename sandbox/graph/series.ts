/** A series as the events it stands for: its occurrences, changed or not, and the event that an id means. */
import type { Appointment, EventFields } from './event-fields.ts';
import { overlaps, windowOf } from './event-times.ts';
import { occurrenceOf } from './ids.ts';
import { findItem } from './mailbox.ts';
import type { Item, Shelf, TimeWindow } from './mailbox.ts';
import { daysOf } from './recurrence.ts';
import { GraphError } from './reply.ts';
import { DAY_MS, dateOf, dayOf, instantOf, shiftLocal, wallDistance } from './zones.ts';

export type EventItem = Item<EventFields>;

export interface Occurrence {
  readonly item: EventItem;
  /** The day on which the rule puts it. */
  readonly day: number;
  readonly isException: boolean;
  readonly fields: Appointment;
}

/** A single event, a master, or one occurrence of a series. */
export type Target = { readonly kind: 'whole'; readonly item: EventItem } | ({ readonly kind: 'occurrence' } & Occurrence);

export function findTarget(calendar: Shelf<EventFields>, id: string): Target | undefined {
  const item = findItem(calendar, id);
  if (item) return { kind: 'whole', item };
  const found = occurrenceOf(calendar.tag, id);
  const master = found && calendar.items.get(found.n);
  const occurrence = found && master && occurrenceAt(master, found.day);
  return occurrence && { kind: 'occurrence', ...occurrence };
}

/** Undefined when the rule does not fall on the day, or the occurrence was deleted. */
function occurrenceAt(item: EventItem, day: number): Occurrence | undefined {
  const { recurrence, cancelled } = item.fields;
  if (!recurrence || cancelled.includes(day)) return undefined;
  for (const other of daysOf(recurrence)) {
    if (other === day) return occurrence(item, day);
    if (other > day) return undefined;
  }
  return undefined;
}

/** Local time stays the same over clock changes, and so does the length on the wall clock. */
export function plainOccurrence({ fields }: EventItem, day: number): Appointment {
  const start = `${dateOf(day)}${fields.start.slice(10)}`;
  return { ...fields, start, end: shiftLocal(start, wallDistance(fields.start, fields.end)) };
}

function occurrence(item: EventItem, day: number): Occurrence {
  const changed = item.fields.exceptions[day];
  return { item, day, isException: changed !== undefined, fields: { ...plainOccurrence(item, day), ...changed } };
}

/** Those that lie in the window wholly or in part, in order of the rule. */
export function occurrencesIn(item: EventItem, window: TimeWindow): Occurrence[] {
  const { recurrence, cancelled, exceptions } = item.fields;
  if (!recurrence) return [];
  const found: Occurrence[] = [];
  const lastException = Math.max(-Infinity, ...Object.keys(exceptions).map(Number));
  const length = Math.ceil(wallDistance(item.fields.start, item.fields.end) / DAY_MS);
  const from = Math.floor(window.start / DAY_MS) - length - 1;
  const to = Math.ceil(window.end / DAY_MS) + 1;
  for (const day of daysOf(recurrence)) {
    if (day > to && day > lastException) break;
    const isNear = (day >= from && day <= to) || exceptions[day] !== undefined;
    if (!isNear || cancelled.includes(day)) continue;
    const made = occurrence(item, day);
    if (overlaps(windowOf(made.fields), window)) found.push(made);
  }
  return found;
}

/** Those that differ from the rule and still exist. */
export const exceptionsOf = (item: EventItem): Occurrence[] =>
  Object.keys(item.fields.exceptions).map(Number).sort((left, right) => left - right).map((day) => occurrence(item, day));

/** The instant at which the rule would start it, whatever became of it. */
export const originalStart = ({ item, day }: Occurrence): number => instantOf(plainOccurrence(item, day).start, item.fields.zone);

/** An occurrence stays between its neighbours, and not on the day of one (learn.microsoft.com/graph/api/event-update). */
export function demandBetweenNeighbours({ item, day }: Occurrence, fields: Appointment): void {
  const { recurrence, cancelled } = item.fields;
  if (!recurrence) return;
  let before = -Infinity;
  let after = Infinity;
  for (const other of daysOf(recurrence)) {
    if (cancelled.includes(other) || other === day) continue;
    const shown = dayOf(occurrence(item, other).fields.start);
    if (other < day) before = shown;
    else {
      after = shown;
      break;
    }
  }
  const now = dayOf(fields.start);
  if (now > before && now < after) return;
  throw new GraphError(
    400, 'ErrorOccurrenceCrossingBoundary', 'Modified occurrence is crossing or overlapping adjacent occurrence.',
  );
}
