/** Graph event <-> canonical event: `projectEvent` reads, `eventPatch` writes. Guests are read and never written. Pure. */
import type { CarryNote } from '../../engine/link.ts';
import type { EventField, FieldName, Fields, Instant, Seen, ShowAs } from '../../engine/record.ts';
import { formatWhen, parseWhen, spanOf } from '../../engine/when.ts';
import type { Scope } from '../../ports/side.ts';
import { bodyTextOf, htmlBody } from './body-text.ts';
import { instantOfZoned, isZoneName, zonedTime } from './event-times.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject, listOf, stringOf } from './json.ts';
import { KEY_PROPERTY } from './limits.ts';
import { nearestDay } from '../local-time.ts';
import { extendedValue, instantOf, versionOf } from './map.ts';
import type { Patch } from './patch.ts';
import { note } from '../notes.ts';
import { cleanLine } from '../clean-text.ts';
import { textOf, textsOf } from './texts.ts';

export const EVENT_FIELDS: ReadonlySet<FieldName> = new Set<EventField>(['subject', 'when', 'location', 'body', 'showAs', 'attendees']);

/** Whose calendar it is, and what of it is wanted. */
export interface EventScope {
  /** The address that the person signs in with; attendees are listed without it. */
  readonly login: string;
  /** IANA. */
  readonly zone: string;
  readonly window: Scope['window'];
}

const SHOW_AS: readonly ShowAs[] = ['free', 'tentative', 'busy', 'oof', 'workingElsewhere'];

/** Delta gives occurrences a few properties only, and other items perhaps only those that changed. */
const NEEDED = ['subject', 'start', 'end', 'isAllDay', 'showAs', 'sensitivity', 'attendees', 'iCalUId', 'type'];

export const isWholeEvent = (event: JsonObject): boolean =>
  NEEDED.every((name) => event[name] !== undefined) && versionOf(event) !== '' && (event['type'] !== 'exception' || originalStart(event) !== undefined);

export type Standing = 'record' | 'master' | 'cancelled' | 'declined';

/** A series is no record, its occurrences are; what was called off or declined is not in the person's calendar. */
export function standingOf(event: JsonObject): Standing {
  if (event['type'] === 'seriesMaster') return 'master';
  if (event['isCancelled'] === true) return 'cancelled';
  const response = isObject(event['responseStatus']) ? event['responseStatus']['response'] : undefined;
  return response === 'declined' ? 'declined' : 'record';
}

/** The occurrence as the series shows it; its own key and version stay its own. */
export function occurrenceOf(stub: JsonObject, master: JsonObject): JsonObject {
  const given = Object.fromEntries(Object.entries(stub).filter(([, value]) => value !== null));
  return { ...master, changeKey: undefined, '@odata.etag': `W/"${versionOf(stub) || versionOf(master)}"`, recurrence: null, ...given };
}

/** What `Seen.memo` holds. */
interface Memo {
  /** The zone's name as Outlook knows it, where it is a known one: a new time is written in it. */
  readonly zone?: string;
  /** An online meeting's join links stand in its body. */
  readonly isOnline: boolean;
}

/** `master`: the series of an occurrence or exception, whose iCalUId is the series' in every mailbox. */
export function projectEvent(event: JsonObject, scope: EventScope, master?: JsonObject): Seen {
  const fields = eventFields(event, scope);
  const isSingle = event['seriesMasterId'] === undefined || event['seriesMasterId'] === null;
  const key = isSingle ? linkKeyOf(event) : undefined;
  const family = stringOf(event['seriesMasterId']);
  const identity = identityOf(event, isSingle, scope.zone, master);
  const meeting = meetingOf(event, scope);
  const modifiedAt = instantOf(event['lastModifiedDateTime']);
  const createdAt = instantOf(event['createdDateTime']);
  const left = leftOf(event, fields);
  return {
    kind: 'event',
    id: stringOf(event['id']) ?? '',
    version: versionOf(event),
    fields,
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(key ? { linkKey: key.toLowerCase() } : {}),
    ...(isPrivate(event) || (master !== undefined && isPrivate(master)) ? { isPrivate: true } : {}),
    ...(identity === undefined ? {} : { identity }),
    ...(family === undefined ? {} : { family }),
    ...(isOutside(fields, scope.window) ? { isOutside: true } : {}),
    ...(meeting ? { meeting } : {}),
    ...(left.length > 0 ? { left } : {}),
    memo: memoOf(event),
  };
}

