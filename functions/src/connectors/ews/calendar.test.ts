/** Series, windows and guests: what the calendar of an Exchange server makes of them. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collect, live, lookAt, writeOne } from '../../../test/contract/side-world.ts';
import type { EwsWorld, RawChange, RawItem } from '../../../test/worlds/ews.ts';
import { recordedEwsWorlds } from '../../../test/worlds/ews.ts';
import type { Seen } from '../../engine/record.ts';
import type { ChangePage, Cursors, Scope, Side } from '../../ports/side.ts';
import { parseWhen } from '../../engine/when.ts';
import { mailboxSide } from './side.ts';

const worlds = recordedEwsWorlds('ews-calendar', { kinds: ['event'], odd: { emptyPages: 0, repeats: 0, assistants: 0 } });
afterAll(() => {
  worlds.flush();
});

const DAY_MS = 24 * 3600_000;
let world: EwsWorld;
let side: Side;
beforeEach(async () => {
  world = await worlds.open();
  side = world.side;
});
afterEach(() => world.close());

const dayText = (days: number): string => new Date(world.now() + days * DAY_MS).toISOString().slice(0, 10);
const weekly = (count: number, from = 3): RawChange[string] => ({
  pattern: 'DailyRecurrence', members: { Interval: '7' }, range: 'NumberedRecurrence', limits: { StartDate: dayText(from), NumberOfOccurrences: String(count) },
});

/** A series at nine in Berlin, every week, from the given day on. */
function addSeries(count = 4, from = 3, more: RawChange = {}): string {
  return world.mailbox.addEvent({
    'item:Subject': 'Review', 'calendar:Start': `${dayText(from)}T09:00:00`, 'calendar:End': `${dayText(from)}T10:00:00`,
    'calendar:Recurrence': weekly(count, from), ...more,
  });
}

const occurrences = (): readonly RawItem[] =>
  world.mailbox.occurrences(new Date(world.now() - 30 * DAY_MS).toISOString(), new Date(world.now() + 400 * DAY_MS).toISOString());
const ordered = (seen: ReadonlyMap<string, Seen>): readonly Seen[] =>
  [...seen.values()].sort((left, right) => String(left.fields.when).localeCompare(String(right.fields.when)));

async function pages(from: Cursors): Promise<readonly ChangePage[]> {
  const all: ChangePage[] = [];
  for (let cursors = from, hasMore = true; hasMore;) {
    const page = await side.changes(cursors);
    all.push(page);
    ({ cursors, hasMore } = page);
  }
  return all;
}
const familiesIn = (all: readonly ChangePage[]): readonly (readonly [string, number])[] =>
  all.flatMap(({ families = [] }) => families).map(({ family, ids }) => [family, ids.length]);

