/** A series as the events it stands for, and the event that an id means. */
import { DAY_MS, dateOf, dayOf, shiftLocal, wallDistance } from '../graph/zones.ts';
import { EwsError, malformedId, notFound, notValid } from './fault.ts';
import { readItemId } from './ids.ts';
import type { Item, Mailbox, Props, Rule } from './mailbox.ts';
import { daysOfRule } from './rules.ts';
import { instantIn, localIn } from './times.ts';
import type { Xml } from './xml.ts';

/** A single item, a master, or one occurrence of a series; `props` are those that hold for it. */
export interface Target { readonly item: Item; readonly day?: number; readonly isException: boolean; readonly props: Props }

export const whole = (item: Item): Target => ({ item, isException: false, props: item.props });

export const ruleOf = ({ kind, props }: Item): Rule | undefined =>
  (kind === 'CalendarItem' ? props['calendar:Recurrence'] as Rule | undefined : undefined);

/** In which local time stays the same over clock changes. */
export const zoneOfSeries = ({ props }: Item): string => String(props['calendar:StartTimeZone'] ?? 'UTC');

const INDEX_MAX = 100_000;

/** t:ItemId, t:OccurrenceItemId or t:RecurringMasterItemId -> what it means; a stranger's id is not found. */
export function findTarget(mailbox: Mailbox, node: Xml): Target {
  if (node.name === 't:ItemId') return targetOf(mailbox, node.attrs['Id']);
  if (node.name === 't:RecurringMasterItemId') {
    const { item, day } = targetOf(mailbox, node.attrs['OccurrenceId']);
    if (day === undefined) throw new EwsError('ErrorCalendarCannotUseIdForRecurringMasterId', 'The id does not name an occurrence.');
    return whole(item);
  }
  if (node.name !== 't:OccurrenceItemId') throw notValid(`The element '${node.name}' is no item id.`);
  const { item } = targetOf(mailbox, node.attrs['RecurringMasterId']);
  const rule = ruleOf(item);
  if (!rule) throw new EwsError('ErrorCalendarCannotUseIdForOccurrenceId', 'The id does not name a recurring master.');
  // The index counts from 1, deleted occurrences too (learn.microsoft.com, OccurrenceItemId).
  const wanted = Number(node.attrs['InstanceIndex']);
  let index = 0;
  for (const day of daysOfRule(rule)) {
    index += 1;
    if (index !== wanted && index < INDEX_MAX) continue;
    if (item.deleted.includes(day)) throw occurrenceDeleted();
    return occurrence(item, day);
  }
  throw new EwsError('ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange', 'Occurrence index is out of recurrence range.');
}

const occurrenceDeleted = (): EwsError =>
  new EwsError('ErrorCalendarOccurrenceIsDeletedFromRecurrence', 'Occurrence with this index was previously deleted from the recurrence.');

export function targetOf(mailbox: Mailbox, id: string | undefined): Target {
  if (id === undefined) throw notValid("The required attribute 'Id' is missing.");
  if (id === '') throw new EwsError('ErrorInvalidIdEmpty', 'Id must be non-empty.');
  const named = readItemId(mailbox.tag, id);
  if (named === null) throw malformedId();
  const item = named && mailbox.items.get(named.n);
  if (!named || !item || item.isVanishing) throw notFound();
  if (named.day === undefined) return whole(item);
  if (item.deleted.includes(named.day) || !isDayOf(item, named.day)) throw notFound();
  return occurrence(item, named.day);
}

function isDayOf(item: Item, day: number): boolean {
  const rule = ruleOf(item);
  if (!rule) return false;
  for (const other of daysOfRule(rule)) if (other >= day) return other === day;
  return false;
}

/** Where the rule puts it, whatever became of it. */
export function plainOccurrence(item: Item, day: number): Props {
  const zone = zoneOfSeries(item);
  const [from, to] = [String(item.props['calendar:Start']), String(item.props['calendar:End'])].map((instant) => localIn(instant, zone));
  if (from === undefined || to === undefined) throw new Error('a series without times');
  const start = `${dateOf(day)}${from.slice(10)}`;
  return { ...item.props, 'calendar:Start': instantIn(start, zone), 'calendar:End': instantIn(shiftLocal(start, wallDistance(from, to)), zone) };
}

