/** An event as Exchange holds it; in the words of Graph on the other side. */
import { ianaZone, windowsZone } from '../../../functions/src/connectors/windows-zones.ts';
import { instantOf, localOf } from '../../../sandbox/graph/zones.ts';
import { element, kidOf, leaf, textOf, type Xml } from '../../../sandbox/ews/xml.ts';
import { ZONE, type RawEvent } from '../mailbox.ts';
import { idOf, setField } from './folder.ts';

const DAY_MS = 86_400_000;
const SHOWN: Readonly<Record<string, string>> = { free: 'Free', tentative: 'Tentative', busy: 'Busy', oof: 'OOF', workingElsewhere: 'WorkingElsewhere' };

/** What the view is asked for. */
export const EVENT_URIS = [
  'item:Subject', 'calendar:UID', 'calendar:Start', 'calendar:End', 'calendar:IsAllDayEvent', 'calendar:Location', 'calendar:CalendarItemType',
  'calendar:StartTimeZone',
];

interface Time { readonly dateTime: string; readonly timeZone: string }

export function eventXml(event: RawEvent): string {
  const leaves = eventLeaves(event);
  const order = ['Subject', 'Sensitivity', 'Body', 'Start', 'End', 'IsAllDayEvent', 'LegacyFreeBusyStatus', 'Location', 'RequiredAttendees', 'Recurrence',
    'StartTimeZone', 'EndTimeZone'];
  return element('t:CalendarItem', {}, order.map((name) => leaves.get(name) ?? '').join(''));
}

/** An empty text is taken away: the server may refuse one, or keep it as one. */
export function eventChanges(patch: RawEvent): readonly string[] {
  const uriOf = (name: string): string => (['Subject', 'Body', 'Sensitivity'].includes(name) ? `item:${name}` : `calendar:${name}`);
  return [...eventLeaves(patch)].map(([name, xml]) => setField('CalendarItem', uriOf(name), xml));
}

/** By element name; null for a text that is empty. */
function eventLeaves(event: RawEvent): ReadonlyMap<string, string | null> {
  const leaves = new Map<string, string | null>();
  const [subject, location, body] = [event['subject'], event['location'], event['body']] as [string?, { displayName?: string }?, { content?: string }?];
  if (subject !== undefined) leaves.set('Subject', subject === '' ? null : leaf('t:Subject', subject));
  if (location) leaves.set('Location', location.displayName ? leaf('t:Location', location.displayName) : null);
  if (body) leaves.set('Body', body.content ? leaf('t:Body', body.content, { BodyType: 'Text' }) : null);
  if (event['sensitivity'] === 'private') leaves.set('Sensitivity', leaf('t:Sensitivity', 'Private'));
  const shown = SHOWN[String(event['showAs'])];
  if (shown) leaves.set('LegacyFreeBusyStatus', leaf('t:LegacyFreeBusyStatus', shown));
  if (event['isAllDay'] !== undefined) leaves.set('IsAllDayEvent', leaf('t:IsAllDayEvent', event['isAllDay'] === true));
  const guests = (event['attendees'] ?? []) as readonly { readonly emailAddress: { readonly address: string; readonly name: string } }[];
  if (guests.length > 0) leaves.set('RequiredAttendees', element('t:RequiredAttendees', {}, guests.map(({ emailAddress: { address, name } }) => (
    element('t:Attendee', {}, element('t:Mailbox', {}, leaf('t:Name', name) + leaf('t:EmailAddress', address))))).join('')));
  if (event['recurrence']) leaves.set('Recurrence', element('t:Recurrence', {}, recurrenceXml(event['recurrence'] as GraphRecurrence)));
  addTimes(event, leaves);
  return leaves;
}

/** Instants, so that nobody reads them in another zone; the zones beside them are Windows names. */
function addTimes(event: RawEvent, leaves: Map<string, string | null>): void {
  for (const [name, property] of [['start', 'Start'], ['end', 'End']] as const) {
    const time = event[name] as Time | undefined;
    if (!time) continue;
    // A day belongs to no zone: its owner's calendar puts it between two midnights of its own.
    const zone = event['isAllDay'] === true && time.timeZone === 'UTC' ? ZONE : time.timeZone;
    const instant = instantOf(time.dateTime.slice(0, 19), zone);
    leaves.set(property, leaf(`t:${property}`, `${new Date(instant).toISOString().slice(0, 19)}Z`));
    leaves.set(`${property}TimeZone`, element(`t:${property}TimeZone`, { Id: windowsZone(zone) ?? 'UTC' }));
  }
}

