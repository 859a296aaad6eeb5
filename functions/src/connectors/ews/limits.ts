/** Numbers and names of Exchange Web Services and of how we call them, each with its source. */
import { LINK_PROPERTY } from '../link-property.ts';
import { extended } from './places.ts';

/** From request to the last byte of the answer. A batch of the server lasts about a minute (knowledge section 1), a run of ours about 45 s. */
export const CALL_TIMEOUT_MS = 40_000;

/** Ten items with bodies are below 1 MB; states of large folders are tens of kilobytes (ews-managed-api#220). */
export const REPLY_BYTES_MAX = 16 * 1024 * 1024;

/** Looking for the server while somebody waits: a silent host is left for the next one. */
export const SEARCH_TIMEOUT_MS = 8_000;
export const SEARCH_BYTES_MAX = 1024 * 1024;

/** Hops of one search (learn.microsoft.com, handling Autodiscover error messages). */
export const HOPS_MAX = 10;

/** Refused passwords that one click of a person may cost; each counts towards the account's lock-out. */
export const REFUSALS_PER_CLICK = 2;

/** Items of one GetItem, CreateItem, UpdateItem, DeleteItem (learn.microsoft.com, mailbox synchronization: keep batches of GetItem at ten). */
export const ITEMS_PER_CALL = 10;

/** MaxChangesReturned; the schema allows 512. Each change is read by GetItem before its page is done, so a page is at most ten more calls. */
export const CHANGES_PER_PAGE = 100;

/** Rows of a FindItem page; with a restriction a server since 2013 gives up to 250 (learn.microsoft.com, EWS throttling). */
export const ROWS_PER_PAGE = 250;

/** Conditions of one restriction; its size is bounded (ErrorRestrictionTooLong), by how much is [unconfirmed]. */
export const CONDITIONS_PER_SEARCH = 30;

/** Pages in a row without a change, or rows that lead nowhere: then the round is begun anew (ews.md section 2: empty pages do not end one). */
export const STALE_PAGES = 100;

/** Entries of a calendar view asked for; a view has no pages, so a full one is cut in two (learn.microsoft.com, CalendarView). */
export const VIEW_ROWS = 500;

/** A view spans two years at most (ErrorCalendarViewRangeTooBig). */
export const VIEW_MS = 700 * 24 * 3600_000;

/** The window of events is extended in pieces of this length, a page each. */
export const WINDOW_PIECE_MS = 45 * 24 * 3600_000;

/** The window is extended when it ends this much before the one that is wanted. */
export const WINDOW_SLACK_MS = 7 * 24 * 3600_000;

/** Our key on an item that a link created. Set, name and type must match to the letter (learn.microsoft.com, ExtendedFieldURI). */
export const KEY = extended({ PropertySetId: LINK_PROPERTY.set, PropertyName: LINK_PROPERTY.name, PropertyType: 'String' });

/** PidTagDisplayNamePrefix (MS-OXPROPS): the form of address; CompleteName, where it is shown, is read-only. */
export const PREFIX = extended({ PropertyTag: '0x3A45', PropertyType: 'String' });

/** Of named properties of addresses (PSETID_Address, MS-OXPROPS 1.3.2). */
export const ADDRESS_SET = '00062004-0000-0000-c000-000000000046';
