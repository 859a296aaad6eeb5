/** Rules of a series as EWS writes them, and the days on which they fall. */
import { daysOf, WEEKDAYS } from '../graph/recurrence.ts';
import type { Pattern, Recurrence } from '../graph/recurrence.ts';
import { dateOf } from '../graph/zones.ts';
import { EwsError, notValid } from './fault.ts';
import type { Rule } from './mailbox.ts';
import { element, kidOf, leaf, localName } from './xml.ts';
import type { Xml } from './xml.ts';

/** Pattern element -> its members in order; ? for those that may be missing. */
const PATTERNS: Readonly<Record<string, readonly string[]>> = {
  RelativeYearlyRecurrence: ['DaysOfWeek', 'DayOfWeekIndex', 'Month'], AbsoluteYearlyRecurrence: ['DayOfMonth', 'Month'],
  RelativeMonthlyRecurrence: ['Interval', 'DaysOfWeek', 'DayOfWeekIndex'], AbsoluteMonthlyRecurrence: ['Interval', 'DayOfMonth'],
  WeeklyRecurrence: ['Interval', 'DaysOfWeek', 'FirstDayOfWeek?'], DailyRecurrence: ['Interval'],
};
/** Only of tasks: the next one comes when this one is done. */
const REGENERATIONS: Readonly<Record<string, number>> = { DailyRegeneration: 1, WeeklyRegeneration: 7, MonthlyRegeneration: 30, YearlyRegeneration: 365 };
const RANGES: Readonly<Record<string, readonly string[]>> = {
  NoEndRecurrence: ['StartDate'], EndDateRecurrence: ['StartDate', 'EndDate'], NumberedRecurrence: ['StartDate', 'NumberOfOccurrences'],
};
const TYPES: Readonly<Record<string, Pattern['type']>> = {
  RelativeYearlyRecurrence: 'relativeYearly', AbsoluteYearlyRecurrence: 'absoluteYearly', RelativeMonthlyRecurrence: 'relativeMonthly',
  AbsoluteMonthlyRecurrence: 'absoluteMonthly', WeeklyRecurrence: 'weekly', DailyRecurrence: 'daily',
};
const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December',
];
const GROUPS: Readonly<Record<string, readonly number[]>> = { Day: [0, 1, 2, 3, 4, 5, 6], Weekday: [1, 2, 3, 4, 5], WeekendDay: [0, 6] };
const CAPITALS = WEEKDAYS.map((day) => day.charAt(0).toUpperCase() + day.slice(1));
const INDEXES = ['First', 'Second', 'Third', 'Fourth', 'Last'];
const SETS = ['RelativeYearlyRecurrence', 'RelativeMonthlyRecurrence', 'WeeklyRecurrence'];
const NUMBERS: Readonly<Record<string, number>> = { Interval: 999, DayOfMonth: 31, NumberOfOccurrences: 999 };
const OTHER_INTERVAL_MAX = 99;

/** Pattern first, then range (types.xsd). `isTask` lets regenerations in. */
export function readRule(node: Xml, isTask: boolean): Rule {
  const [pattern, range, ...rest] = node.kids;
  const members = pattern && (PATTERNS[localName(pattern)] ?? (isTask && REGENERATIONS[localName(pattern)] ? ['Interval'] : undefined));
  const limits = range && RANGES[localName(range)];
  if (!pattern || !members || !range || !limits || rest.length > 0) throw notValid("The element 'Recurrence' needs a pattern and then a range.");
  const rule = {
    pattern: localName(pattern), members: readMembers(pattern, members), range: localName(range), limits: readMembers(range, limits),
  };
  demandSense(rule);
  return rule;
}

function readMembers(node: Xml, names: readonly string[]): Record<string, string> {
  const wanted = names.map((name) => name.replace('?', ''));
  const given = node.kids.map(localName);
  const isOrdered = given.join() === wanted.filter((name) => given.includes(name)).join();
  const isWhole = names.every((name) => name.endsWith('?') || given.includes(name));
  if (!isOrdered || !isWhole) throw notValid(`The element '${localName(node)}' needs ${wanted.join(', ')} in this order.`);
  return Object.fromEntries(wanted.flatMap((name) => {
    const text = kidOf(node, `t:${name}`)?.text.trim();
    return text === undefined ? [] : [[name, checked(name, text)]];
  }));
}

