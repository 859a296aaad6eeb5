/** Creating, changing and deleting events, by the API or by the hand of a person; and the mails that the service then sends by itself. */
import { displayNameOf } from '../identity/accounts.ts';
import type { User } from '../identity/accounts.ts';
import { invalidProperty, isObject, readObject, readOnlyProperty } from './body.ts';
import type { Body } from './body.ts';
import { ORGANIZERS_OWN, applyEventBody, demandTransaction, newAppointment } from './event-fields.ts';
import type { Appointment, EventFields, Hand } from './event-fields.ts';
import { readMoment } from './event-times.ts';
import { CALENDAR_FOLDER, addItem, changeItem, demandFolder, removeItem } from './mailbox.ts';
import type { Mailbox } from './mailbox.ts';
import { countMail } from './people.ts';
import { daysOf, readRecurrence } from './recurrence.ts';
import { GraphError } from './reply.ts';
import { demandBetweenNeighbours, plainOccurrence } from './series.ts';
import type { EventItem, Target } from './series.ts';
import { iCalUId } from './ids.ts';
import type { GraphWorld } from './world.ts';
import { DAY_MS, dateOf, dayOf, instantOf, localOf, shiftLocal, wallDistance, zoneOf } from './zones.ts';

export interface Writer {
  readonly world: GraphWorld;
  readonly mailbox: Mailbox;
  readonly user: User;
  readonly hand: Hand;
}

/** The same transactionId gives the event of the first call, or a refusal when it was another event. */
export function createEvent(writer: Writer, given: unknown): EventItem {
  const { world, mailbox, user } = writer;
  const body = readObject(given);
  const transactionId = demandTransaction(body);
  const known = transactionId === undefined ? undefined : repeated(mailbox, transactionId, body);
  if (known) return known;
  const made = applyEventBody(newAppointment({ name: displayNameOf(user), address: user.login }), body, writer.hand);
  const fields: EventFields = withRecurrence({
    ...made, exceptions: {}, cancelled: [], iCalUId: iCalUId(mailbox.calendar.tag, mailbox.calendar.nextItem),
    ...(transactionId === undefined ? {} : { transactionId }),
  }, body);
  const item = addItem(mailbox.calendar, demandFolder(mailbox.calendar, CALENDAR_FOLDER), fields, world.clock.now());
  if (transactionId !== undefined) mailbox.transactions[transactionId] = { n: item.n, print: JSON.stringify(body) };
  tellAttendees(writer, 'event invitation', fields);
  world.changed(mailbox);
  return item;
}

/** alcionai/corso#2490 has the words; the status is [unconfirmed]. A deleted event does not free its transactionId. */
function repeated(mailbox: Mailbox, transactionId: string, body: Body): EventItem | undefined {
  const before = mailbox.transactions[transactionId];
  if (!before) return undefined;
  const item = mailbox.calendar.items.get(before.n);
  if (item && before.print === JSON.stringify(body)) return item;
  throw new GraphError(
    400, 'ErrorDuplicateTransactionId',
    "Your request can't be completed. The TransactionId specified in the request has already been used to create a different event.",
  );
}

export function changeEvent(writer: Writer, target: Target, given: unknown): void {
  const { world, mailbox, hand } = writer;
  const body = readObject(given);
  if ('transactionId' in body) throw readOnlyProperty('transactionId');
  const { item } = target;
  const before = target.kind === 'occurrence' ? target.fields : item.fields;
  const isOrganizers = hand === 'api' && !before.isOrganizer && Object.keys(body).some((name) => ORGANIZERS_OWN.includes(name));
  if (isOrganizers && world.settings.attendeeEdits === 'refused') {
    throw new GraphError(400, 'ErrorCalendarIsNotOrganizer', 'You need to be the organizer of the meeting to change it.');
  }
  // What an attendee changes is overwritten by the organizer's copy.
  const kept = isOrganizers ? Object.fromEntries(Object.entries(body).filter(([name]) => !ORGANIZERS_OWN.includes(name))) : body;
  const after = applyEventBody(before, kept, hand);
  const fields = target.kind === 'occurrence' ? withException(target, after, kept) : changedWhole(item.fields, after, kept);
  changeItem(mailbox.calendar, item, fields, world.clock.now());
  const told = before.attendees.length > 0 ? before : after;
  tellAttendees(writer, 'event update', told);
  // A change of a series mails once more for each occurrence that was changed by itself (learn.microsoft.com/graph/api/event-update).
  if (target.kind === 'whole') for (const _ of Object.keys(fields.exceptions)) tellAttendees(writer, 'event update of an occurrence', told);
  world.changed(mailbox);
}

