/** Rules of a series: which are legal, and on which days they fall. Days are numbers since 1970 in the zone of the series. */
import { invalidProperty, isDate, readEnum, readInteger, readList, readMembers, readText } from './body.ts';
import { DAY_MS, dateOf, dayOf, zoneOf } from './zones.ts';

export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const PATTERNS = ['daily', 'weekly', 'absoluteMonthly', 'relativeMonthly', 'absoluteYearly', 'relativeYearly'] as const;
const INDEXES = ['first', 'second', 'third', 'fourth', 'last'] as const;
const RANGES = ['endDate', 'noEnd', 'numbered'] as const;
type Weekday = (typeof WEEKDAYS)[number];

/** As it goes over the wire: every member is there, only `type` says which count (learn.microsoft.com, recurrencerange). */
export interface Pattern {
  readonly type: (typeof PATTERNS)[number];
  readonly interval: number;
  readonly month: number;
  readonly dayOfMonth: number;
  readonly daysOfWeek: readonly Weekday[];
  readonly firstDayOfWeek: Weekday;
  readonly index: (typeof INDEXES)[number];
}

export interface Range {
  readonly type: (typeof RANGES)[number];
  readonly startDate: string;
  readonly endDate: string;
  readonly recurrenceTimeZone: string;
  readonly numberOfOccurrences: number;
}

export interface Recurrence { readonly pattern: Pattern; readonly range: Range }

const NO_DATE = '0001-01-01';
const NEEDS_DAYS: readonly string[] = ['weekly', 'relativeMonthly', 'relativeYearly'];
const NEEDS_DAY_OF_MONTH: readonly string[] = ['absoluteMonthly', 'absoluteYearly'];
const NEEDS_MONTH: readonly string[] = ['absoluteYearly', 'relativeYearly'];
/** Exchange's own limits (learn.microsoft.com, EWS IntervalRecurrencePatternBaseType): 999 days, else 99. */
const INTERVAL_MAX = { daily: 999, other: 99 };
const OCCURRENCES_MAX = 999;

/** `startDate` is the day on which the event starts; `zone` the name of the zone of its start. */
export function readRecurrence(value: unknown, startDate: string, zone: string): Recurrence {
  const { pattern, range } = readMembers('recurrence', 'microsoft.graph.patternedRecurrence', ['pattern', 'range'], value);
  return { pattern: readPattern(pattern), range: readRange(range, startDate, zone) };
}

/** Members that the type does not use must be legal all the same (learn.microsoft.com/graph/outlook-schedule-recurring-events). */
function readPattern(value: unknown): Pattern {
  const names = ['type', 'interval', 'month', 'dayOfMonth', 'daysOfWeek', 'firstDayOfWeek', 'index'];
  const given = readMembers('pattern', 'microsoft.graph.recurrencePattern', names, value);
  const type = readEnum('type', 'recurrencePatternType', PATTERNS, given['type']);
  const pattern: Pattern = {
    type,
    interval: readInteger('interval', given['interval'] ?? 0),
    month: readInteger('month', given['month'] ?? 0),
    dayOfMonth: readInteger('dayOfMonth', given['dayOfMonth'] ?? 0),
    daysOfWeek: readList('daysOfWeek', 'microsoft.graph.dayOfWeek', given['daysOfWeek'] ?? [])
      .map((day) => readEnum('daysOfWeek', 'dayOfWeek', WEEKDAYS, day)),
    firstDayOfWeek: readEnum('firstDayOfWeek', 'dayOfWeek', WEEKDAYS, given['firstDayOfWeek'] ?? 'sunday'),
    index: readEnum('index', 'weekIndex', INDEXES, given['index'] ?? 'first'),
  };
  const most = type === 'daily' ? INTERVAL_MAX.daily : INTERVAL_MAX.other;
  demand(pattern.interval >= 1 && pattern.interval <= most, 'interval');
  demand(pattern.month >= (NEEDS_MONTH.includes(type) ? 1 : 0) && pattern.month <= 12, 'month');
  demand(pattern.dayOfMonth >= (NEEDS_DAY_OF_MONTH.includes(type) ? 1 : 0) && pattern.dayOfMonth <= 31, 'dayOfMonth');
  demand(!NEEDS_DAYS.includes(type) || pattern.daysOfWeek.length > 0, 'daysOfWeek');
  return pattern;
}

