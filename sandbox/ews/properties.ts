/** The properties that are played, by class, with their kind; the table is all that reading, writing and searching know of most of them. */
import { EwsError } from './fault.ts';
import type { ItemKind } from './schema.ts';
import { element } from './xml.ts';

export type Kind = 'text' | 'url' | 'boolean' | 'integer' | 'percent' | 'dateTime' | 'moment' | 'day' | 'strings' | 'body' | 'enum' | 'attendees'
  | 'zone' | 'recurrence' | 'dictionary' | 'computed';

export interface Property {
  readonly uri: string;
  /** Its element in an item, without prefix. */
  readonly name: string;
  readonly kind: Kind;
  readonly values: readonly string[];
  readonly isReadOnly: boolean;
  /** DeleteItemField is refused. */
  readonly isKept: boolean;
}

/** A line: FieldURI, kind, values of an enum; `!` behind the kind: cannot be deleted. `computed` is read-only. */
const ITEM = `
item:ItemId computed
item:ParentFolderId computed
item:ItemClass text!
item:Subject text
item:Sensitivity enum! Normal Personal Private Confidential
item:Body body
item:DateTimeReceived computed
item:Size computed
item:Categories strings
item:Importance enum! Low Normal High
item:IsDraft computed
item:DateTimeCreated computed
item:ReminderDueBy dateTime
item:ReminderIsSet boolean!
item:ReminderMinutesBeforeStart integer!
item:DisplayTo computed
item:HasAttachments computed
item:Culture text
item:LastModifiedName computed
item:LastModifiedTime computed
item:TextBody computed`;

const CONTACT = `
contacts:FileAs text
contacts:FileAsMapping enum! None LastCommaFirst FirstSpaceLast Company LastFirst DisplayName FirstName LastName
contacts:DisplayName text
contacts:GivenName text
contacts:Initials text
contacts:MiddleName text
contacts:Nickname text
contacts:CompleteName computed
contacts:CompanyName text
contacts:EmailAddresses dictionary
contacts:PhysicalAddresses dictionary
contacts:PhoneNumbers dictionary
contacts:AssistantName text
contacts:Birthday dateTime
contacts:BusinessHomePage url
contacts:Children strings
contacts:Companies strings
contacts:ContactSource computed
contacts:Department text
contacts:Generation text
contacts:ImAddresses dictionary
contacts:JobTitle text
contacts:Manager text
contacts:Mileage text
contacts:OfficeLocation text
contacts:Profession text
contacts:SpouseName text
contacts:Surname text
contacts:WeddingAnniversary dateTime
contacts:HasPicture computed`;

const EVENT = `
calendar:UID text!
calendar:RecurrenceId computed
calendar:Start moment!
calendar:End moment!
calendar:OriginalStart computed
calendar:IsAllDayEvent boolean!
calendar:LegacyFreeBusyStatus enum! Free Tentative Busy OOF WorkingElsewhere NoData
calendar:Location text
calendar:IsMeeting computed
calendar:IsCancelled computed
calendar:IsRecurring computed
calendar:MeetingRequestWasSent computed
calendar:IsResponseRequested boolean!
calendar:CalendarItemType computed
calendar:MyResponseType computed
calendar:Organizer computed
calendar:RequiredAttendees attendees
calendar:OptionalAttendees attendees
calendar:Resources attendees
calendar:Duration computed
calendar:TimeZone computed
calendar:AppointmentState computed
calendar:Recurrence recurrence
calendar:FirstOccurrence computed
calendar:LastOccurrence computed
calendar:ModifiedOccurrences computed
calendar:DeletedOccurrences computed
calendar:StartTimeZone zone!
calendar:EndTimeZone zone!
calendar:AllowNewTimeProposal boolean!
calendar:IsOnlineMeeting computed
calendar:JoinOnlineMeetingUrl computed
calendar:IsOrganizer computed`;

