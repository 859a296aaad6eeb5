/** What the server makes of the status of a task: percent, completion, and the next one of a task that repeats. */
import { dateOf, dayOf } from '../graph/zones.ts';
import { EwsError } from './fault.ts';
import type { Props, Rule } from './mailbox.ts';
import { daysOfRule, regenerationDays, startingOn } from './rules.ts';
import { zulu } from './times.ts';

const STATUS = 'task:Status';
const PERCENT = 'task:PercentComplete';
const COMPLETED = 'task:CompleteDate';
const DUE = 'task:DueDate';
const START = 'task:StartDate';
const RULE = 'task:Recurrence';

/** Status, percentage and date of completion follow each other (jamesiarmes/php-ews#459). `changed` are the keys that this request wrote. */
export function settledTask(props: Props, changed: ReadonlySet<string>, now: number): Props {
  const [due, start] = [props[DUE], props[START]];
  if (due !== undefined && start !== undefined && String(due) < String(start) && (changed.has(DUE) || changed.has(START))) {
    // [unconfirmed which code]
    throw new EwsError('ErrorInvalidValueForProperty', 'The due date of a task cannot be before its start date.');
  }
  const isDone = changed.has(STATUS) ? props[STATUS] === 'Completed'
    : changed.has(PERCENT) ? Number(props[PERCENT]) === 100
      : changed.has(COMPLETED) ? props[COMPLETED] !== undefined : props[STATUS] === 'Completed';
  if (isDone) return { ...props, [STATUS]: 'Completed', [PERCENT]: '100', [COMPLETED]: props[COMPLETED] ?? zulu(now).replace(/T.*/, 'T00:00:00Z') };
  const { [COMPLETED]: _, ...open } = props;
  const percent = Number(open[PERCENT] ?? 0);
  const isReopened = changed.has(STATUS) && percent === 100;
  const status = changed.has(STATUS) ? open[STATUS] : changed.has(PERCENT) ? (percent === 0 ? 'NotStarted' : 'InProgress') : open[STATUS];
  return { ...open, [PERCENT]: String(isReopened ? 0 : percent), [STATUS]: status === 'Completed' ? 'NotStarted' : status ?? 'NotStarted' };
}

export interface Completion { readonly done: Props; readonly next: Props }

/** Of a task that repeats: the one that is done becomes an item of its own, the series moves on; undefined behind its end. */
export function completionOf(props: Props, now: number): Completion | undefined {
  const rule = props[RULE] as Rule | undefined;
  if (!rule || props[STATUS] !== 'Completed') return undefined;
  const due = dayOf(String(props[DUE] ?? rule.limits['StartDate']));
  const next = nextDay(rule, due, dayOf(zulu(now)));
  if (next === undefined) return undefined;
  const { [RULE]: _, ...done } = props;
  const { [COMPLETED]: __, ...open } = props;
  const left = rule.limits['NumberOfOccurrences'];
  const rest = startingOn(left === undefined ? rule : { ...rule, limits: { ...rule.limits, NumberOfOccurrences: String(Number(left) - 1) } }, next);
  const start = props[START] === undefined ? {} : { [START]: dateOf(dayOf(String(props[START])) + next - due) };
  return { done, next: { ...open, ...start, [DUE]: dateOf(next), [STATUS]: 'NotStarted', [PERCENT]: '0', [RULE]: rest } };
}

function nextDay(rule: Rule, due: number, today: number): number | undefined {
  const days = regenerationDays(rule);
  if (rule.limits['NumberOfOccurrences'] === '1') return undefined;
  if (days !== undefined) return today + days;
  for (const day of daysOfRule(rule)) if (day > due) return day;
  return undefined;
}
