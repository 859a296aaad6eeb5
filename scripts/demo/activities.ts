/** Events and tasks of the demo's own story: made and edited on both sides, then compared in the raw state of both. */
import { ANNA } from '../../sandbox/rep.ts';
import type { World } from '../../sandbox/world.ts';
import { windowAt } from './calendar.ts';
import { plain, type EventDifference, type RawRow } from './compare-events.ts';
import { wallTime } from './mailbox-event.ts';

/** Subjects of the story begin so; everything else came from the files. */
export const OWN = 'Demo: ';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ZONE = 'Europe/Berlin';

/** On the day after `now`, so that it lies in the window. */
export function seedActivities(world: World, now: number): void {
  const mailbox = world.microsoft.mailbox(ANNA.login);
  const org = world.salesforce.org();
  const morning = Math.floor(now / DAY_MS) * DAY_MS + DAY_MS + 9 * HOUR_MS;
  mailbox.addEvent({ subject: `${OWN}visit`, location: { displayName: 'Fabrikam' }, showAs: 'tentative', ...outlookTimes(morning, HOUR_MS) });
  mailbox.addEvent({ subject: `${OWN}fair`, isAllDay: true, start: midnight(morning), end: midnight(morning + 2 * DAY_MS) });
  org.insert('Event', { Subject: `${OWN}lunch`, Location: 'Canteen', ...crmTimes(morning + 3 * HOUR_MS, HOUR_MS) }, ANNA.login);
  // Both sides know it already: the same subject at the same time.
  mailbox.addEvent({ subject: `${OWN}review`, ...outlookTimes(morning + 5 * HOUR_MS, HOUR_MS) });
  org.insert('Event', { Subject: `${OWN}Review`, Location: 'Room 5', ...crmTimes(morning + 5 * HOUR_MS, HOUR_MS) }, ANNA.login);
  mailbox.addTask({ title: `${OWN}call back`, importance: 'high', dueDateTime: midnight(morning) });
  mailbox.addTask({ title: `${OWN}send offer` });
  org.insert('Task', { Subject: `${OWN}prepare visit`, ActivityDate: dayOf(morning), Status: 'In Progress', Priority: 'Normal' }, ANNA.login);
}

/** One edit on each side of each kind. */
export function editActivities(world: World): void {
  const mailbox = world.microsoft.mailbox(ANNA.login);
  const org = world.salesforce.org();
  const visit = mailbox.events().find(({ subject }) => subject === `${OWN}visit`);
  const start = Date.parse(`${String((visit?.['start'] as { dateTime?: string } | undefined)?.dateTime).slice(0, 19)}Z`);
  if (visit) mailbox.updateEvent(String(visit['id']), { subject: `${OWN}visit moved`, ...outlookTimes(start + 2 * HOUR_MS, HOUR_MS) });
  const lunch = org.events().find((row) => row['Subject'] === `${OWN}lunch`);
  if (lunch) org.update('Event', String(lunch['Id']), { Location: 'Garden' });
  const call = mailbox.tasks().find(({ title }) => title === `${OWN}call back`);
  if (call) mailbox.updateTask(String(call['id']), { status: 'completed' });
  const prepare = org.tasks().find((row) => row['Subject'] === `${OWN}prepare visit`);
  if (prepare) org.update('Task', String(prepare['Id']), { ActivityDate: dayOf(Date.parse(String(prepare['ActivityDate'])) + DAY_MS), Priority: 'High' });
}

/** Each record of the story once on each side, with equal values. */
export function compareActivities(world: World, now: number): readonly EventDifference[] {
  const mailbox = world.microsoft.mailbox(ANNA.login);
  const org = world.salesforce.org();
  const { from, to } = windowAt(now);
  const events = mailbox.occurrences(new Date(from).toISOString(), new Date(to).toISOString()).map(mailboxEvent);
  const tasks = mailbox.tasks().map(mailboxTask);
  return [...compare(events, org.events().map(crmEvent)), ...compare(tasks, org.tasks().map(crmTask))];
}

