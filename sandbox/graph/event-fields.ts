/** The event resource: which properties exist, what they accept, how a body becomes stored fields. Times are in `event-times.ts`. */
import {
  invalidProperty, isOneOf, readBoolean, readEnum, readExtended, readInteger, readList, readMembers, readObject, readOnlyProperty,
  readText, readTexts, unknownProperty,
} from './body.ts';
import type { Body, ExtendedProperty } from './body.ts';
import { readTimes } from './event-times.ts';
import type { Times } from './event-times.ts';
import { readHtml } from './html-body.ts';
import { meetingBlob, newJoinUrl } from './online-meeting.ts';
import type { Recurrence } from './recurrence.ts';
import { GraphError } from './reply.ts';

export const SHOW_AS = ['unknown', 'free', 'tentative', 'busy', 'oof', 'workingElsewhere'] as const;
export const SENSITIVITIES = ['normal', 'personal', 'private', 'confidential'] as const;
export const IMPORTANCES = ['low', 'normal', 'high'] as const;
export const RESPONSES = ['none', 'organizer', 'tentativelyAccepted', 'accepted', 'declined', 'notResponded'] as const;
const ATTENDEE_TYPES = ['required', 'optional', 'resource'] as const;
const FLAGS = ['isReminderOn', 'allowNewTimeProposals', 'hideAttendees', 'responseRequested'] as const;
const PROVIDERS = ['unknown', 'skypeForBusiness', 'skypeForConsumer', 'teamsForBusiness'] as const;
const LOCATION_TYPES = [
  'default', 'conferenceRoom', 'homeAddress', 'businessAddress', 'geoCoordinates', 'streetAddress', 'hotel', 'restaurant', 'localBusiness',
  'postalAddress',
] as const;

export type Response = (typeof RESPONSES)[number];
export interface Person { readonly name: string; readonly address: string }
export interface Attendee extends Person { readonly type: (typeof ATTENDEE_TYPES)[number]; readonly response: Response; readonly time: string }
export type Location = Readonly<Record<string, unknown>> & { readonly displayName: string };

/** An event or one occurrence, without what ties it to a series. */
export interface Appointment extends Times {
  readonly subject: string;
  /** HTML, as Outlook keeps it. */
  readonly body: string;
  readonly locations: readonly Location[];
  readonly attendees: readonly Attendee[];
  readonly organizer: Person;
  readonly isOrganizer: boolean;
  readonly response: Response;
  readonly showAs: (typeof SHOW_AS)[number];
  readonly sensitivity: (typeof SENSITIVITIES)[number];
  readonly importance: (typeof IMPORTANCES)[number];
  readonly categories: readonly string[];
  readonly flags: Readonly<Record<(typeof FLAGS)[number], boolean>>;
  readonly reminderMinutesBeforeStart: number;
  readonly isCancelled: boolean;
  /** Present while the event is an online meeting. */
  readonly joinUrl?: string | undefined;
  readonly extended: readonly ExtendedProperty[];
}

/** What is stored of a single event or of a series; a series holds its exceptions by day, each with what differs. */
export interface EventFields extends Appointment {
  readonly iCalUId: string;
  readonly transactionId?: string;
  readonly recurrence?: Recurrence | undefined;
  readonly exceptions: Readonly<Record<number, Partial<Appointment>>>;
  readonly cancelled: readonly number[];
}

const TIMES = ['start', 'end', 'isAllDay', 'recurrence'];
const WRITABLE = [
  ...TIMES, ...FLAGS, 'subject', 'body', 'location', 'locations', 'attendees', 'showAs', 'sensitivity', 'importance', 'categories',
  'reminderMinutesBeforeStart', 'isOnlineMeeting', 'onlineMeetingProvider', 'transactionId',
] as const;
/** What only somebody else's invitation or a person can bring about; refused over HTTP. */
const BY_HAND = ['organizer', 'isCancelled', 'responseStatus'];
const READ_ONLY = [
  'id', 'changeKey', 'createdDateTime', 'lastModifiedDateTime', 'bodyPreview', 'hasAttachments', 'iCalUId', 'isDraft', 'isOrganizer',
  'onlineMeeting', 'onlineMeetingUrl', 'originalStart', 'originalStartTimeZone', 'originalEndTimeZone', 'seriesMasterId', 'type', 'webLink',
];
/** Read only when $select names them (microsoft-graph-docs PR#14928). */
export const ON_REQUEST = ['cancelledOccurrences', 'exceptionOccurrences'];
export const EVENT_PROPERTIES: ReadonlySet<string> = new Set([...WRITABLE, ...BY_HAND, ...READ_ONLY, ...ON_REQUEST]);
/** What belongs to the organizer: an attendee's copy does not accept it (see `settings.attendeeEdits`). */
export const ORGANIZERS_OWN: readonly string[] = [
  ...TIMES, 'subject', 'body', 'location', 'locations', 'attendees', 'isOnlineMeeting', 'onlineMeetingProvider', 'hideAttendees',
  'allowNewTimeProposals', 'responseRequested',
];
const ATTENDEES_MAX = 500;
const NO_TIME = '0001-01-01T00:00:00Z';