interface GraphRecurrence {
  readonly pattern: {
    readonly type: string; readonly interval: number; readonly daysOfWeek?: readonly string[]; readonly dayOfMonth?: number; readonly month?: number;
    readonly firstDayOfWeek?: string; readonly index?: string;
  };
  readonly range: { readonly type: string; readonly startDate: string; readonly endDate?: string; readonly numberOfOccurrences?: number };
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** Pattern, then range (types.xsd). */
function recurrenceXml({ pattern, range }: GraphRecurrence): string {
  const days = (pattern.daysOfWeek ?? []).map(capital).join(' ');
  const interval = leaf('t:Interval', pattern.interval);
  const day = leaf('t:DayOfMonth', pattern.dayOfMonth ?? 1);
  const rules: Readonly<Record<string, string | undefined>> = {
    daily: element('t:DailyRecurrence', {}, interval),
    weekly: element('t:WeeklyRecurrence', {}, interval + leaf('t:DaysOfWeek', days) + leaf('t:FirstDayOfWeek', capital(pattern.firstDayOfWeek ?? 'monday'))),
    absoluteMonthly: element('t:AbsoluteMonthlyRecurrence', {}, interval + day),
    relativeMonthly: element('t:RelativeMonthlyRecurrence', {}, interval + leaf('t:DaysOfWeek', days)
      + leaf('t:DayOfWeekIndex', capital(pattern.index ?? 'first'))),
    absoluteYearly: element('t:AbsoluteYearlyRecurrence', {}, day + leaf('t:Month', MONTHS[(pattern.month ?? 1) - 1] ?? '')),
  };
  const rule = rules[pattern.type];
  if (rule === undefined) throw new Error(`the hand has no pattern ${pattern.type}`);
  const start = leaf('t:StartDate', range.startDate);
  if (range.type === 'numbered') return rule + element('t:NumberedRecurrence', {}, start + leaf('t:NumberOfOccurrences', range.numberOfOccurrences ?? 1));
  if (range.type === 'endDate') return rule + element('t:EndDateRecurrence', {}, start + leaf('t:EndDate', range.endDate ?? range.startDate));
  return rule + element('t:NoEndRecurrence', {}, start);
}

/** `masters`: ids by UID, which occurrences share with their series. */
export function readEvent(item: Xml, masters: ReadonlyMap<string, string>): RawEvent {
  const isAllDay = textOf(item, 't:IsAllDayEvent') === 'true';
  const isOfSeries = ['Occurrence', 'Exception'].includes(textOf(item, 't:CalendarItemType') ?? '');
  const master = isOfSeries ? masters.get(textOf(item, 't:UID') ?? '') : undefined;
  return {
    id: idOf(item), subject: textOf(item, 't:Subject') ?? '', location: { displayName: textOf(item, 't:Location') ?? '' }, isAllDay,
    start: readTime(item, 'Start', isAllDay), end: readTime(item, 'End', isAllDay), ...(master === undefined ? {} : { seriesMasterId: master }),
  };
}

/** A day is read where it was made, as midnights of that zone (ews.md 7); of an unknown zone it is the nearest midnight. */
function readTime(item: Xml, name: 'Start' | 'End', isAllDay: boolean): Time {
  const instant = Date.parse(textOf(item, `t:${name}`) ?? '');
  if (!isAllDay) return { dateTime: new Date(instant).toISOString().slice(0, 19), timeZone: 'UTC' };
  const local = localOf(instant, ianaZone(kidOf(item, 't:StartTimeZone')?.attrs['Id'] ?? '') ?? ZONE);
  const day = Math.round(Date.parse(`${local}Z`) / DAY_MS) * DAY_MS;
  return { dateTime: new Date(day).toISOString().slice(0, 19), timeZone: 'UTC' };
}
