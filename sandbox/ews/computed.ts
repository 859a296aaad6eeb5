/** Properties that nobody sets: ids, times, names put together, what a series and a meeting say of themselves. */
import { htmlToText } from '../graph/html-body.ts';
import { nameOf } from './accounts.ts';
import type { ExchangeAccount } from './accounts.ts';
import { changeKey, folderId, itemId } from './ids.ts';
import type { Attendee, Body, Mailbox, Person, Props } from './mailbox.ts';
import { endOf, endsOf, exceptionsOf, plainOccurrence, startOf } from './series.ts';
import type { Target } from './series.ts';
import { showInstant, zulu } from './times.ts';
import { element, escapeXml, leaf } from './xml.ts';

/** An item before the eyes of one request. */
export interface View {
  readonly target: Target;
  readonly mailbox: Mailbox;
  readonly owner: ExchangeAccount;
  /** Windows name of TimeZoneContext; undefined: UTC. */
  readonly zone: string | undefined;
  readonly hasZones: boolean;
}

const CLASSES = {
  Contact: 'IPM.Contact', CalendarItem: 'IPM.Appointment', Task: 'IPM.Task', Message: 'IPM.Note', DistributionList: 'IPM.DistList',
  MeetingRequest: 'IPM.Schedule.Meeting.Request',
} as const;
const TITLE = 'tag:14917/String';

export function targetId(mailbox: Mailbox, { item, day, isException }: Target): string {
  return element('t:ItemId', { Id: itemId(mailbox.tag, item.n, day, isException), ChangeKey: changeKey(item.seq) });
}

export const classOf = ({ item, props, day }: Target): string =>
  String(props['item:ItemClass'] ?? `${CLASSES[item.kind]}${day === undefined ? '' : '.Occurrence'}`);

export const organizerOf = ({ target, owner }: View): Person => (target.props['calendar:Organizer'] as Person | undefined) ?? ownPerson(owner);
const ownPerson = (owner: ExchangeAccount): Person => ({ name: nameOf(owner), address: owner.address });
export const isOrganizer = (props: Props): boolean => props['calendar:Organizer'] === undefined;

const ATTENDEES = ['calendar:RequiredAttendees', 'calendar:OptionalAttendees', 'calendar:Resources'] as const;
export const attendeesOf = (props: Props): readonly Attendee[] => ATTENDEES.flatMap((uri) => (props[uri] as readonly Attendee[] | undefined) ?? []);

export function computed(view: View, uri: string): string | undefined {
  const name = `t:${uri.split(':')[1] ?? ''}`;
  if (uri === 'item:ItemId') return targetId(view.mailbox, view.target);
  const value = uri.startsWith('item:') ? ofItem(view, uri) : uri.startsWith('calendar:') ? ofEvent(view, uri) : ofOther(view, uri);
  return value === undefined ? undefined : typeof value === 'string' ? leaf(name, value) : element(name, value.attrs ?? {}, value.xml);
}

type Shown = string | { readonly xml: string; readonly attrs?: Readonly<Record<string, string>> } | undefined;

function ofItem({ target, mailbox, owner, zone }: View, uri: string): Shown {
  const { item, props } = target;
  const time = (instant: number): string => showInstant(zulu(instant), zone);
  const body = props['item:Body'] as Body | undefined;
  switch (uri) {
    case 'item:ParentFolderId': return { xml: '', attrs: { Id: folderId(mailbox.tag, item.folder), ChangeKey: changeKey(1) } };
    case 'item:Size': return String(JSON.stringify(props).length);
    case 'item:DateTimeReceived': case 'item:DateTimeCreated': return time(item.createdAt);
    case 'item:LastModifiedTime': return time(item.modifiedAt);
    case 'item:LastModifiedName': return nameOf(owner);
    case 'item:IsDraft': case 'item:HasAttachments': return 'false';
    case 'item:DisplayTo': return attendeesOf(props).map(({ name }) => name).join('; ') || undefined;
    case 'item:TextBody': return body && { xml: escapeXml(body.type === 'Text' ? body.text : htmlToText(body.text)), attrs: { BodyType: 'Text' } };
    default: return undefined;
  }
}

const personXml = ({ name, address }: Person): string =>
  element('t:Mailbox', {}, `${leaf('t:Name', name)}${leaf('t:EmailAddress', address)}${leaf('t:RoutingType', 'SMTP')}`);

