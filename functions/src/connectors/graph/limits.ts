/** Numbers, names and permissions of Microsoft Graph, each with its source. */
import { LINK_PROPERTY } from '../link-property.ts';

/** Requests of one $batch (learn.microsoft.com/graph/json-batching). */
export const BATCH_PARTS = 20;

/** What we ask for with odata.maxpagesize; the service may give more or fewer (msgraph-sdk-dotnet#3070: 171 for 100). */
export const PAGE_SIZE = 100;

/** The greatest $top of an Outlook collection (learn.microsoft.com/graph/api/user-list-messages; for contacts [unconfirmed]). */
export const LIST_SIZE = 1000;

/** A call that takes longer is given up; a run lasts about 45 s. [unconfirmed: Graph publishes no bound of its own] */
export const CALL_TIMEOUT_MS = 25_000;

/** Pages in a row that bring no new record, then the round is begun anew (msgraph-sdk-dotnet#3070 got the same ids for ever). */
export const STALE_PAGES = 100;

/**
 * Our key on a contact that a link created. The name part is compared with case, the value without
 * (learn.microsoft.com/graph/api/singlevaluelegacyextendedproperty-get).
 */
export const KEY_PROPERTY = `String {${LINK_PROPERTY.set}} Name ${LINK_PROPERTY.name}`;

/** PidTagSensitivity (MS-OXCMSG 2.2.1.13): 0 normal, 1 personal, 2 private, 3 confidential. [unconfirmed on contacts] */
export const SENSITIVITY_PROPERTY = 'Integer 0x36';

/** The event window is rolled when it ends this much before the one that is wanted: a new round lists all of it. */
export const WINDOW_SLACK_MS = 7 * 24 * 3600_000;

/** The name under which a task points back to its link (learn.microsoft.com/graph/api/resources/linkedresource). */
export const LINKED_APPLICATION = 'Concord';

/** Texts instead of HTML (learn.microsoft.com/graph/api/user-list-events, Prefer). */
export const PREFER_TEXT = 'outlook.body-content-type="text"';

/** The default contact folder. As a folder id the well-known name is [unconfirmed]; a 404 leads to the real id (changes.ts). */
export const CONTACT_FOLDER = 'contacts';

/** Asked of the user at consent. */
export const SCOPES: readonly string[] = [
  // The background works when nobody is there.
  'offline_access',
  // The signed-in person's stable ids and name.
  'openid', 'profile',
  // Required by the sign-in itself.
  'User.Read',
  // Contacts are read and written.
  'Contacts.ReadWrite',
  // Events of the default calendar are read and written; guests never are.
  'Calendars.ReadWrite',
  // Tasks of all lists are read and written.
  'Tasks.ReadWrite',
  // Time zone (days of tasks, new events, birthdays) and country (phone numbers).
  'MailboxSettings.Read',
];

/** The scope of our own API that a token of nested app authentication must carry. */
export const IDENTITY_SCOPE = 'access_as_user';