describe('a series', () => {
  test('is no record; each of its occurrences is, with an identity of the meeting and its original start', async () => {
    const master = addSeries();
    const { seen } = await collect(side);
    expect(seen.has(master)).toBe(false);
    const all = ordered(seen);
    expect(all.map(({ fields }) => fields.subject)).toEqual(['Review', 'Review', 'Review', 'Review']);
    const uid = String(world.mailbox.item(master)['calendar:UID']);
    for (const { identity, family, fields } of all) {
      const when = parseWhen(String(fields.when));
      const start = when && !when.isAllDay ? new Date(when.start).toISOString().slice(0, 19) : '';
      expect([identity, family]).toEqual([`${uid}|${start}Z`, master]);
    }
    expect((await lookAt(side, master, 'event')).state).toBe('hidden');
  });

  test('a single meeting is known by its UID alone, and whole days of a series by their dates', async () => {
    const single = world.mailbox.addEvent({ 'calendar:Start': `${dayText(2)}T09:00:00`, 'calendar:End': `${dayText(2)}T10:00:00` });
    addSeries(2, 5, { 'calendar:IsAllDayEvent': 'true', 'calendar:Start': `${dayText(5)}T00:00:00`, 'calendar:End': `${dayText(6)}T00:00:00` });
    const { seen } = await collect(side);
    expect(seen.get(single)?.identity).toBe(`${String(world.mailbox.item(single)['calendar:UID'])}|`);
    const days = ordered(seen).filter(({ family }) => family !== undefined);
    expect(days.map(({ fields }) => fields.when)).toEqual([`${dayText(5)}/${dayText(6)}`, `${dayText(12)}/${dayText(13)}`]);
    expect(days.map(({ identity }) => identity?.split('|')[1])).toEqual([dayText(5), dayText(12)]);
  });

  test('an occurrence that a person changes keeps its id and its identity, though the server names it anew', async () => {
    addSeries();
    const first = await collect(side);
    const second = ordered(first.seen)[1];
    const raw = occurrences()[1]?.id ?? '';
    world.mailbox.update(raw, { 'item:Subject': 'Moved', 'calendar:Start': `${dayText(11)}T12:00:00`, 'calendar:End': `${dayText(11)}T13:00:00` });
    expect(occurrences()[1]?.id).not.toBe(raw);
    const next = await collect(side, first.cursors);
    const changed = next.seen.get(second?.id ?? '');
    expect([changed?.fields.subject, changed?.identity]).toEqual(['Moved', second?.identity]);
    expect([...next.seen.keys()].sort()).toEqual([...first.seen.keys()].sort());
    expect((await live(side, second?.id ?? '', 'event')).fields.subject).toBe('Moved');
  });

  test('a deleted occurrence is missing in its family, and a look says that it is gone', async () => {
    const master = addSeries();
    const first = await collect(side);
    const third = ordered(first.seen)[2]?.id ?? '';
    world.mailbox.remove(occurrences()[2]?.id ?? '');
    const next = await pages(first.cursors);
    expect(familiesIn(next)).toEqual([[master, 3]]);
    expect(next.flatMap(({ families = [] }) => families.flatMap(({ ids }) => ids))).not.toContain(third);
    const looks = await side.read('event', [...first.seen.keys()]);
    expect([...looks].filter(([, { state }]) => state === 'gone').map(([id]) => id)).toEqual([third]);
  });

  test('a series that is deleted, or that became a single event, leaves a family without members', async () => {
    const [gone, single] = [addSeries(), addSeries(2, 5)];
    const first = await collect(side);
    world.mailbox.remove(gone);
    world.mailbox.update(single, { 'calendar:Recurrence': null });
    const next = await pages(first.cursors);
    expect(familiesIn(next)).toEqual(expect.arrayContaining([[gone, 0], [single, 0]]));
    const looks = await side.read('event', [...first.seen.keys()]);
    expect(new Set([...looks.values()].map(({ state }) => state))).toEqual(new Set(['gone']));
    expect((await live(side, single, 'event')).fields.subject).toBe('Review');
  });

  test('a rule that was changed takes away the days that it no longer has', async () => {
    const master = addSeries();
    const first = await collect(side);
    world.mailbox.update(master, { 'calendar:Recurrence': weekly(2) });
    expect(familiesIn(await pages(first.cursors))).toEqual([[master, 2]]);
    const looks = await side.read('event', ordered(first.seen).map(({ id }) => id));
    expect([...looks.values()].map(({ state }) => state)).toEqual(['live', 'live', 'gone', 'gone']);
  });

  test('an occurrence is written and deleted alone, and the series is refused', async () => {
    const master = addSeries();
    const all = ordered((await collect(side)).seen);
    const [one, two] = [all[0]?.id ?? '', all[1]?.id ?? ''];
    const written = await writeOne(side, { op: 'update', kind: 'event', current: await live(side, one, 'event'), patch: { subject: 'Kick-off' } });
    expect([written.id, written.written]).toEqual([one, { subject: 'Kick-off' }]);
    await writeOne(side, { op: 'delete', kind: 'event', id: two, version: (await live(side, two, 'event')).version });
    expect(occurrences().map((raw) => raw['item:Subject'])).toEqual(['Kick-off', 'Review', 'Review']);
    expect((await lookAt(side, two, 'event')).state).toBe('gone');
    const [refused] = await side.write([{ op: 'delete', kind: 'event', id: master, version: '' }]);
    expect(refused?.ok === false && refused.error.details.code).toBe('EWS_SERIES');
  });

  test('nobody is mailed by any of it, and an occurrence with guests is refused', async () => {
    addSeries(2, 3, { 'calendar:RequiredAttendees': [{ name: 'Zoë', address: 'zoe@acme.example', response: 'Unknown' }] });
    const [one] = ordered((await collect(side)).seen);
    expect([one?.meeting, one?.fields.attendees]).toEqual(['organizer', ['zoe@acme.example']]);
    if (!one) throw new Error('there is no occurrence');
    const { meeting: _meeting, ...unaware } = one;
    const results = await side.write([
      { op: 'update', kind: 'event', current: unaware, patch: { subject: 'X' } }, { op: 'delete', kind: 'event', id: one.id, version: one.version },
    ]);
    expect(results.map((result) => !result.ok && result.error.details.code)).toEqual(['EWS_GUESTS', 'EWS_GUESTS']);
    expect(world.exchange.mailsSent).toEqual([]);
  });
});

