/** What a series says of its occurrences, and the events that a calendar shows between two instants. */
import type { Instant } from '../../engine/record.ts';
import type { Answer } from './answers.ts';
import type { EventView } from './map-event.ts';
import { EVENT_PLACES } from './map-event.ts';
import { viewCalendar } from './operations/find-item.ts';
import { getItems } from './operations/get-item.ts';
import { itemId, masterOf } from './operations/item-shape.ts';
import { field } from './places.ts';
import { idOf, instantOf } from './seen.ts';
import type { EwsCall, XmlElement } from './soap.ts';
import { child, childText, children } from './xml.ts';

/** Occurrences that were changed: the original start -> the id under which it is an item of its own now. */
export const changedIn = (master: XmlElement): ReadonlyMap<Instant, string> =>
  new Map(children(child(master, 'ModifiedOccurrences'), 'Occurrence').flatMap((one) => {
    const start = instantOf(childText(one, 'OriginalStart'));
    return start === undefined ? [] : [[start, idOf(one)] as const];
  }));

/** The original starts of the occurrences that were deleted. */
export const deletedIn = (master: XmlElement): ReadonlySet<Instant> =>
  new Set(children(child(master, 'DeletedOccurrences'), 'DeletedOccurrence').flatMap((one) => instantOf(childText(one, 'Start')) ?? []));

const STUB_PLACES = [field('calendar:Start'), field('calendar:End'), field('calendar:UID'), field('calendar:CalendarItemType')];

export const uidOf = (item: XmlElement): string => childText(item, 'UID') ?? '';
export const startOf = (item: XmlElement): Instant | undefined => instantOf(childText(item, 'Start'));
const typeOf = (item: XmlElement): string => childText(item, 'CalendarItemType') ?? '';

export interface Shown {
  readonly events: readonly EventView[];
  /** Seen in the calendar and not readable a moment later. */
  readonly unread: readonly string[];
}

/** The occurrences of these series that touch the interval; without `masters` all events that do. */
export async function eventsBetween(call: EwsCall, from: Instant, to: Instant, masters?: readonly XmlElement[]): Promise<Shown> {
  const stubs = await stubsBetween(call, from, to);
  const ofSeries = stubs.filter((stub) => typeOf(stub) === 'Occurrence' || typeOf(stub) === 'Exception');
  const series = await seriesOf(call, ofSeries, masters);
  const exceptions = ofSeries.filter((stub) => typeOf(stub) === 'Exception' && series.has(idOf(stub)));
  const singles = masters ? [] : stubs.filter((stub) => typeOf(stub) === 'Single');
  const wanted = [...exceptions, ...singles].map(idOf);
  const answers = await getItems(call, wanted.map((id) => itemId(id)), EVENT_PLACES);
  const items = new Map(wanted.map((id, index) => [id, answers[index]]));
  const plain = ofSeries.flatMap((stub): EventView[] => {
    const [master, start] = [series.get(idOf(stub)), startOf(stub)];
    return master && start !== undefined && typeOf(stub) === 'Occurrence' ? [{ item: master, stub, series: { master, start } }] : [];
  });
  const changed = exceptions.flatMap((stub): EventView[] => {
    const [master, item] = [series.get(idOf(stub)), itemIn(items.get(idOf(stub)))];
    return master && item ? [exceptionOf(item, master)] : [];
  });
  const single = singles.flatMap((stub): EventView[] => {
    const item = itemIn(items.get(idOf(stub)));
    return item ? [{ item }] : [];
  });
  return { events: [...plain, ...changed, ...single], unread: singles.map(idOf).filter((id) => !itemIn(items.get(id))) };
}

/** Ids, times and kinds of what the calendar shows, each once. */
export async function stubsBetween(call: EwsCall, from: Instant, to: Instant): Promise<readonly XmlElement[]> {
  const shown = await viewCalendar(call, from, to, STUB_PLACES);
  return [...new Map(shown.filter(({ name }) => name === 'CalendarItem').map((stub) => [idOf(stub), stub])).values()];
}

const itemIn = (answer: Answer | undefined): XmlElement | undefined => (answer && 'item' in answer ? answer.item : undefined);

/** Its original start is its own; where it is not shown, the series knows it, or it was never moved. */
export function exceptionOf(item: XmlElement, master: XmlElement): EventView {
  const known = [...changedIn(master)].find(([, id]) => id === idOf(item))?.[0];
  return { item, series: { master, start: instantOf(childText(item, 'OriginalStart')) ?? known ?? startOf(item) ?? 0 } };
}

/**
 * The series of each of these occurrences, by the occurrence's id. All of a series have its UID; where there is none, and where the series is
 * not known yet, the server is asked by one of them. Those of other series than the given ones are left out.
 */
async function seriesOf(call: EwsCall, stubs: readonly XmlElement[], given?: readonly XmlElement[]): Promise<ReadonlyMap<string, XmlElement>> {
  const groups = new Map<string, XmlElement[]>();
  for (const stub of stubs) groups.set(uidOf(stub) || idOf(stub), [...groups.get(uidOf(stub) || idOf(stub)) ?? [], stub]);
  const found = new Map((given ?? []).filter((master) => uidOf(master) !== '').map((master) => [uidOf(master), master]));
  const asked = [...groups].filter(([key, [one]]) => !found.has(key) && (!given || (one && uidOf(one) === '')));
  const answers = await getItems(call, asked.flatMap(([, [one]]) => (one ? masterOf(idOf(one)) : [])), EVENT_PLACES);
  asked.forEach(([key], index) => {
    const master = itemIn(answers[index]);
    if (master && (!given || given.some((one) => idOf(one) === idOf(master)))) found.set(key, master);
  });
  return new Map([...groups].flatMap(([key, all]) => {
    const master = found.get(key);
    return master ? all.map((stub) => [idOf(stub), master] as const) : [];
  }));
}