const TASK = `
task:ActualWork integer
task:BillingInformation text
task:Companies strings
task:CompleteDate computed
task:Contacts strings
task:DueDate day
task:IsComplete computed
task:IsRecurring computed
task:Mileage text
task:Owner computed
task:PercentComplete percent!
task:Recurrence recurrence
task:StartDate day
task:Status enum! NotStarted InProgress Completed WaitingOnOthers Deferred
task:StatusDescription computed
task:TotalWork integer`;

const LIST = `
contacts:DisplayName text
contacts:FileAs text`;

const MESSAGE = `
message:InternetMessageId computed
message:IsRead boolean!`;

/** Completing a task is done by its status: CompleteDate may be written as well (learn.microsoft.com, CompleteDate). */
const WRITABLE_BY_COPY = new Set(['task:CompleteDate']);

function table(...texts: readonly string[]): ReadonlyMap<string, Property> {
  return new Map(texts.join('\n').split('\n').filter(Boolean).map((line) => {
    const [uri = '', word = '', ...values] = line.split(' ');
    const kind = word.replace('!', '') as Kind;
    const isReadOnly = kind === 'computed' && !WRITABLE_BY_COPY.has(uri);
    return [uri, { uri, name: uri.split(':')[1] ?? '', kind, values, isReadOnly, isKept: word.endsWith('!') || isReadOnly }];
  }));
}

const TABLES: Readonly<Record<ItemKind, ReadonlyMap<string, Property>>> = {
  Contact: table(ITEM, CONTACT), CalendarItem: table(ITEM, EVENT), Task: table(ITEM, TASK), Message: table(ITEM, MESSAGE),
  DistributionList: table(ITEM, LIST), MeetingRequest: table(ITEM, MESSAGE),
};

export const propertyOf = (kind: ItemKind, uri: string): Property | undefined => TABLES[kind].get(uri);
export const propertiesOf = (kind: ItemKind): readonly Property[] => [...TABLES[kind].values()];
export const propertyByName = (kind: ItemKind, name: string): Property | undefined => propertiesOf(kind).find((property) => property.name === name);

/** Prefixes of the FieldURIs that a class has; asking another fails the item. */
const PREFIXES: Readonly<Record<ItemKind, readonly string[]>> = {
  Contact: ['item', 'contacts'], CalendarItem: ['item', 'calendar'], Task: ['item', 'task'], Message: ['item', 'message'],
  DistributionList: ['item', 'distributionlist'], MeetingRequest: ['item', 'message', 'meeting', 'meetingRequest'],
};

export const hasProperty = (kind: ItemKind, uri: string): boolean =>
  PREFIXES[kind].includes(uri.split(':')[0] ?? '') || TABLES[kind].has(uri);

export const cannotSet = (uri: string): EwsError =>
  new EwsError('ErrorInvalidPropertySet', 'Set action is invalid for property.', element('t:FieldURI', { FieldURI: uri }));

/** The keys of the dictionaries, and the parts of an address in their order. */
export const EMAIL_KEYS = ['EmailAddress1', 'EmailAddress2', 'EmailAddress3'] as const;
export const IM_KEYS = ['ImAddress1', 'ImAddress2', 'ImAddress3'] as const;
export const ADDRESS_KEYS = ['Business', 'Home', 'Other'] as const;
export const ADDRESS_PARTS = ['Street', 'City', 'State', 'CountryOrRegion', 'PostalCode'] as const;
export const PHONE_KEYS = [
  'AssistantPhone', 'BusinessFax', 'BusinessPhone', 'BusinessPhone2', 'Callback', 'CarPhone', 'CompanyMainPhone', 'HomeFax', 'HomePhone', 'HomePhone2',
  'Isdn', 'MobilePhone', 'OtherFax', 'OtherTelephone', 'Pager', 'PrimaryPhone', 'RadioPhone', 'Telex', 'TtyTddPhone', 'BusinessMobile', 'IPPhone',
  'Mms', 'Msn',
] as const;