function checked(name: string, text: string): string {
  const isLegal = name.endsWith('Date') ? /^\d{4}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?$/.test(text)
    : name in NUMBERS ? /^\d+$/.test(text)
      : name === 'Month' ? MONTHS.includes(text)
        : name === 'DayOfWeekIndex' ? INDEXES.includes(text)
          : text.split(/\s+/).every((day) => CAPITALS.includes(day) || (name === 'DaysOfWeek' && day in GROUPS));
  if (!isLegal) throw notValid(`The '${name}' element is invalid - The value '${text}' is invalid.`);
  return name.endsWith('Date') ? text.slice(0, 10) : text;
}

function demandSense({ pattern, members, range, limits }: Rule): void {
  const isDaily = pattern === 'DailyRecurrence';
  for (const [name, value] of Object.entries({ ...members, ...limits })) {
    const most = name === 'Interval' && !isDaily ? OTHER_INTERVAL_MAX : NUMBERS[name];
    if (most !== undefined && (Number(value) < 1 || Number(value) > most)) {
      throw new EwsError('ErrorCalendarInvalidPropertyValue', 'Property has an invalid value.', leaf('t:FieldURI', '', { FieldURI: 'calendar:Recurrence' }));
    }
  }
  if (range === 'EndDateRecurrence' && (limits['EndDate'] ?? '') < (limits['StartDate'] ?? '')) {
    throw new EwsError('ErrorCalendarEndDateIsEarlierThanStartDate', 'End date is earlier than start date.');
  }
}

export const ruleXml = ({ pattern, members, range, limits }: Rule): string => [[pattern, members], [range, limits]]
  .map(([name, inner]) => element(`t:${name as string}`, {}, Object.entries(inner as Rule['members']).map(([key, value]) => leaf(`t:${key}`, value)).join('')))
  .join('');

/** Days until the next task, of a rule that counts from the day on which this one is done. */
export const regenerationDays = ({ pattern, members }: Rule): number | undefined => {
  const days = REGENERATIONS[pattern];
  return days === undefined ? undefined : days * Number(members['Interval']);
};

/** Days 29 to 31 fall on the last day of a shorter month (learn.microsoft.com, AbsoluteMonthlyRecurrence). Endless for NoEndRecurrence. */
export const daysOfRule = (rule: Rule): Generator<number> => daysOf(asRecurrence(rule));

function asRecurrence({ pattern, members, range, limits }: Rule): Recurrence {
  const days = (members['DaysOfWeek'] ?? '').split(' ').filter(Boolean).flatMap((day) => GROUPS[day] ?? [CAPITALS.indexOf(day)]);
  const [start = '', end] = [limits['StartDate'], limits['EndDate']];
  return {
    pattern: {
      type: TYPES[pattern] ?? 'daily', interval: Number(members['Interval'] ?? 1), dayOfMonth: Number(members['DayOfMonth'] ?? 0),
      month: MONTHS.indexOf(members['Month'] ?? '') + 1,
      daysOfWeek: SETS.includes(pattern) ? days.flatMap((day) => WEEKDAYS[day] ?? []) : [],
      firstDayOfWeek: WEEKDAYS[CAPITALS.indexOf(members['FirstDayOfWeek'] ?? 'Sunday')] ?? 'sunday',
      index: (['first', 'second', 'third', 'fourth', 'last'] as const)[INDEXES.indexOf(members['DayOfWeekIndex'] ?? 'First')] ?? 'first',
    },
    range: {
      type: end ? 'endDate' : range === 'NumberedRecurrence' ? 'numbered' : 'noEnd', startDate: start, endDate: end ?? '0001-01-01',
      recurrenceTimeZone: 'UTC', numberOfOccurrences: Number(limits['NumberOfOccurrences'] ?? 0),
    },
  };
}

/** The same rule from another day on. */
export const startingOn = (rule: Rule, day: number): Rule => ({ ...rule, limits: { ...rule.limits, StartDate: dateOf(day) } });
export const firstDay = (rule: Rule): number => {
  const first = daysOfRule(rule).next();
  if (first.done) throw new EwsError('ErrorRecurrenceHasNoOccurrence', 'The recurrence pattern has no occurrence.');
  return first.value;
};