export const newAppointment = (owner: Person): Appointment => ({
  subject: '', body: '', locations: [], attendees: [], organizer: owner, isOrganizer: true, response: 'organizer', showAs: 'busy',
  sensitivity: 'normal', importance: 'normal', categories: [], reminderMinutesBeforeStart: 15, isCancelled: false, extended: [],
  flags: { isReminderOn: true, allowNewTimeProposals: true, hideAttendees: false, responseRequested: true },
  start: '', end: '', zone: 'UTC', isAllDay: false, originalStartTimeZone: 'UTC', originalEndTimeZone: 'UTC',
});

/** By API, or by the hand of a person, who can also receive an invitation. */
export type Hand = 'api' | 'person';

/** Everything but the recurrence; `now` stamps an answer to an invitation. */
export function applyEventBody(before: Appointment, given: unknown, hand: Hand): Appointment {
  const body = Object.fromEntries(Object.entries(readObject(given)).filter(([name]) => !name.includes('@odata.')));
  for (const name of Object.keys(body)) demandWritable(name, hand);
  const after = {
    ...before, ...readTexted(before, body), ...readPlaces(before, body), ...readTimes(before, body), ...readFlags(before, body),
    ...('attendees' in body ? { attendees: readAttendees(body['attendees'], before.attendees, hand) } : {}),
    ...('singleValueExtendedProperties' in body
      ? { extended: readExtended(body['singleValueExtendedProperties'], before.extended) } : {}),
    ...readByHand(before, body),
  };
  return withMeeting(before, after, body);
}

function demandWritable(name: string, hand: Hand): void {
  if (isOneOf(WRITABLE, name) || name === 'singleValueExtendedProperties') return;
  if (BY_HAND.includes(name) && hand === 'person') return;
  throw EVENT_PROPERTIES.has(name) ? readOnlyProperty(name) : unknownProperty(name, 'microsoft.graph.event');
}

function readTexted(before: Appointment, body: Body): Partial<Appointment> {
  const named = <T>(name: string, read: (value: unknown) => T): Partial<Record<string, T>> => (name in body ? { [name]: read(body[name]) } : {});
  return {
    ...named('subject', (value) => readText('subject', value) ?? ''),
    ...named('body', readHtml),
    ...named('showAs', (value) => readEnum('showAs', 'freeBusyStatus', SHOW_AS, value ?? before.showAs)),
    ...named('sensitivity', (value) => readEnum('sensitivity', 'sensitivity', SENSITIVITIES, value ?? before.sensitivity)),
    ...named('importance', (value) => readEnum('importance', 'importance', IMPORTANCES, value ?? before.importance)),
    ...named('categories', (value) => readTexts('categories', value)),
    ...named('reminderMinutesBeforeStart', (value) => readInteger('reminderMinutesBeforeStart', value)),
  };
}

function readFlags(before: Appointment, body: Body): Partial<Appointment> {
  const given = FLAGS.flatMap((name) => (name in body ? [[name, readBoolean(name, body[name])] as const] : []));
  return given.length === 0 ? {} : { flags: { ...before.flags, ...Object.fromEntries(given) } };
}

/** `location` is the first of `locations`; whichever is sent replaces both. */
function readPlaces(before: Appointment, body: Body): Partial<Appointment> {
  if ('locations' in body) return { locations: readList('locations', 'microsoft.graph.location', body['locations']).map(readLocation) };
  if (!('location' in body)) return {};
  const place = body['location'] === null ? undefined : readLocation(body['location']);
  return { locations: place && (place.displayName !== '' || before.locations.length > 0) ? [place].filter(({ displayName }) => displayName) : [] };
}