const LINK_ID = /^[0-9a-v]{26}$/i;

/** Our property where it was asked for, else the transaction id that every answer shows: pages of delta have no extended properties. */
function linkKeyOf(event: JsonObject): string | undefined {
  const transaction = stringOf(event['transactionId']);
  return extendedValue(event, KEY_PROPERTY) ?? (transaction && LINK_ID.test(transaction) ? transaction : undefined);
}

export function eventFields(event: JsonObject, scope: EventScope): Fields {
  const shown: Record<string, Fields[FieldName]> = {};
  if (event['subject'] !== undefined) shown['subject'] = textOf(event['subject']);
  const when = whenOf(event);
  if (when !== undefined) shown['when'] = when;
  if (event['location'] !== undefined) shown['location'] = isObject(event['location']) ? textOf(event['location']['displayName'] ?? null) : null;
  const body = event['body'] === undefined ? undefined : bodyTextOf(event['body']);
  if (body !== undefined) shown['body'] = body;
  const showAs = SHOW_AS.find((word) => word === event['showAs']);
  if (showAs) shown['showAs'] = showAs;
  if (event['attendees'] !== undefined) shown['attendees'] = guestsOf(event, scope);
  return shown;
}

/** All-day events are dates, whatever zone they are shown in (microsoft-graph-docs#1802): never converted. */
function whenOf(event: JsonObject): string | undefined {
  const { start, end } = event;
  if (event['isAllDay'] === true) {
    const [startDate, endDate] = [dateOf(start), dateOf(end)];
    return startDate && endDate ? parsedWhen(`${startDate}/${endDate}`) : undefined;
  }
  const [from, to] = [instantOfZoned(start), instantOfZoned(end)];
  return from === undefined || to === undefined ? undefined : parsedWhen(`${new Date(from).toISOString()}/${new Date(to).toISOString()}`);
}

function parsedWhen(text: string): string | undefined {
  const when = parseWhen(text);
  return when && formatWhen(when);
}

const dateOf = (value: Json | undefined): string | undefined =>
  isObject(value) ? /^\d{4}-\d\d-\d\d/.exec(stringOf(value['dateTime']) ?? '')?.[0] : undefined;

/** Addresses of the people in it, whoever called it: without the person's own, without rooms; null when there are none. */
function guestsOf(event: JsonObject, scope: EventScope): readonly string[] | null {
  const people = listOf(event['attendees']).filter(isObject).filter(({ type }) => type !== 'resource');
  const all = [...people, ...(isObject(event['organizer']) ? [event['organizer']] : [])].flatMap((one) => addressIn(one) ?? []);
  const others = all.filter((address) => !isOwn(address, event, scope));
  const distinct = others.filter((address, index) => others.findIndex((other) => other.toLowerCase() === address.toLowerCase()) === index);
  return distinct.length > 0 ? distinct : null;
}

function addressIn(person: JsonObject): string | undefined {
  const email = person['emailAddress'];
  return isObject(email) ? textOf(email['address'] ?? null)?.trim() : undefined;
}

/** The organizer of an event that one organizes is oneself, by whatever address. */
function isOwn(address: string, event: JsonObject, { login }: EventScope): boolean {
  const organizer = isObject(event['organizer']) ? addressIn(event['organizer']) : undefined;
  const own = [login, ...(event['isOrganizer'] === true && organizer ? [organizer] : [])];
  return own.some((one) => one.toLowerCase() === address.toLowerCase());
}

/** An invited room is mailed as a person is. Where others called the meeting, it is theirs even when no guest is shown. */
export function meetingOf(event: JsonObject, scope: EventScope): Seen['meeting'] {
  if (event['isOrganizer'] === false) return 'attendee';
  const others = listOf(event['attendees']).filter(isObject).some((one) => {
    const address = addressIn(one);
    return address === undefined || !isOwn(address, event, scope);
  });
  return others ? 'organizer' : undefined;
}

/** Personal, private and confidential alike; a value that is new is taken for private. */
const isPrivate = (event: JsonObject): boolean => event['sensitivity'] !== undefined && event['sensitivity'] !== null && event['sensitivity'] !== 'normal';

