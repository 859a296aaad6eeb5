/** Event of Exchange <-> canonical event: `projectEvent` reads, `eventPatch` writes. Guests are read and never written. Pure. */
import type { CarryNote } from '../../engine/link.ts';
import type { EventField, FieldName, Fields, FieldsDraft, Instant, Seen, ShowAs } from '../../engine/record.ts';
import { formatWhen, parseWhen, spanOf } from '../../engine/when.ts';
import type { Scope } from '../../ports/side.ts';
import { bodyText } from '../body-text.ts';
import { cleanLine } from '../clean-text.ts';
import { instantAt, nearestDay } from '../local-time.ts';
import { note } from '../notes.ts';
import { ianaZone, windowsZone } from '../windows-zones.ts';
import { guestsOf, meetingOf } from './guests.ts';
import type { ItemMemo, Patch } from './patch.ts';
import type { Place, Setting } from './places.ts';
import { bodySetting, field, textSetting, zoneSetting } from './places.ts';
import { COMMON, idOf, instantOf, isPrivate, keyOf, leftOf, stampsOf, textIn, versionOf } from './seen.ts';
import type { XmlElement } from './soap.ts';
import { child, childText } from './xml.ts';

export const EVENT_FIELDS: ReadonlySet<FieldName> = new Set<EventField>(['subject', 'when', 'location', 'body', 'showAs', 'attendees']);

/** Whose calendar it is, and what of it is wanted. */
export interface EventScope {
  /** The person's own address; attendees are listed without it. */
  readonly login: string;
  /** IANA. */
  readonly zone: string;
  readonly window: Scope['window'];
}

export const EVENT_PLACES: readonly Place[] = [
  ...COMMON,
  ...['UID', 'Start', 'End', 'OriginalStart', 'IsAllDayEvent', 'LegacyFreeBusyStatus', 'Location', 'IsMeeting', 'IsCancelled', 'CalendarItemType',
    'MyResponseType', 'Organizer', 'RequiredAttendees', 'OptionalAttendees', 'Resources', 'ModifiedOccurrences', 'DeletedOccurrences',
    'StartTimeZone', 'EndTimeZone', 'IsOnlineMeeting', 'JoinOnlineMeetingUrl', 'IsOrganizer'].map((name) => field(`calendar:${name}`)),
];

const SHOW_AS: readonly (readonly [ShowAs, string])[] =
  [['free', 'Free'], ['tentative', 'Tentative'], ['busy', 'Busy'], ['oof', 'OOF'], ['workingElsewhere', 'WorkingElsewhere']];

export type Standing = 'record' | 'master' | 'cancelled' | 'declined';

/** A series is no record, its occurrences are; what was called off or declined is not in the person's calendar. */
export function standingOf({ item, stub }: Pick<EventView, 'item' | 'stub'>): Standing {
  if (!stub && childText(item, 'CalendarItemType') === 'RecurringMaster') return 'master';
  if (childText(item, 'IsCancelled') === 'true') return 'cancelled';
  return childText(item, 'MyResponseType') === 'Decline' ? 'declined' : 'record';
}

/** An event as it is looked at: a single one, or one of a series with the instant at which its rule puts it. */
export interface EventView {
  /** Of an occurrence without changes of its own: the series. */
  readonly item: XmlElement;
  /** Where `item` is the series: id, version and times of the occurrence. */
  readonly stub?: XmlElement;
  readonly series?: { readonly master: XmlElement; readonly start: Instant };
}

/** What `Seen.memo` holds. */
interface Memo extends ItemMemo {
  /** The zone's name as the server knows it, where it is a known one: a new time is written in it. */
  readonly zone?: string;
  /** An online meeting's join links stand in its body. */
  readonly isOnline: boolean;
}

/**
 * One of a series has the id of its series and its original start: the server's own changes as soon as the occurrence is edited
 * (php-ews#298, #349).
 */
export const occurrenceId = (master: string, start: Instant): string => `${master}@${stamp(start)}`;

export function occurrenceParts(id: string): { readonly master: string; readonly start: Instant } | undefined {
  const [master = '', start = '', ...rest] = id.split('@');
  const at = instantOf(start);
  return at === undefined || rest.length > 0 ? undefined : { master, start: at };
}

const stamp = (at: Instant): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

export function projectEvent({ item, stub, series }: EventView, scope: EventScope): Seen {
  const shown = stub ?? item;
  const fields = eventFields({ item, ...(stub ? { stub } : {}) }, scope);
  const master = series?.master;
  const key = series ? undefined : keyOf(item);
  const identity = identityOf(item, series, scope.zone);
  const meeting = meetingOf(item, scope.login);
  const left = [...(fields.body === undefined ? ['body'] : []), ...leftOf(item)];
  const zone = child(item, 'StartTimeZone')?.attributes['Id'];
  const memo: Memo = {
    itemId: idOf(shown), ...(zone && ianaZone(zone) ? { zone } : {}),
    isOnline: childText(item, 'IsOnlineMeeting') === 'true' || textIn(item, 'JoinOnlineMeetingUrl') !== null,
  };
  return {
    kind: 'event', id: series && master ? occurrenceId(idOf(master), series.start) : idOf(item), version: versionOf(shown), fields, ...stampsOf(item),
    ...(key ? { linkKey: key } : {}), ...(isPrivate(item) || (master && isPrivate(master)) ? { isPrivate: true } : {}),
    ...(identity === undefined ? {} : { identity }), ...(master ? { family: idOf(master) } : {}),
    ...(isOutside(fields, scope.window) ? { isOutside: true } : {}), ...(meeting ? { meeting } : {}), ...(left.length > 0 ? { left } : {}), memo,
  };
}