function readLocation(value: unknown): Location {
  const names = ['displayName', 'locationType', 'uniqueId', 'uniqueIdType', 'address', 'coordinates', 'locationUri', 'locationEmailAddress'];
  const given = readMembers('location', 'microsoft.graph.location', names, value);
  const displayName = readText('displayName', given['displayName'] ?? null) ?? '';
  const kept = ['address', 'coordinates', 'locationUri', 'locationEmailAddress'].filter((name) => given[name] !== undefined);
  return {
    displayName, locationType: readEnum('locationType', 'locationType', LOCATION_TYPES, given['locationType'] ?? 'default'),
    uniqueId: displayName, uniqueIdType: 'private', ...Object.fromEntries(kept.map((name) => [name, given[name]])),
  };
}

/** A status that is sent is ignored (microsoft-graph-docs#16158); who stays in the list keeps the answer. */
function readAttendees(value: unknown, before: readonly Attendee[], hand: Hand): Attendee[] {
  const attendees = readList('attendees', 'microsoft.graph.attendee', value).map((entry) => {
    const given = readMembers('attendees', 'microsoft.graph.attendee', ['type', 'status', 'emailAddress', 'proposedNewTime'], entry);
    const person = readPerson('emailAddress', given['emailAddress']);
    const known = before.find(({ address }) => address.toLowerCase() === person.address.toLowerCase());
    const status = hand === 'person' && given['status'] !== undefined ? readStatus(given['status']) : undefined;
    return {
      ...person, type: readEnum('type', 'attendeeType', ATTENDEE_TYPES, given['type'] ?? 'required'),
      response: status?.response ?? known?.response ?? 'none' as const, time: status?.time ?? known?.time ?? NO_TIME,
    };
  });
  if (attendees.length > ATTENDEES_MAX) {
    throw new GraphError(400, 'ErrorTooManyRecipients', `An event cannot have more than ${ATTENDEES_MAX} attendees.`);
  }
  return attendees;
}

const readRecipient = (name: string, value: unknown): Person =>
  readPerson('emailAddress', readMembers(name, 'microsoft.graph.recipient', ['emailAddress'], value)['emailAddress']);

function readPerson(name: string, value: unknown): Person {
  const given = readMembers(name, 'microsoft.graph.emailAddress', ['name', 'address'], value);
  const address = readText('address', given['address'] ?? null) ?? '';
  if (!/^[^@\s]+@[^@\s]+$/.test(address)) throw new GraphError(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.');
  return { name: readText('name', given['name'] ?? null) ?? address, address };
}

function readStatus(value: unknown): { readonly response: Response; readonly time: string } {
  const given = readMembers('status', 'microsoft.graph.responseStatus', ['response', 'time'], value);
  return { response: readEnum('response', 'responseType', RESPONSES, given['response']), time: readText('time', given['time'] ?? null) ?? NO_TIME };
}

function readByHand(before: Appointment, body: Body): Partial<Appointment> {
  const { organizer, isCancelled, responseStatus } = body;
  const sender = organizer === undefined ? undefined : readRecipient('organizer', organizer);
  const isOwn = sender ? sender.address.toLowerCase() === before.organizer.address.toLowerCase() && before.isOrganizer : before.isOrganizer;
  return {
    ...(sender ? { organizer: sender, isOrganizer: isOwn, response: isOwn ? 'organizer' : 'notResponded' } : {}),
    ...(isCancelled === undefined ? {} : { isCancelled: readBoolean('isCancelled', isCancelled) }),
    ...(responseStatus === undefined ? {} : { response: readStatus(responseStatus).response }),
  };
}

/**
 * An online meeting carries its link in the body. Once on it stays on whatever isOnlineMeeting says, but a body without the link ends it
 * (microsoft-graph-docs#16336, #18896; learn.microsoft.com, event resource).
 */
function withMeeting(before: Appointment, after: Appointment, body: Body): Appointment {
  if (body['isOnlineMeeting'] !== undefined) readBoolean('isOnlineMeeting', body['isOnlineMeeting']);
  if (body['onlineMeetingProvider'] !== undefined) readEnum('onlineMeetingProvider', 'onlineMeetingProviderType', PROVIDERS, body['onlineMeetingProvider']);
  if (before.joinUrl === undefined) {
    if (body['isOnlineMeeting'] !== true) return after;
    const joinUrl = newJoinUrl();
    return { ...after, joinUrl, body: after.body + meetingBlob(joinUrl) };
  }
  return 'body' in body && !after.body.includes(before.joinUrl) ? { ...after, joinUrl: undefined } : after;
}

export function demandTransaction(body: Body): string | undefined {
  const given = body['transactionId'];
  if (given === undefined || given === null) return undefined;
  if (typeof given === 'string' && given !== '') return given;
  throw invalidProperty('transactionId must be text.');
}
