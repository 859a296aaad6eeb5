/** Events as they go over the wire: whole ones, and the few members that an occurrence has in delta. */
import { ON_REQUEST } from './event-fields.ts';
import type { Appointment, EventFields, Location, Person } from './event-fields.ts';
import { UTC, showTimes } from './event-times.ts';
import type { ShownZone } from './event-times.ts';
import { previewOf, showBody } from './html-body.ts';
import { immutableId, mutableId, occurrenceId } from './ids.ts';
import type { Shelf } from './mailbox.ts';
import { showMeeting } from './online-meeting.ts';
import { preferredText, preferredZone, stamp, wantsImmutableIds } from './reply.ts';
import type { Call } from './reply.ts';
import { exceptionsOf, originalStart } from './series.ts';
import type { EventItem, Occurrence, Target } from './series.ts';
import { changeKey } from './version.ts';
import { dateOf, zoneOf } from './zones.ts';

export interface EventView {
  readonly isImmutable: boolean;
  readonly zone: ShownZone;
  readonly isText: boolean;
  readonly select: readonly string[] | undefined;
  /** Extended properties to return, in canonical form. */
  readonly expand: readonly string[];
}

const WEB = 'https://outlook.office365.com';

/** What the Prefer headers of a call say; $select and $expand are added by the route. */
export function viewOf(call: Call, select?: readonly string[], expand: readonly string[] = []): EventView {
  const name = preferredZone(call);
  const zone = name === undefined ? UTC : { name, iana: zoneOf(name) };
  return { isImmutable: wantsImmutableIds(call), zone, isText: preferredText(call), select, expand };
}

export function targetId(calendar: Shelf<EventFields>, target: Target, isImmutable: boolean): string {
  if (target.kind === 'occurrence') return occurrenceId(calendar.tag, target.item.n, target.day, isImmutable);
  return itemId(calendar, target.item, isImmutable);
}

const itemId = (calendar: Shelf<EventFields>, item: EventItem, isImmutable: boolean): string =>
  (isImmutable ? immutableId(calendar.tag, item.n) : mutableId(calendar.tag, item.n, item.moves));

export function showEvent(calendar: Shelf<EventFields>, target: Target, view: EventView): Record<string, unknown> {
  const { item } = target;
  const fields = target.kind === 'occurrence' ? target.fields : item.fields;
  const all: Record<string, unknown> = {
    createdDateTime: stamp(item.createdAt), lastModifiedDateTime: stamp(item.modifiedAt), changeKey: changeKey(calendar, item),
    ...showIdentity(calendar, target, view), ...showContent(fields, view), ...showTimes(fields, view.zone),
    ...(view.select?.some((name) => ON_REQUEST.includes(name)) ? showDeviations(calendar, target, view) : {}),
  };
  const shown = { ...head(calendar, target, view), ...(view.select ? pick(all, view.select) : all) };
  const extended = fields.extended.filter(({ id }) => view.expand.includes(id));
  return extended.length > 0 ? { ...shown, singleValueExtendedProperties: extended.map((entry) => ({ ...entry })) } : shown;
}

const pick = (all: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.filter((name) => name in all).map((name) => [name, all[name]]));

const head = (calendar: Shelf<EventFields>, target: Target, { isImmutable }: EventView): Record<string, unknown> => ({
  '@odata.etag': `W/"${changeKey(calendar, target.item)}"`, id: targetId(calendar, target, isImmutable),
});

/** All that delta tells of an unchanged occurrence (microsoft-graph-docs#7632): the rest is the master's. */
export function showBareOccurrence(calendar: Shelf<EventFields>, occurrence: Occurrence, view: EventView): Record<string, unknown> {
  const target: Target = { kind: 'occurrence', ...occurrence };
  return {
    ...head(calendar, target, view), seriesMasterId: itemId(calendar, occurrence.item, view.isImmutable), type: 'occurrence',
    ...showTimes(occurrence.fields, view.zone),
  };
}

function typeOf(target: Target): string {
  if (target.kind === 'occurrence') return target.isException ? 'exception' : 'occurrence';
  return target.item.fields.recurrence ? 'seriesMaster' : 'singleInstance';
}

function showIdentity(calendar: Shelf<EventFields>, target: Target, view: EventView): Record<string, unknown> {
  const { fields } = target.item;
  const isOccurrence = target.kind === 'occurrence';
  return {
    // One for the whole series: users report it so, against the page (microsoft-graph-docs#4447).
    iCalUId: fields.iCalUId, transactionId: fields.transactionId ?? null, type: typeOf(target),
    seriesMasterId: isOccurrence ? itemId(calendar, target.item, view.isImmutable) : null,
    ...(isOccurrence ? { originalStart: stamp(originalStart(target)) } : {}),
    recurrence: isOccurrence || !fields.recurrence ? null : structuredClone(fields.recurrence),
    webLink: `${WEB}/owa/?itemid=${encodeURIComponent(targetId(calendar, target, false))}&exvsurl=1&path=/calendar/item`,
  };
}

function showContent(fields: Appointment, view: EventView): Record<string, unknown> {
  const { flags, organizer } = fields;
  return {
    subject: fields.subject, body: showBody(fields.body, view.isText), bodyPreview: previewOf(fields.body),
    categories: [...fields.categories], importance: fields.importance, sensitivity: fields.sensitivity, showAs: fields.showAs,
    isAllDay: fields.isAllDay, isCancelled: fields.isCancelled, isOrganizer: fields.isOrganizer, isDraft: false, hasAttachments: false,
    ...flags, reminderMinutesBeforeStart: fields.reminderMinutesBeforeStart, ...showMeeting(fields.joinUrl),
    originalStartTimeZone: fields.originalStartTimeZone, originalEndTimeZone: fields.originalEndTimeZone,
    responseStatus: { response: fields.response, time: '0001-01-01T00:00:00Z' }, organizer: { emailAddress: showPerson(organizer) },
    location: fields.locations[0] ? showLocation(fields.locations[0]) : NOWHERE, locations: fields.locations.map(showLocation),
    attendees: fields.attendees.map(({ type, response, time, ...person }) => ({
      type, status: { response, time }, emailAddress: showPerson(person),
    })),
  };
}

const NOWHERE = { displayName: '', locationType: 'default', uniqueIdType: 'unknown', address: {}, coordinates: {} };
const showPerson = ({ name, address }: Person): Person => ({ name, address });
const showLocation = (location: Location): Record<string, unknown> => structuredClone(location);

/** Of a master, when $select asks: ids of what was deleted, and the changed occurrences. */
function showDeviations(calendar: Shelf<EventFields>, target: Target, view: EventView): Record<string, unknown> {
  const { item } = target;
  if (target.kind === 'occurrence') return {};
  // The form of the vendor's page: not an id that can be asked for.
  const idOf = (day: number): string => `OID.${itemId(calendar, item, view.isImmutable)}.${dateOf(day)}`;
  return {
    cancelledOccurrences: item.fields.cancelled.map((day) => idOf(day)),
    exceptionOccurrences: exceptionsOf(item).map((occurrence) => showEvent(calendar, { kind: 'occurrence', ...occurrence }, { ...view, select: undefined })),
  };
}