export function eventFields({ item, stub }: Pick<EventView, 'item' | 'stub'>, scope: EventScope): Fields {
  const fields: FieldsDraft = {
    subject: textIn(item, 'Subject'), location: textIn(item, 'Location'), attendees: guestsOf(item, scope.login),
  };
  const when = whenOf(item, stub ?? item, scope.zone);
  if (when !== undefined) fields.when = when;
  const body = bodyText(childText(item, 'Body') ?? '', child(item, 'Body')?.attributes['BodyType'] === 'HTML');
  if (body !== undefined) fields.body = body;
  const showAs = SHOW_AS.find(([, word]) => word === childText(item, 'LegacyFreeBusyStatus'))?.[0];
  if (showAs) fields.showAs = showAs;
  return fields;
}

/** Whole days are midnights of the zone in which the event was made, and no midnights anywhere else (ews.md section 7). */
function whenOf(item: XmlElement, times: XmlElement, zone: string): string | undefined {
  const [start, end] = [instantOf(childText(times, 'Start')), instantOf(childText(times, 'End'))];
  if (start === undefined || end === undefined) return undefined;
  const isAllDay = childText(item, 'IsAllDayEvent') === 'true';
  const when = parseWhen(isAllDay
    ? `${nearestDay(start, zoneOf(item, 'StartTimeZone', zone))}/${nearestDay(end, zoneOf(item, 'EndTimeZone', zone))}` : `${stamp(start)}/${stamp(end)}`);
  return when && formatWhen(when);
}

/** A zone of somebody's own making counts as the user's. */
const zoneOf = (item: XmlElement, name: 'StartTimeZone' | 'EndTimeZone', zone: string): string =>
  ianaZone(child(item, name)?.attributes['Id'] ?? child(item, 'StartTimeZone')?.attributes['Id'] ?? '') ?? zone;

/** UID of the meeting (of the series, for all of it) and the original start: what the same meeting has in every mailbox, and through Graph. */
function identityOf(item: XmlElement, series: EventView['series'], zone: string): string | undefined {
  const uid = textIn(series?.master ?? item, 'UID');
  if (uid === null) return undefined;
  if (!series) return `${uid}|`;
  const isAllDay = childText(series.master, 'IsAllDayEvent') === 'true';
  return `${uid}|${isAllDay ? nearestDay(series.start, zoneOf(series.master, 'StartTimeZone', zone)) : stamp(series.start)}`;
}

function isOutside({ when }: Fields, window: Scope['window']): boolean {
  const parsed = typeof when === 'string' ? parseWhen(when) : undefined;
  if (!parsed) return false;
  const { from, to } = spanOf(parsed);
  return to < window.from || from > window.to;
}

/** The properties that write `fields`; `current` is null for a creation. Only what is named is written, and guests never are. */
export function eventPatch(fields: Fields, current: Seen | null, scope: EventScope): Patch {
  const settings: Setting[] = [];
  const notes: CarryNote[] = [];
  const written: FieldName[] = [];
  const memo = current?.memo as Partial<Memo> | undefined;
  const write = (name: FieldName, ...made: readonly Setting[]): void => {
    settings.push(...made);
    written.push(name);
  };
  for (const name of Object.keys(fields) as FieldName[])
    if (fields[name] !== undefined && (!EVENT_FIELDS.has(name) || name === 'attendees')) notes.push(note(name, 'notHeld'));
  if (fields.subject !== undefined) write('subject', textSetting('item:Subject', cleanLine(fields.subject)));
  if (fields.body !== undefined) {
    // Without its join links a meeting is no longer one; who looked without a memo does not know.
    if (current && memo?.isOnline !== false) notes.push(note('body', 'notHeld'));
    else write('body', bodySetting(bodyOf(fields.body)));
  }
  if (fields.when !== undefined) {
    const times = timesOf(fields.when, memo?.zone, scope.zone);
    if (times) write('when', ...times);
    else notes.push(note('when', 'notHeld'));
  }
  if (fields.showAs !== undefined)
    write('showAs', textSetting('calendar:LegacyFreeBusyStatus', SHOW_AS.find(([word]) => word === fields.showAs)?.[1] ?? 'Busy'));
  if (fields.location !== undefined) write('location', textSetting('calendar:Location', cleanLine(fields.location)));
  return { settings, notes, fields: written };
}

/** As the server keeps lines. */
export const bodyOf = (value: Fields['body']): string | null =>
  (typeof value === 'string' && value.trim() !== '' ? value.trim().replace(/\r\n?|\n/g, '\r\n') : null);

/**
 * Both ends, what they are, and their zone, which a start that comes without it would lose (exchangelib#310). Times are instants, so that no
 * zone's hour that the clock shows twice is in doubt; whole days are the midnights of the event's own zone.
 */
function timesOf(value: Fields['when'], zoneRead: string | undefined, zone: string): readonly Setting[] | undefined {
  const when = typeof value === 'string' ? parseWhen(value) : undefined;
  if (!when) return undefined;
  const name = zoneRead ?? windowsZone(zone) ?? 'UTC';
  const midnight = (day: string): Instant | undefined => instantAt(`${day}T00:00:00`, ianaZone(name) ?? 'UTC');
  const [start, end] = when.isAllDay ? [midnight(when.startDate), midnight(when.endDate)] : [when.start, when.end];
  if (start === undefined || end === undefined) return undefined;
  return [
    textSetting('calendar:Start', stamp(start)), textSetting('calendar:End', stamp(end)), textSetting('calendar:IsAllDayEvent', String(when.isAllDay)),
    zoneSetting('calendar:StartTimeZone', name), zoneSetting('calendar:EndTimeZone', name),
  ];
}