function ofEvent(view: View, uri: string): Shown {
  const { target } = view;
  const { item, props, day, isException } = target;
  const isSeries = props['calendar:Recurrence'] !== undefined;
  const isMeeting = attendeesOf(props).length > 0 || !isOrganizer(props);
  const flag = (isTrue: boolean): string => String(isTrue);
  switch (uri) {
    case 'calendar:CalendarItemType': return !isSeries ? 'Single' : day === undefined ? 'RecurringMaster' : isException ? 'Exception' : 'Occurrence';
    case 'calendar:IsRecurring': return flag(isSeries);
    case 'calendar:IsMeeting': return flag(isMeeting);
    case 'calendar:IsCancelled': return String(props[uri] ?? 'false');
    case 'calendar:MeetingRequestWasSent': return String(props[uri] ?? 'false');
    case 'calendar:IsOnlineMeeting': return flag(props['calendar:JoinOnlineMeetingUrl'] !== undefined);
    case 'calendar:JoinOnlineMeetingUrl': return props[uri] === undefined ? undefined : String(props[uri]);
    case 'calendar:IsOrganizer': return flag(isOrganizer(props));
    case 'calendar:MyResponseType': return String(props[uri] ?? (!isMeeting ? 'Unknown' : isOrganizer(props) ? 'Organizer' : 'NoResponseReceived'));
    case 'calendar:Organizer': return { xml: personXml(organizerOf(view)) };
    case 'calendar:TimeZone': return String(props['calendar:StartTimeZone'] ?? 'UTC');
    case 'calendar:AppointmentState': return String((isMeeting ? 1 : 0) + (isOrganizer(props) ? 0 : 2) + (props['calendar:IsCancelled'] === 'true' ? 4 : 0));
    case 'calendar:Duration': return `PT${Math.round((endOf(target) - startOf(target)) / 60_000)}M`;
    case 'calendar:OriginalStart': case 'calendar:RecurrenceId':
      return day === undefined ? undefined : showInstant(String(plainOccurrence(item, day)['calendar:Start']), view.zone);
    default: return day === undefined && isSeries ? ofSeries(view, uri) : undefined;
  }
}

function ofSeries({ target: { item }, mailbox, zone }: View, uri: string): Shown {
  const time = (instant: unknown): string => showInstant(String(instant), zone);
  const info = (target: Target): string => targetId(mailbox, target) + leaf('t:Start', time(target.props['calendar:Start']))
    + leaf('t:End', time(target.props['calendar:End'])) + leaf('t:OriginalStart', time(plainOccurrence(item, target.day ?? 0)['calendar:Start']));
  switch (uri) {
    case 'calendar:FirstOccurrence': case 'calendar:LastOccurrence': {
      const { first, last } = endsOf(item);
      const end = uri === 'calendar:FirstOccurrence' ? first : last;
      return end && { xml: info(end) };
    }
    case 'calendar:ModifiedOccurrences': {
      const changed = exceptionsOf(item);
      return changed.length === 0 ? undefined : { xml: changed.map((target) => element('t:Occurrence', {}, info(target))).join('') };
    }
    case 'calendar:DeletedOccurrences': {
      if (item.deleted.length === 0) return undefined;
      const days = [...item.deleted].sort((left, right) => left - right);
      return { xml: days.map((day) => element('t:DeletedOccurrence', {}, leaf('t:Start', time(plainOccurrence(item, day)['calendar:Start'])))).join('') };
    }
    default: return undefined;
  }
}

function ofOther({ target: { props }, owner, zone }: View, uri: string): Shown {
  const status = String(props['task:Status'] ?? 'NotStarted');
  switch (uri) {
    case 'contacts:CompleteName': return completeName(props);
    case 'contacts:ContactSource': return 'Store';
    case 'contacts:HasPicture': return 'false';
    case 'task:CompleteDate': return props[uri] === undefined ? undefined : showInstant(String(props[uri]), zone);
    case 'task:IsComplete': return String(status === 'Completed');
    case 'task:IsRecurring': return String(props['task:Recurrence'] !== undefined);
    case 'task:StatusDescription': return status.replace(/([a-z])([A-Z])/g, '$1 $2');
    case 'task:Owner': return nameOf(owner);
    default: return undefined;
  }
}

/** Put together by the server and not to be written; the title of a person is PR_DISPLAY_NAME_PREFIX. */
function completeName(props: Props): Shown {
  const part = (key: string): string => String(props[key] ?? '');
  const parts: readonly (readonly [string, string])[] = [
    ['Title', part(TITLE)], ['FirstName', part('contacts:GivenName')], ['MiddleName', part('contacts:MiddleName')], ['LastName', part('contacts:Surname')],
    ['Suffix', part('contacts:Generation')], ['Initials', part('contacts:Initials')], ['FullName', fullName(props)], ['Nickname', part('contacts:Nickname')],
  ];
  const shown = parts.filter(([, text]) => text !== '');
  return shown.length === 0 ? undefined : { xml: shown.map(([name, text]) => leaf(`t:${name}`, text)).join('') };
}

export const fullName = (props: Props): string =>
  ['contacts:GivenName', 'contacts:MiddleName', 'contacts:Surname'].map((key) => props[key]).filter(Boolean).join(' ');