/**
 * iCalUId of the series (or of the event itself) and the original start. Whether occurrences share the series' iCalUId is told
 * differently by the documents and by users (microsoft-graph-docs#4447), so the series itself is asked.
 */
function identityOf(event: JsonObject, isSingle: boolean, zone: string, master: JsonObject | undefined): string | undefined {
  const uid = stringOf((isSingle ? event : master)?.['iCalUId']);
  if (!uid) return undefined;
  if (isSingle) return `${uid}|`;
  const start = event['type'] === 'exception' ? originalStart(event) : instantOfZoned(event['start']);
  if (event['isAllDay'] === true) {
    const day = event['type'] === 'exception' && start !== undefined ? dayOf(start, zone) : dateOf(event['start']);
    return day && `${uid}|${day}`;
  }
  return start === undefined ? undefined : `${uid}|${new Date(start).toISOString().slice(0, 19)}Z`;
}

const originalStart = (event: JsonObject): Instant | undefined => instantOf(event['originalStart']);

/** UTC midnight is that date; anything else is the midnight of whoever made the series [unconfirmed which of both Outlook gives]. */
function dayOf(start: Instant, zone: string): string {
  const utc = new Date(start).toISOString();
  return utc.includes('T00:00:00') ? utc.slice(0, 10) : nearestDay(start, zone);
}

function isOutside({ when }: Fields, window: Scope['window']): boolean {
  const parsed = typeof when === 'string' ? parseWhen(when) : undefined;
  if (!parsed) return false;
  const { from, to } = spanOf(parsed);
  return to < window.from || from > window.to;
}

function leftOf(event: JsonObject, fields: Fields): readonly string[] {
  return [
    ...(event['body'] !== undefined && fields.body === undefined ? ['body'] : []),
    ...(event['hasAttachments'] === true ? ['attachments'] : []),
    ...(textsOf(event['categories']).length > 0 ? ['categories'] : []),
  ];
}

function memoOf(event: JsonObject): Memo {
  const zone = stringOf(event['originalStartTimeZone']);
  return { ...(zone && isZoneName(zone) ? { zone } : {}), isOnline: event['isOnlineMeeting'] === true };
}

/** The request that writes `fields`; `current` is null for a creation. Only what is named is sent, and guests never are. */
export function eventPatch(fields: Fields, current: Seen | null, scope: EventScope): Patch {
  const body: Record<string, Json> = {};
  const notes: CarryNote[] = [];
  const memo = current?.memo as Partial<Memo> | undefined;
  for (const field of Object.keys(fields) as FieldName[])
    if (fields[field] !== undefined && (!EVENT_FIELDS.has(field) || field === 'attendees')) notes.push(note(field, 'notHeld'));
  if (fields.subject !== undefined) body['subject'] = cleanLine(fields.subject) ?? '';
  if (fields.location !== undefined) body['location'] = { displayName: cleanLine(fields.location) ?? '' };
  if (fields.showAs !== undefined) body['showAs'] = SHOW_AS.find((word) => word === fields.showAs) ?? 'busy';
  if (fields.when !== undefined) Object.assign(body, timesOf(fields.when, memo?.zone, scope.zone, notes));
  if (fields.body !== undefined) {
    // Without its join links a meeting is no longer one (microsoft-graph-docs#16336); who looked without a memo does not know.
    if (current && memo?.isOnline !== false) notes.push(note('body', 'notHeld'));
    else body['body'] = htmlBody(typeof fields.body === 'string' ? fields.body : '');
  }
  const written = (Object.keys(fields) as FieldName[]).filter((field) => body[field === 'when' ? 'start' : field] !== undefined);
  return { body, notes, fields: written };
}

/** Both ends and what they are travel together. A text that is no interval is noted and left out. */
function timesOf(value: Fields['when'], zoneRead: string | undefined, zone: string, notes: CarryNote[]): JsonObject {
  const when = typeof value === 'string' ? parseWhen(value) : undefined;
  if (!when) {
    notes.push(note('when', 'notHeld'));
    return {};
  }
  const [start, end] = zonedTime(when, zoneRead, zone);
  return { start, end, isAllDay: when.isAllDay };
}
