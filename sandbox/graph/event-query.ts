/** Query options of events: the filters that Outlook documents, and the window of a calendar view. */
import { canonicalPropertyId } from './body.ts';
import { EVENT_PROPERTIES } from './event-fields.ts';
import type { EventFields } from './event-fields.ts';
import { windowOf } from './event-times.ts';
import type { TimeWindow } from './mailbox.ts';
import { BY_PROPERTY, TEXT, hasProperty, invalidFilter, unquote } from './query.ts';
import type { Resource } from './query.ts';
import { GraphError } from './reply.ts';
import { DAY_MS } from './zones.ts';

type Test = (fields: EventFields) => boolean;

const EQUALS = new RegExp(`^(subject|iCalUId)\\s+eq\\s+${TEXT}$`);
const TIME = new RegExp(`^(start|end)/dateTime\\s+(ge|gt|le|lt|eq)\\s+${TEXT}$`);
const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)?)?$/;
/** Outlook's own limit for a view; its error text names 1825 days. */
const VIEW_DAYS_MAX = 1825;

export const EVENTS: Resource<EventFields> = { properties: EVENT_PROPERTIES, type: 'microsoft.graph.event', filter: readFilter };

/** One condition, or several joined by `and`. */
function readFilter(text: string): Test {
  const property = readProperty(text.trim());
  if (property) return property;
  const tests = splitAnd(text).map((part) => readProperty(part) ?? readEquals(part) ?? readTime(part));
  return (fields) => tests.every((test) => {
    if (!test) throw invalidFilter();
    return test(fields);
  });
}

/** An `and` between quotes or brackets belongs to a value. */
const splitAnd = (text: string): string[] =>
  (text.match(/(?:'(?:[^']|'')*'|\([^()]*\)|(?!\s+and\s)[\s\S])+/g) ?? []).map((part) => part.trim().replace(/^and\s+/, ''));

function readProperty(text: string): Test | undefined {
  const found = BY_PROPERTY.exec(text);
  const id = found && canonicalPropertyId(unquote(found[2]));
  return found && id ? ({ extended }) => hasProperty(extended, id, unquote(found[3])) : undefined;
}

function readEquals(text: string): Test | undefined {
  const found = EQUALS.exec(text);
  if (!found) return undefined;
  const wanted = unquote(found[2]);
  return found[1] === 'subject' ? ({ subject }) => subject.toLowerCase() === wanted.toLowerCase() : ({ iCalUId }) => iCalUId === wanted;
}

/** Compared are instants in UTC, all-day events too (microsoft-graph-docs#16798). */
function readTime(text: string): Test | undefined {
  const found = TIME.exec(text);
  const wanted = found ? readInstant(unquote(found[3])) : undefined;
  if (!found || wanted === undefined) return undefined;
  return (fields) => {
    const distance = windowOf(fields)[found[1] === 'start' ? 'start' : 'end'] - wanted;
    switch (found[2]) {
      case 'ge': return distance >= 0;
      case 'gt': return distance > 0;
      case 'le': return distance <= 0;
      case 'lt': return distance < 0;
      default: return distance === 0;
    }
  };
}

/** A time without offset is UTC whatever Prefer says (learn.microsoft.com/graph/api/calendar-list-calendarview). */
function readInstant(text: string): number | undefined {
  const found = ISO.exec(text);
  if (!found) return undefined;
  const instant = Date.parse(found[1] || !text.includes('T') ? text : `${text}Z`);
  return Number.isNaN(instant) ? undefined : instant;
}

export function readWindow(query: URLSearchParams): TimeWindow {
  const [startText, endText] = [query.get('startDateTime'), query.get('endDateTime')];
  if (startText === null || endText === null) {
    const message = 'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.';
    throw new GraphError(400, 'ErrorInvalidParameter', message);
  }
  const start = readInstant(startText.replace(' ', '+'));
  const end = readInstant(endText.replace(' ', '+'));
  if (start === undefined || end === undefined) throw new GraphError(400, 'ErrorInvalidParameter', 'StartDateTime or EndDateTime is not a date and time.');
  if (end < start) throw new GraphError(400, 'ErrorInvalidParameter', 'EndDateTime must not be before StartDateTime.');
  if (end - start > VIEW_DAYS_MAX * DAY_MS) {
    throw new GraphError(400, 'ErrorCalendarViewRangeTooBig', `The range between the dates is too long. Maximum number of days: ${VIEW_DAYS_MAX}.`);
  }
  return { start, end };
}