export function deleteEvent(writer: Writer, target: Target): void {
  const { world, mailbox } = writer;
  const { item } = target;
  const now = world.clock.now();
  if (target.kind === 'occurrence') {
    const { [target.day]: _, ...exceptions } = item.fields.exceptions;
    changeItem(mailbox.calendar, item, { ...item.fields, exceptions, cancelled: [...item.fields.cancelled, target.day] }, now);
    tellAttendees(writer, 'event cancellation', target.fields);
  } else {
    removeItem(mailbox.calendar, item, now, false);
    tellAttendees(writer, 'event cancellation', item.fields);
  }
  world.changed(mailbox);
}

/** What the organizer's program does goes to everybody and cannot be kept quiet (microsoft-graph-docs#7483); a person's own act is not counted. */
function tellAttendees({ world, user, hand }: Writer, reason: string, { attendees, isOrganizer }: Appointment): void {
  if (hand === 'api' && isOrganizer && attendees.length > 0) countMail(world, user.id, reason, attendees.length);
}

/** A change of the rule or of the times drops the exceptions and the deletions of a series [unconfirmed]. */
function changedWhole(before: EventFields, after: Appointment, body: Body): EventFields {
  const isRemade = ['recurrence', 'start', 'end', 'isAllDay'].some((name) => name in body);
  const fields = { ...before, ...after };
  return isRemade ? withRecurrence({ ...fields, exceptions: {}, cancelled: [] }, body) : fields;
}

function withRecurrence(fields: EventFields, body: Body): EventFields {
  const given = body['recurrence'];
  if (given === null) return { ...fields, recurrence: undefined };
  if (given === undefined) {
    if (!fields.recurrence) return fields;
    const { pattern, range } = fields.recurrence;
    return aligned({ ...fields, recurrence: { pattern, range: { ...range, startDate: fields.start.slice(0, 10) } } });
  }
  const zone = isObject(body['start']) ? readMoment('start', body['start']).name : fields.originalStartTimeZone;
  return aligned({ ...fields, recurrence: readRecurrence(given, fields.start.slice(0, 10), zone) });
}

/** The times stand in the zone of the series, and the first occurrence is on the first day of the rule [unconfirmed]. */
function aligned(fields: EventFields): EventFields {
  const { recurrence } = fields;
  if (!recurrence) return fields;
  const first = daysOf(recurrence).next();
  if (first.done) throw invalidProperty('The recurrence does not have an occurrence.');
  const date = dateOf(first.value);
  const zone = fields.isAllDay ? fields.zone : zoneOf(recurrence.range.recurrenceTimeZone);
  const shift = (first.value - dayOf(fields.start)) * DAY_MS;
  const move = (local: string): string => shiftLocal(inZone(local, fields.zone, zone), shift);
  const start = move(fields.start);
  const length = wallDistance(inZone(fields.start, fields.zone, zone), inZone(fields.end, fields.zone, zone));
  return { ...fields, zone, start, end: shiftLocal(start, length), recurrence: { ...recurrence, range: { ...recurrence.range, startDate: date } } };
}

const inZone = (local: string, from: string, to: string): string => (from === to ? local : localOf(instantOf(local, from), to));

/** Only what differs from the rule is kept, so that the rest goes on following the series. */
function withException(target: Target & { kind: 'occurrence' }, after: Appointment, body: Body): EventFields {
  const { item, day } = target;
  if ('recurrence' in body) throw readOnlyProperty('recurrence');
  const series = item.fields.zone;
  const times = after.isAllDay ? after : { ...after, zone: series, start: inZone(after.start, after.zone, series), end: inZone(after.end, after.zone, series) };
  if ('start' in body || 'end' in body) demandBetweenNeighbours(target, times);
  const plain: Readonly<Record<string, unknown>> = { ...plainOccurrence(item, day) };
  const differing = Object.entries(times).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(plain[name]));
  return { ...item.fields, exceptions: { ...item.fields.exceptions, [day]: Object.fromEntries(differing) } };
}