type Facts = Readonly<Record<string, string>>;

function compare(mailbox: readonly Facts[], crm: readonly Facts[]): EventDifference[] {
  const own = (records: readonly Facts[]): readonly Facts[] => records.filter(({ subject }) => subject?.startsWith(OWN));
  const keyOf = ({ subject = '' }: Facts): string => subject.toLowerCase();
  const left = new Map(own(crm).map((one) => [keyOf(one), one]));
  const differences: EventDifference[] = [];
  if (left.size !== own(crm).length) differences.push({ record: OWN, field: '(made twice)', mailbox: null, crm: String(own(crm).length - left.size) });
  for (const one of own(mailbox)) {
    const other = left.get(keyOf(one));
    left.delete(keyOf(one));
    const fields = Object.keys(one).filter((field) => field !== 'subject' && other?.[field] !== one[field]);
    for (const field of fields) differences.push({ record: one['subject'] ?? '', field, mailbox: one[field] ?? '', crm: other?.[field] ?? null });
  }
  for (const one of left.values()) differences.push({ record: one['subject'] ?? '', field: '(whole record)', mailbox: null, crm: 'present' });
  return differences;
}

function mailboxEvent(event: RawRow): Facts {
  const time = (name: string): string => String((event[name] as { dateTime?: string } | undefined)?.dateTime).slice(0, 19);
  const location = plain((event['location'] as { displayName?: string } | undefined)?.displayName);
  const length = event['isAllDay'] === true ? 10 : 19;
  return { subject: plain(event['subject']), location, when: `${time('start').slice(0, length)}/${time('end').slice(0, length)}` };
}

function crmEvent(row: RawRow): Facts {
  const instant = (name: string): number => Date.parse(String(row[name]).replace(/\+0000$/, 'Z'));
  const iso = (time: number): string => new Date(time).toISOString().slice(0, 19);
  const [start, end] = [instant('StartDateTime'), instant('EndDateTime')];
  const when = row['IsAllDayEvent'] === true ? `${iso(start).slice(0, 10)}/${iso(end + DAY_MS).slice(0, 10)}` : `${iso(start)}/${iso(end)}`;
  return { subject: plain(row['Subject']), location: plain(row['Location']), when };
}

const STATUS: Readonly<Record<string, string>> = {
  'Not Started': 'notStarted', 'In Progress': 'inProgress', 'Waiting on someone else': 'waitingOnOthers', Deferred: 'deferred', Completed: 'completed',
};

/** The due instant is midnight of the owner's zone. */
function mailboxTask(task: RawRow): Facts {
  const due = (task['dueDateTime'] as { dateTime?: string } | null | undefined)?.dateTime;
  const day = due === undefined ? '' : wallTime(Date.parse(`${due.slice(0, 19)}Z`), ZONE).slice(0, 10);
  return { subject: plain(task['title']), due: day, status: plain(task['status']), importance: plain(task['importance']) };
}

function crmTask(row: RawRow): Facts {
  return {
    subject: plain(row['Subject']), due: plain(row['ActivityDate']).slice(0, 10), status: STATUS[plain(row['Status'])] ?? plain(row['Status']),
    importance: plain(row['Priority']).toLowerCase(),
  };
}

function outlookTimes(start: number, length: number): RawRow {
  return {
    start: { dateTime: wallTime(start, ZONE), timeZone: ZONE }, end: { dateTime: wallTime(start + length, ZONE), timeZone: ZONE }, isAllDay: false,
  };
}

function midnight(time: number): RawRow {
  return { dateTime: `${dayOf(time)}T00:00:00`, timeZone: ZONE };
}

function crmTimes(start: number, length: number): RawRow {
  return { StartDateTime: new Date(start).toISOString(), EndDateTime: new Date(start + length).toISOString() };
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
