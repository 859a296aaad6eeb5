/** Events and tasks of the demo's own story: made and edited on both sides, then compared in the raw state of both. */
import type { CrmEvent, CrmTask } from '../hands/crm.ts';
import { ZONE, type RawEvent, type RawTask } from '../hands/mailbox.ts';
import { wallTime } from '../hands/times.ts';
import { plain, type EventDifference } from './compare-events.ts';
import type { Scene } from './story.ts';

/** Subjects of the story begin so; everything else came from the files. */
export const OWN = 'Demo: ';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Hands = Pick<Scene, 'mailbox' | 'crm'>;

/** The mailbox's view of the synced window, and what else of activities lies on both sides. */
export interface Activities {
  readonly mailbox: { readonly events: readonly RawEvent[]; readonly tasks: readonly RawTask[] };
  readonly crm: { readonly events: readonly CrmEvent[]; readonly tasks: readonly CrmTask[] };
}

/** On the day after `now`, so that it lies in the window. */
export async function seedActivities({ mailbox, crm }: Hands, now: number): Promise<void> {
  const morning = Math.floor(now / DAY_MS) * DAY_MS + DAY_MS + 9 * HOUR_MS;
  await mailbox.addEvent({ subject: `${OWN}visit`, location: { displayName: 'Fabrikam' }, showAs: 'tentative', ...outlookTimes(morning, HOUR_MS) });
  await mailbox.addEvent({ subject: `${OWN}fair`, isAllDay: true, start: midnight(morning), end: midnight(morning + 2 * DAY_MS) });
  await crm.addEvent({ subject: `${OWN}lunch`, location: 'Canteen', ...span(morning + 3 * HOUR_MS, HOUR_MS) });
  // Both sides know it already: the same subject at the same time.
  await mailbox.addEvent({ subject: `${OWN}review`, ...outlookTimes(morning + 5 * HOUR_MS, HOUR_MS) });
  await crm.addEvent({ subject: `${OWN}Review`, location: 'Room 5', ...span(morning + 5 * HOUR_MS, HOUR_MS) });
  await mailbox.addTask({ title: `${OWN}call back`, importance: 'high', dueDateTime: midnight(morning) });
  await mailbox.addTask({ title: `${OWN}send offer` });
  await crm.addTask({ subject: `${OWN}prepare visit`, due: dayOf(morning), status: 'inProgress', importance: 'normal' });
}

/** One edit on each side of each kind. */
export async function editActivities(hands: Hands, window: { readonly from: number; readonly to: number }): Promise<void> {
  const { mailbox, crm } = hands;
  const now = await activities(hands, window);
  const visit = now.mailbox.events.find(({ subject }) => subject === `${OWN}visit`);
  if (visit) {
    const times = outlookTimes(Date.parse(utcOf(visit, 'start')) + 2 * HOUR_MS, HOUR_MS);
    await mailbox.updateEvent(String(visit['id']), { subject: `${OWN}visit moved`, ...times });
  }
  const lunch = now.crm.events.find(({ subject }) => subject === `${OWN}lunch`);
  if (lunch) await crm.updateEvent(lunch.id, { location: 'Garden' });
  const call = now.mailbox.tasks.find(({ title }) => title === `${OWN}call back`);
  if (call) await mailbox.updateTask(String(call['id']), { status: 'completed' });
  const prepare = now.crm.tasks.find(({ subject }) => subject === `${OWN}prepare visit`);
  if (prepare) await crm.updateTask(prepare.id, { due: dayOf(Date.parse(prepare.due) + DAY_MS), importance: 'high' });
}

export async function activities({ mailbox, crm }: Hands, { from, to }: { readonly from: number; readonly to: number }): Promise<Activities> {
  return {
    mailbox: { events: await mailbox.occurrences(new Date(from).toISOString(), new Date(to).toISOString()), tasks: await mailbox.tasks() },
    crm: { events: await crm.events(), tasks: await crm.tasks() },
  };
}

/** Each record of the story once on each side, with equal values. */
export function compareActivities({ mailbox, crm }: Activities): readonly EventDifference[] {
  return [...compare(mailbox.events.map(mailboxEvent), crm.events.map(crmEvent)), ...compare(mailbox.tasks.map(mailboxTask), crm.tasks.map(crmTask))];
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

function mailboxEvent(event: RawEvent): Facts {
  const location = plain((event['location'] as { displayName?: string } | undefined)?.displayName);
  const [start, end] = [utcOf(event, 'start'), utcOf(event, 'end')];
  const when = event['isAllDay'] === true ? `${start.slice(0, 10)}/${end.slice(0, 10)}` : `${start}/${end}`;
  return { subject: plain(event['subject']), location, when };
}

function utcOf(event: RawEvent, name: 'start' | 'end'): string {
  return new Date(`${String((event[name] as { dateTime?: string } | undefined)?.dateTime).slice(0, 19)}Z`).toISOString();
}

function crmEvent({ subject, location, when }: CrmEvent): Facts {
  return { subject: plain(subject), location: plain(location), when };
}

/** The due instant is midnight of the owner's zone. */
function mailboxTask(task: RawTask): Facts {
  const due = (task['dueDateTime'] as { dateTime?: string } | null | undefined)?.dateTime;
  const day = due === undefined ? '' : wallTime(Date.parse(`${due.slice(0, 19)}Z`), ZONE).slice(0, 10);
  return { subject: plain(task['title']), due: day, status: plain(task['status']), importance: plain(task['importance']) };
}

function crmTask({ subject, due, status, importance }: CrmTask): Facts {
  return { subject: plain(subject), due, status, importance };
}

function outlookTimes(start: number, length: number): RawEvent {
  return {
    start: { dateTime: wallTime(start, ZONE), timeZone: ZONE }, end: { dateTime: wallTime(start + length, ZONE), timeZone: ZONE }, isAllDay: false,
  };
}

function midnight(time: number): RawEvent {
  return { dateTime: `${dayOf(time)}T00:00:00`, timeZone: ZONE };
}

function span(start: number, length: number): { readonly start: number; readonly end: number } {
  return { start, end: start + length };
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
