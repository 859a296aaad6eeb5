/** What types.xsd demands of items: every element in its place. A property may be legal there and yet not be played here; then it is never set. */
import { EwsFault, notValid } from './fault.ts';
import { localName } from './xml.ts';
import type { Xml } from './xml.ts';

const ITEM = `MimeContent ItemId ParentFolderId ItemClass Subject Sensitivity Body Attachments DateTimeReceived Size Categories Importance InReplyTo IsSubmitted
  IsDraft IsFromMe IsResend IsUnmodified InternetMessageHeaders DateTimeSent DateTimeCreated ResponseObjects ReminderDueBy ReminderIsSet
  ReminderNextTime ReminderMinutesBeforeStart DisplayCc DisplayTo DisplayBcc HasAttachments ExtendedProperty Culture EffectiveRights LastModifiedName
  LastModifiedTime IsAssociated WebClientReadFormQueryString WebClientEditFormQueryString ConversationId UniqueBody Flag StoreEntryId InstanceKey
  NormalizedBody EntityExtractionResult PolicyTag ArchiveTag RetentionDate Preview RightsManagementLicenseData PredictedActionReasons IsClutter
  BlockStatus HasBlockedImages TextBody IconIndex SearchKey SortKey Hashtags Mentions MentionedMe MentionsPreview MentionsEx AppliedHashtags
  AppliedHashtagsPreview Likes LikesPreview PendingSocialActivityTagIds AtAllMention CanDelete InferenceClassification`;
const CONTACT = `
  FileAs FileAsMapping DisplayName GivenName Initials MiddleName Nickname CompleteName CompanyName EmailAddresses AbchEmailAddresses PhysicalAddresses
  PhoneNumbers AssistantName Birthday BusinessHomePage Children Companies ContactSource Department Generation ImAddresses JobTitle Manager Mileage
  OfficeLocation PostalAddressIndex Profession SpouseName Surname WeddingAnniversary HasPicture PhoneticFullName PhoneticFirstName PhoneticLastName
  Alias Notes Photo UserSMIMECertificate MSExchangeCertificate DirectoryId ManagerMailbox DirectReports AccountName IsAutoUpdateDisabled
  IsMessengerEnabled Comment ContactShortId ContactType Gender IsHidden ObjectId PassportId IsPrivate SourceId TrustLevel CreatedBy Urls Cid
  SkypeAuthCertificate SkypeContext SkypeId SkypeRelationship YomiNickname XboxLiveTag InviteFree HidePresenceAndProfile IsPendingOutbound
  SupportGroupFeeds UserTileHash UnifiedInbox Mris Wlid AbchContactId NotInBirthdayCalendar ShellContactType ImMri PresenceTrustLevel OtherMri
  ProfileLastChanged MobileIMEnabled PartnerNetworkProfilePhotoUrl PartnerNetworkThumbnailPhotoUrl PersonId ConversationGuid`;
const EVENT = `UID RecurrenceId DateTimeStamp Start End OriginalStart IsAllDayEvent LegacyFreeBusyStatus Location When IsMeeting IsCancelled IsRecurring
  MeetingRequestWasSent IsResponseRequested CalendarItemType MyResponseType Organizer RequiredAttendees OptionalAttendees Resources InboxReminders
  ConflictingMeetingCount AdjacentMeetingCount ConflictingMeetings AdjacentMeetings Duration TimeZone AppointmentReplyTime AppointmentSequenceNumber
  AppointmentState Recurrence FirstOccurrence LastOccurrence ModifiedOccurrences DeletedOccurrences MeetingTimeZone StartTimeZone EndTimeZone
  ConferenceType AllowNewTimeProposal IsOnlineMeeting MeetingWorkspaceUrl NetShowUrl EnhancedLocation StartWallClock EndWallClock StartTimeZoneId
  EndTimeZoneId IntendedFreeBusyStatus JoinOnlineMeetingUrl OnlineMeetingSettings IsOrganizer CalendarActivityData DoNotForwardMeeting`;
const TASK = `ActualWork AssignedTime BillingInformation ChangeCount Companies CompleteDate Contacts DelegationState Delegator DueDate IsAssignmentEditable
  IsComplete IsRecurring IsTeamTask Mileage Owner PercentComplete Recurrence StartDate Status StatusDescription TotalWork`;
const MESSAGE = `Sender ToRecipients CcRecipients BccRecipients IsReadReceiptRequested IsDeliveryReceiptRequested ConversationIndex ConversationTopic From
  InternetMessageId IsRead IsResponseRequested References ReplyTo ReceivedBy ReceivedRepresenting ApprovalRequestData VotingInformation
  ReminderMessageData MessageSafety SenderSMTPAddress PublishedCalendarItemIcs PublishedCalendarItemName`;
