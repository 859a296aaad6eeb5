import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../run.ts';
import { appearancesOf, bestClock, readCalendars, windowAt } from './calendar.ts';
import type { Report } from './report.ts';

const SAMPLES = path.join(ROOT, 'sandbox/samples/calendars');
const { events, skipped } = readCalendars(SAMPLES);
const now = bestClock(events, 0);
const { from, to } = windowAt(now);

/** UTC times of day of a daily 09:00 there, each once, in the order of the window. */
function clockTimes(file: string): string[] {
  const daily = events.find(({ source, master }) => source.startsWith(file) && master.summary.startsWith('Stand-up'));
  if (!daily) throw new Error(`${file} has a stand-up`);
  const times = appearancesOf(daily, from, to).filter(({ shown }) => !shown.subject.endsWith('(later)'))
    .map((one) => (one.isAllDay ? '' : new Date(one.start).toISOString().slice(11, 16)));
  return times.filter((time, index) => time !== times[index - 1]);
}

describe('the sample calendars', () => {
  test('are read whole, and one window shows both changes of the clock in each zone that has them', () => {
    expect([events.length, skipped]).toEqual([28, []]);
    expect(clockTimes('new-york')).toEqual(['13:00', '14:00', '13:00']);
    expect(clockTimes('berlin')).toEqual(['07:00', '08:00', '07:00']);
    expect(clockTimes('kolkata')).toEqual(['03:30']);
    expect(clockTimes('auckland')).toEqual(['21:00', '20:00', '21:00']);
  });

  test('a deleted occurrence is left out, a moved one stands where it was moved to', () => {
    const daily = events.find(({ source, master }) => source.startsWith('berlin') && master.isRecurring());
    const starts = daily ? appearancesOf(daily, Date.parse('2026-10-12T00:00:00Z'), Date.parse('2026-10-16T00:00:00Z'))
      .map((one) => (one.isAllDay ? one.startDate : new Date(one.start).toISOString())) : [];
    expect(starts).toEqual(['2026-10-12T07:00:00.000Z', '2026-10-14T09:30:00.000Z', '2026-10-15T07:00:00.000Z']);
  });
});

test('what no parser can read is skipped and told, the rest of the folder is read', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'concord-calendars-'));
  writeFileSync(path.join(folder, 'broken.ics'), 'BEGIN:VCALENDAR\nnothing of this is a property');
  writeFileSync(path.join(folder, 'empty.ics'), 'BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR');
  writeFileSync(path.join(folder, 'one.ics'),
    'BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\nSUMMARY:One\nDTSTART:20261201T100000Z\nDURATION:PT30M\nEND:VEVENT\nEND:VCALENDAR');
  const read = readCalendars(folder);
  expect(read.skipped).toEqual([{ source: 'broken.ics', reason: 'unreadable' }, { source: 'empty.ics', reason: 'noEvent' }]);
  expect(read.events.map((event) => appearancesOf(event, 0, Infinity))).toMatchObject([[{
    isAllDay: false, start: Date.parse('2026-12-01T10:00:00Z'), end: Date.parse('2026-12-01T10:30:00Z'), shown: { subject: 'One' },
  }]]);
});

test('the demo carries them into the CRM to the minute, keeps private ones back and mails nobody', () => {
  const demo = spawnSync(process.execPath, [path.join(ROOT, 'scripts/demo.ts'), '--calendar', SAMPLES, '--json'], { encoding: 'utf8' });
  const report = JSON.parse(demo.stdout) as Report;
  expect(report.differences).toEqual([]);
  expect(report).toMatchObject({
    ok: true, source: { events: 28 }, events: { arrived: 24, outside: 0, kept: 4 }, mailsSent: 0,
    idle: { outside: { graph: 1, salesforce: 1 }, stateReads: 1, stateWrites: 0 },
  });
  expect(report.crm.events).toBe(report.mailbox.events - 4);
  expect(demo.status).toBe(0);
}, 240_000);
