/** Invented appointments and tasks in any number, the same in every run for the same day: no two share a subject. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Well inside the window that is synced by default (14 days back, 180 ahead). */
const DAYS = 150;

/** An event as the mailbox takes it, an hour long, on one of the days after `now` (epoch milliseconds). */
export function mailboxEvent(index: number, now: number): Record<string, unknown> {
  const start = Math.floor(now / DAY_MS) * DAY_MS + (1 + (index % DAYS)) * DAY_MS + (6 + (Math.floor(index / DAYS) % 14)) * HOUR_MS;
  const time = (at: number): object => ({ dateTime: new Date(at).toISOString().slice(0, 19), timeZone: 'UTC' });
  return {
    subject: `Visit ${index}: offer and delivery`, location: { displayName: `Room ${index % 40}` }, showAs: 'busy',
    body: { contentType: 'text', content: `Bring the papers of order ${index}.` }, start: time(start), end: time(start + HOUR_MS),
  };
}

/** A task as the mailbox takes it, due on one of the days after `now`. */
export function mailboxTask(index: number, now: number): Record<string, unknown> {
  const due = new Date(Math.floor(now / DAY_MS) * DAY_MS + (1 + (index % DAYS)) * DAY_MS).toISOString().slice(0, 10);
  return {
    title: `Call customer ${index} back`, importance: index % 3 === 0 ? 'high' : 'normal',
    body: { contentType: 'html', content: `About order ${index}.` }, dueDateTime: { dateTime: `${due}T00:00:00`, timeZone: 'UTC' },
  };
}