const MEETING_MESSAGE = `AssociatedCalendarItemId IsDelegated IsOutOfDate HasBeenProcessed ResponseType UID RecurrenceId DateTimeStamp IsOrganizer`;
const REQUEST = `
  MeetingRequestType IntendedFreeBusyStatus Start End OriginalStart IsAllDayEvent LegacyFreeBusyStatus Location When IsMeeting IsCancelled IsRecurring
  MeetingRequestWasSent CalendarItemType MyResponseType Organizer RequiredAttendees OptionalAttendees Resources ConflictingMeetingCount
  AdjacentMeetingCount ConflictingMeetings AdjacentMeetings Duration TimeZone AppointmentReplyTime AppointmentSequenceNumber AppointmentState Recurrence
  FirstOccurrence LastOccurrence ModifiedOccurrences DeletedOccurrences MeetingTimeZone StartTimeZone EndTimeZone ConferenceType AllowNewTimeProposal
  IsOnlineMeeting MeetingWorkspaceUrl NetShowUrl EnhancedLocation ChangeHighlights StartWallClock EndWallClock StartTimeZoneId EndTimeZoneId
  DoNotForwardMeeting`;
const DISTRIBUTION_LIST = 'DisplayName FileAs ContactSource Members';

const words = (...lists: readonly string[]): ReadonlyMap<string, number> => new Map(lists.join(' ').trim().split(/\s+/).map((name, place) => [name, place]));

/** Element of an item -> its elements and their places. */
const ORDERS = {
  'Contact': words(ITEM, CONTACT), 'CalendarItem': words(ITEM, EVENT), 'Task': words(ITEM, TASK), 'Message': words(ITEM, MESSAGE),
  'DistributionList': words(ITEM, DISTRIBUTION_LIST), 'MeetingRequest': words(ITEM, MESSAGE, MEETING_MESSAGE, REQUEST),
} as const;
export type ItemKind = keyof typeof ORDERS;

const PREFIXED: Readonly<Record<string, ReadonlyMap<string, number>>> = {
  item: words(ITEM), contacts: words(CONTACT, 'Culture'), calendar: words(EVENT), task: words(TASK), message: words(MESSAGE),
  folder: words('FolderId ParentFolderId DisplayName UnreadCount TotalCount ChildFolderCount FolderClass EffectiveRights DistinguishedFolderId'),
  distributionlist: words('Members'), meeting: words(MEETING_MESSAGE), meetingRequest: words(REQUEST),
};
/** Elements that have no FieldURI of their own. */
const WITHOUT_URI = new Set(['item:ExtendedProperty', 'item:WebClientReadFormQueryString', 'item:WebClientEditFormQueryString']);

export const isItemKind = (name: string): name is ItemKind => Object.hasOwn(ORDERS, name);
export const placeOf = (kind: ItemKind, name: string): number => ORDERS[kind].get(name) ?? -1;

export function isFieldUri(uri: string): boolean {
  const [prefix = '', name = ''] = uri.split(':');
  return (PREFIXED[prefix]?.has(name) ?? false) && !WITHOUT_URI.has(uri);
}

/** Legal elements in legal order; only ExtendedProperty may come more than once. */
export function demandItem(node: Xml): ItemKind {
  const kind = localName(node);
  if (!node.name.startsWith('t:') || !isItemKind(kind)) throw notValid(`The element '${kind}' is not an item that the sandbox knows.`);
  let last = -1;
  let before = '';
  for (const kid of node.kids) {
    const place = kid.name.startsWith('t:') ? placeOf(kind, localName(kid)) : -1;
    const isRepeated = place === last && kid.name !== 't:ExtendedProperty';
    if (place < 0 || place < last || isRepeated) {
      throw notValid(`The element '${kind}' has invalid child element '${localName(kid)}'${before ? ` behind '${before}'` : ''}.`);
    }
    last = place;
    before = localName(kid);
  }
  return kind;
}

/** "m:ItemShape! m:SyncState": the children in their order, ! for those that must be there. Choices are written a|b. */
export function demandChildren(node: Xml, grammar: string): void {
  const slots = grammar.split(' ').map((word) => ({ names: word.replace('!', '').split('|'), isNeeded: word.endsWith('!') }));
  let at = 0;
  for (const kid of node.kids) {
    while (at < slots.length && !slots[at]?.names.includes(kid.name)) {
      if (slots[at]?.isNeeded) throw notValid(`The element '${localName(node)}' has incomplete content: '${slots[at]?.names.join("' or '")}' is missing.`);
      at += 1;
    }
    if (at === slots.length) throw notValid(`The element '${localName(node)}' has invalid child element '${localName(kid)}'.`);
    at += 1;
  }
  const missing = slots.slice(at).find(({ isNeeded }) => isNeeded);
  if (missing) throw notValid(`The element '${localName(node)}' has incomplete content: '${missing.names.join("' or '")}' is missing.`);
}

export function demandAttribute<T extends string>(node: Xml, name: string, values: readonly T[]): T {
  const value = readAttribute(node, name, values);
  if (value === undefined) throw notValid(`The required attribute '${name}' is missing.`);
  return value;
}

export function readAttribute<T extends string>(node: Xml, name: string, values: readonly T[]): T | undefined {
  const given = node.attrs[name];
  const known = values.find((value) => value === given);
  if (given !== undefined && known === undefined) throw notValid(`The '${name}' attribute is invalid - The value '${given}' is invalid.`);
  return known;
}

/** The attribute of a dictionary; in lower case it has been an internal error of the server (OfficeDev/ews-managed-api#160). */
export function demandKey(entry: Xml, keys: readonly string[]): string {
  if (entry.attrs['key'] !== undefined) throw new EwsFault('ErrorInternalServerError', 'An internal server error occurred. The operation failed.');
  return demandAttribute(entry, 'Key', keys);
}
