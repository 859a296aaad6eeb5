/** Numbers and names of Exchange Web Services, each with its source. */
import { LINK_PROPERTY } from '../link-property.ts';
import { extended } from './places.ts';

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