export function occurrence(item: Item, day: number): Target {
  const changed = item.exceptions[day];
  const cleared = (changed?.['cleared'] as readonly string[] | undefined) ?? [];
  const props = { ...plainOccurrence(item, day), ...changed };
  return { item, day, isException: changed !== undefined, props: Object.fromEntries(Object.entries(props).filter(([key]) => !cleared.includes(key))) };
}

export interface TimeWindow { readonly start: number; readonly end: number }

/** By start; an event of no length lies in the window that holds its start. */
export function targetsIn(items: readonly Item[], window: TimeWindow): Target[] {
  const found = items.flatMap((item) => (ruleOf(item) ? occurrencesIn(item, window) : [whole(item)]));
  return found.filter((target) => lies(target, window)).sort((left, right) => startOf(left) - startOf(right));
}

export const startOf = ({ props }: Target): number => Date.parse(String(props['calendar:Start']));
export const endOf = ({ props }: Target): number => Date.parse(String(props['calendar:End']));

function lies(target: Target, window: TimeWindow): boolean {
  const [start, end] = [startOf(target), endOf(target)];
  return start < window.end && (end > window.start || (end === start && start >= window.start));
}

function occurrencesIn(item: Item, window: TimeWindow): Target[] {
  const rule = ruleOf(item);
  if (!rule) return [];
  const changed = Object.keys(item.exceptions).map(Number);
  const length = Math.ceil((endOf(whole(item)) - startOf(whole(item))) / DAY_MS) + 1;
  const [from, to] = [Math.floor(window.start / DAY_MS) - length, Math.ceil(window.end / DAY_MS) + 1];
  const last = Math.max(to, ...changed);
  const found: Target[] = [];
  for (const day of daysOfRule(rule)) {
    if (day > last) break;
    if ((day >= from && day <= to || changed.includes(day)) && !item.deleted.includes(day)) found.push(occurrence(item, day));
  }
  return found;
}

/** Those that differ from the rule and still exist, in order. */
export const exceptionsOf = (item: Item): Target[] =>
  Object.keys(item.exceptions).map(Number).sort((left, right) => left - right).map((day) => occurrence(item, day));

/** First and last occurrence; of an endless series there is no last, and after everything was deleted there is neither. */
export function endsOf(item: Item): { readonly first?: Target; readonly last?: Target } {
  const rule = ruleOf(item);
  if (!rule) return {};
  let first: number | undefined;
  let last: number | undefined;
  for (const day of daysOfRule(rule)) {
    if (item.deleted.includes(day)) continue;
    first ??= day;
    if (rule.range === 'NoEndRecurrence') break;
    last = day;
  }
  return { ...(first === undefined ? {} : { first: occurrence(item, first) }), ...(last === undefined ? {} : { last: occurrence(item, last) }) };
}

/** An occurrence stays between its neighbours, and not on the day of one (OfficeDev/ews-java-api#381). */
export function demandBetweenNeighbours(item: Item, day: number, props: Props): void {
  const rule = ruleOf(item);
  if (!rule) return;
  const zone = zoneOfSeries(item);
  const dayShown = (shown: Props): number => dayOf(localIn(String(shown['calendar:Start']), zone));
  let [before, after] = [-Infinity, Infinity];
  for (const other of daysOfRule(rule)) {
    if (other === day || item.deleted.includes(other)) continue;
    const shown = dayShown(occurrence(item, other).props);
    if (other < day) before = shown;
    else {
      after = shown;
      break;
    }
  }
  const now = dayShown(props);
  if (now > before && now < after) return;
  throw new EwsError('ErrorOccurrenceCrossingBoundary', 'Modified occurrence is crossing or overlapping adjacent occurrence.');
}
