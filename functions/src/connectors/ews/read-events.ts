/** Events: looks by id, search among the days of the calendar, recall by our key. */
import type { Instant, Look, Seen } from '../../engine/record.ts';
import { daysOf } from '../probes.ts';
import type { Answer } from './answers.ts';
import type { EventScope, EventView } from './map-event.ts';
import { EVENT_PLACES, occurrenceParts, projectEvent, standingOf } from './map-event.ts';
import { getItems } from './operations/get-item.ts';
import { itemId } from './operations/item-shape.ts';
import type { Reader } from './read.ts';
import { lookOf, recallByKey, refuseIfShut } from './read.ts';
import { changedIn, deletedIn, eventsBetween, exceptionOf, startOf, stubsBetween, uidOf } from './series.ts';
import type { EwsCall, XmlElement } from './soap.ts';
import { childText } from './xml.ts';

export interface EventWorld {
  readonly call: EwsCall;
  readonly scope: EventScope;
}

/** An event by its id: as it stands, or why there is none. */
export type EventLook = { readonly view: EventView } | Exclude<Look, { state: 'live' }>;

export function eventReader(world: EventWorld): Reader {
  const read = async (ids: readonly string[]): Promise<ReadonlyMap<string, Look>> =>
    new Map([...await lookAtEvents(world.call, ids)].map(([id, look]) => [id, 'view' in look ? lookAtView(look.view, world.scope) : look]));
  const seen = async (ids: readonly string[]): Promise<readonly Seen[]> =>
    [...(await read(ids)).values()].flatMap((look) => (look.state === 'live' ? look.record : []));
  return {
    read,
    search: async (probes) => {
      const records: Seen[] = [];
      for (const [from, to] of joined(daysOf(probes))) {
        const looks = (await eventsBetween(world.call, from, to)).events.map((view) => lookAtView(view, world.scope));
        records.push(...looks.flatMap((look) => (look.state === 'live' ? look.record : [])));
      }
      return [...new Map(records.map((record) => [record.id, record])).values()];
    },
    recall: (lost) => recallByKey(world.call, 'calendar', lost, seen),
  };
}

/** Called off means that it is gone; a series itself, and what was declined, is in nobody's day and may not be deleted anywhere. */
export function lookAtView(view: EventView, scope: EventScope): Look {
  switch (standingOf(view)) {
    case 'record': return { state: 'live', record: projectEvent(view, scope) };
    case 'cancelled': return { state: 'gone' };
    default: return { state: 'hidden' };
  }
}

/** Days that touch are one look into the calendar. */
function joined(days: readonly (readonly [Instant, Instant])[]): readonly (readonly [Instant, Instant])[] {
  const all: [Instant, Instant][] = [];
  for (const [from, to] of [...days].sort(([left], [right]) => left - right)) {
    const last = all.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
  }
  return all;
}

/** Every id is in the answer. Throws where nothing at all can be read. */
export async function lookAtEvents(call: EwsCall, ids: readonly string[]): Promise<ReadonlyMap<string, EventLook>> {
  const distinct = [...new Set(ids)];
  const parts = new Map(distinct.map((id) => [id, occurrenceParts(id)]));
  const asked = [...new Set(distinct.map((id) => parts.get(id)?.master ?? id))];
  const answers = await getItems(call, asked.map((id) => itemId(id)), EVENT_PLACES);
  refuseIfShut(answers);
  const items = new Map(asked.map((id, index) => [id, answers[index]]));
  const occurrences = await lookAtOccurrences(call, distinct, parts, items);
  return new Map(distinct.map((id) => [id, occurrences.get(id) ?? eventLook(items.get(id), (item) => ({ view: { item } }))]));
}

function eventLook(answer: Answer | undefined, view: (item: XmlElement) => EventLook): EventLook {
  if (answer && 'item' in answer) return answer.item.name === 'CalendarItem' ? view(answer.item) : { state: 'hidden' };
  const look = lookOf(answer, () => ({ state: 'unknown' }));
  return look.state === 'live' ? { state: 'unknown' } : look;
}

interface Occurrence {
  readonly id: string;
  readonly start: Instant;
  readonly master: XmlElement;
}

/** What the series itself says of it counts: deleted, changed, or else as its rule has it, and then the calendar must show it. */
async function lookAtOccurrences(
  call: EwsCall, ids: readonly string[], parts: ReadonlyMap<string, ReturnType<typeof occurrenceParts>>, items: ReadonlyMap<string, Answer | undefined>,
): Promise<ReadonlyMap<string, EventLook>> {
  const looks = new Map<string, EventLook>();
  const [plain, changed]: [Occurrence[], (Occurrence & { itemId: string })[]] = [[], []];
  for (const id of ids) {
    const part = parts.get(id);
    if (!part) continue;
    const answer = items.get(part.master);
    const master = answer && 'item' in answer ? answer.item : undefined;
    const exception = master && changedIn(master).get(part.start);
    if (!master) looks.set(id, eventLook(answer, () => ({ state: 'unknown' })));
    else if (childText(master, 'CalendarItemType') !== 'RecurringMaster' || deletedIn(master).has(part.start)) looks.set(id, { state: 'gone' });
    else if (exception !== undefined) changed.push({ id, start: part.start, master, itemId: exception });
    else plain.push({ id, start: part.start, master });
  }
  const answers = await getItems(call, changed.map((one) => itemId(one.itemId)), EVENT_PLACES);
  changed.forEach(({ id, master }, index) => looks.set(id, eventLook(answers[index], (item) => ({ view: exceptionOf(item, master) }))));
  await lookAtPlain(call, plain, looks);
  return looks;
}

/**
 * A calendar that was read to its end and does not show one is evidence that the rule no longer has it (fields.md section 6); an occurrence
 * at that time whose series is not told is none.
 */
async function lookAtPlain(call: EwsCall, plain: readonly Occurrence[], looks: Map<string, EventLook>): Promise<void> {
  if (plain.length === 0) return;
  const starts = plain.map(({ start }) => start);
  const stubs = await stubsBetween(call, Math.min(...starts), Math.max(...starts) + 1000);
  for (const { id, start, master } of plain) {
    const there = stubs.filter((one) => startOf(one) === start && childText(one, 'CalendarItemType') === 'Occurrence');
    const stub = there.find((one) => uidOf(one) !== '' && uidOf(one) === uidOf(master));
    if (stub) looks.set(id, { view: { item: master, stub, series: { master, start } } });
    else looks.set(id, { state: there.some((one) => uidOf(one) === '') ? 'unknown' : 'gone' });
  }
}