describe('what is in nobody’s day', () => {
  test('a declined invitation is hidden, one that was called off is gone, and one of somebody else’s is not ours to write', async () => {
    const invited = (more: RawChange): string => world.mailbox.addEvent({
      'calendar:Start': `${dayText(2)}T09:00:00`, 'calendar:End': `${dayText(2)}T10:00:00`, 'calendar:Organizer': { name: 'Bob', address: 'bob@acme.example' },
      'calendar:RequiredAttendees': [{ name: 'Anna', address: world.login, response: 'Accept' }], ...more,
    });
    const ids = [invited({ 'calendar:MyResponseType': 'Decline' }), invited({ 'calendar:IsCancelled': 'true' }), invited({})];
    const looks = await side.read('event', ids);
    expect(ids.map((id) => looks.get(id)?.state)).toEqual(['hidden', 'gone', 'live']);
    const [, , theirs] = ids.map((id) => looks.get(id));
    expect(theirs?.state === 'live' && [theirs.record.meeting, theirs.record.fields.attendees]).toEqual(['attendee', ['bob@acme.example']]);
    const { seen, removed } = await collect(side);
    expect([seen.size, removed.size]).toEqual([1, 2]);
  });

  test('a private event says so, whatever word its owner used', async () => {
    const id = world.mailbox.addEvent({
      'calendar:Start': `${dayText(2)}T09:00:00`, 'calendar:End': `${dayText(2)}T10:00:00`, 'item:Sensitivity': 'Confidential',
    });
    expect((await live(side, id, 'event')).isPrivate).toBe(true);
  });

  test('an invitation that lies in the calendar is no event', async () => {
    world.mailbox.addOther('MeetingRequest', { 'item:Subject': 'Come' }, 'calendar');
    const page = await side.changes({});
    expect([page.changes, page.hasMore]).toEqual([[], false]);
  });
});

describe('the window', () => {
  const sideOf = (window: Scope['window']): Side =>
    mailboxSide(world.call, world.login, { kinds: ['event'], window, timeZone: 'Europe/Berlin' }, world.clock);
  const windowOf = (from: number, to: number): Scope['window'] => {
    const today = Math.floor(world.now() / DAY_MS) * DAY_MS;
    return { from: today + from * DAY_MS, to: today + to * DAY_MS };
  };

  test('is expanded only when something changed or it moved, and a wider one brings what it adds', async () => {
    addSeries(52);
    const single = world.mailbox.addEvent({ 'calendar:Start': `${dayText(200)}T09:00:00`, 'calendar:End': `${dayText(200)}T10:00:00` });
    const first = await collect(sideOf(windowOf(-14, 100)));
    expect(first.seen.get(single)?.isOutside).toBe(true);
    const before = world.calls();
    const idle = await sideOf(windowOf(-13, 101)).changes(first.cursors);
    expect([idle.changes, idle.hasMore, world.calls() - before]).toEqual([[], false, 1]);
    const wider = await collect(sideOf(windowOf(-14, 210)), first.cursors);
    expect(wider.seen.get(single)?.isOutside).toBeUndefined();
    expect(wider.seen.size).toBeGreaterThan(15);
    expect([...wider.seen.keys()].filter((id) => first.seen.has(id) && id !== single).length).toBeLessThanOrEqual(1);
    const again = world.calls();
    expect((await sideOf(windowOf(-14, 210)).changes(wider.cursors)).changes).toEqual([]);
    expect(world.calls() - again).toBe(1);
  });

  test('that was narrowed and widened again tells once more what it had dropped', async () => {
    addSeries(20);
    const first = await collect(sideOf(windowOf(-14, 100)));
    const other = world.mailbox.addEvent({ 'calendar:Start': `${dayText(90)}T09:00:00`, 'calendar:End': `${dayText(90)}T10:00:00` });
    const narrow = await collect(sideOf(windowOf(-14, 30)), first.cursors);
    expect(narrow.seen.get(other)?.isOutside).toBe(true);
    const wide = await collect(sideOf(windowOf(-14, 100)), narrow.cursors);
    expect(wide.seen.get(other)?.isOutside).toBeUndefined();
  });

  test('a cursor that we never wrote is lost', async () => {
    expect(await side.changes({ calendar: 'something else' })).toEqual({ changes: [], cursors: {}, hasMore: false, lost: ['calendar'] });
  });
});