function readRange(value: unknown, startDate: string, zone: string): Range {
  const names = ['type', 'startDate', 'endDate', 'recurrenceTimeZone', 'numberOfOccurrences'];
  const given = readMembers('range', 'microsoft.graph.recurrenceRange', names, value);
  const type = readEnum('type', 'recurrenceRangeType', RANGES, given['type']);
  const recurrenceTimeZone = readText('recurrenceTimeZone', given['recurrenceTimeZone'] ?? null) ?? zone;
  zoneOf(recurrenceTimeZone);
  const start = given['startDate'];
  demand(typeof start === 'string' && isDate(start), 'startDate');
  if (start !== startDate) throw invalidProperty('The start date of the recurrence range must be the date on which the event starts.');
  const end = given['endDate'] ?? NO_DATE;
  demand(typeof end === 'string' && (end === NO_DATE || isDate(end)), 'endDate');
  const endDate = String(end);
  const numberOfOccurrences = readInteger('numberOfOccurrences', given['numberOfOccurrences'] ?? 0);
  demand(type !== 'endDate' || endDate >= startDate, 'endDate');
  demand(numberOfOccurrences >= (type === 'numbered' ? 1 : 0) && numberOfOccurrences <= OCCURRENCES_MAX, 'numberOfOccurrences');
  return {
    type, startDate, recurrenceTimeZone,
    endDate: type === 'endDate' ? endDate : NO_DATE,
    numberOfOccurrences: type === 'numbered' ? numberOfOccurrences : 0,
  };
}

function demand(isGood: boolean, name: string): void {
  if (!isGood) throw invalidProperty(`The recurrence is not valid: '${name}' is missing or out of range.`);
}

/** The days of the series in order; endless for noEnd, so the caller stops. Days that were cancelled count as well. */
export function* daysOf({ pattern, range }: Recurrence): Generator<number> {
  const first = dayOf(range.startDate);
  const last = range.type === 'endDate' ? dayOf(range.endDate) : Infinity;
  let left = range.type === 'numbered' ? range.numberOfOccurrences : Infinity;
  for (const day of daysByPattern(pattern, first)) {
    if (day < first) continue;
    if (day > last || left === 0) return;
    left -= 1;
    yield day;
  }
}

function* daysByPattern(pattern: Pattern, first: number): Generator<number> {
  const { type, interval } = pattern;
  switch (type) {
    case 'daily': yield* daysByStep(first, interval); return;
    case 'weekly': yield* daysByWeek(pattern, first); return;
    case 'absoluteMonthly': case 'relativeMonthly': yield* daysByMonth(pattern, monthOf(first), interval); return;
    case 'absoluteYearly': case 'relativeYearly': {
      const month = monthOf(first);
      yield* daysByMonth(pattern, month - (month % 12) + pattern.month - 1, interval * 12);
    }
  }
}

function* daysByStep(first: number, interval: number): Generator<number> {
  for (let day = first; ; day += interval) yield day;
}

function* daysByWeek({ interval, daysOfWeek, firstDayOfWeek }: Pattern, first: number): Generator<number> {
  const start = WEEKDAYS.indexOf(firstDayOfWeek);
  const offsets = [...new Set(daysOfWeek)].map((day) => (WEEKDAYS.indexOf(day) - start + 7) % 7).sort((left, right) => left - right);
  const monday = first - ((weekdayOf(first) - start + 7) % 7);
  for (let week = monday; ; week += 7 * interval) for (const offset of offsets) yield week + offset;
}

/** Months are numbers since year 0. */
function* daysByMonth(pattern: Pattern, first: number, interval: number): Generator<number> {
  for (let month = first; ; month += interval) {
    const day = dayInMonth(pattern, month);
    if (day !== undefined) yield day;
  }
}

function dayInMonth({ type, dayOfMonth, daysOfWeek, index }: Pattern, month: number): number | undefined {
  const start = Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY_MS;
  const length = Date.UTC(Math.floor(month / 12), (month % 12) + 1, 1) / DAY_MS - start;
  // Days 29 to 31 fall on the last day of a shorter month (learn.microsoft.com, EWS AbsoluteMonthlyRecurrence) [unconfirmed for Graph].
  if (type === 'absoluteMonthly' || type === 'absoluteYearly') return start + Math.min(dayOfMonth, length) - 1;
  const days = Array.from({ length }, (_, n) => start + n).filter((day) => daysOfWeek.some((name) => WEEKDAYS.indexOf(name) === weekdayOf(day)));
  return index === 'last' ? days.at(-1) : days[INDEXES.indexOf(index)];
}

/** The first of January 1970 was a Thursday. */
const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

function monthOf(day: number): number {
  const [year = 0, month = 1] = dateOf(day).split('-').map(Number);
  return year * 12 + month - 1;
}
