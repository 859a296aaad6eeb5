/**
 * What every connector that syncs events and tasks must do, whatever the vendor. A connector's own test offers a world whose side
 * has these kinds in its scope; what is peculiar to the vendor is tested beside the connector.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createForms, sameValue } from '../../src/engine/forms.ts';
import type { FieldName, Fields, Instant, Seen } from '../../src/engine/record.ts';
import type { Operation, Probe, Side } from '../../src/ports/side.ts';
import { allDay, callBack, dayAfter, demo, SAMPLES, timed, type ActivityKind } from './activity-samples.ts';
import { collect, live, lookAt, writeOne } from './side-world.ts';

export interface ActivityWorld {
  readonly side: Side;
  /** What the world's clock shows; samples lie a few days after it. */
  now(): Instant;
  /** Adds, edits, removes a record as its owner would in the vendor's own program. An all-day `when` is whole days. */
  add(kind: ActivityKind, fields: Fields): Promise<string>;
  edit(kind: ActivityKind, id: string, fields: Fields): Promise<void>;
  remove(kind: ActivityKind, id: string): Promise<void>;
  /** The number of calls the service has served, sign-in apart. */
  calls(): number;
  /** How many mails the service has sent to people because of what was written. Absent where it never sends any. */
  mailsSent?(): number;
  close(): Promise<void>;
}

export interface ActivityFacts {
  readonly makeWorld: () => Promise<ActivityWorld>;
  /** True: creations carry our key, and recall finds by it. */
  readonly hasKey: boolean;
  /** True: guests are shown and never written, since any write could mail them. */
  readonly keepsGuests: boolean;
  /** What an idle look at all kinds costs where the service has no call for several of them; one when absent. */
  readonly idleCalls?: number;
  /** Fields of the samples that the service has no place for; none when absent. */
  readonly lacks?: readonly FieldName[];
  /** The task states this user's service has a word for; all five when absent. */
  readonly statuses?: readonly string[];
}

const FORMS = createForms('DE');
/** What the app would hand to this side: fields that it holds. */
const sampleOf = (kind: ActivityKind, now: Instant, { lacks = [] }: ActivityFacts): Fields =>
  Object.fromEntries(Object.entries(SAMPLES[kind](now)).filter(([name]) => !lacks.includes(name as FieldName)));

const LINK = '0123456789abcdefghijklmno1';
const creation = (kind: ActivityKind, fields: Fields, linkId = LINK): Operation => ({ op: 'create', kind, linkId, fields });

/** The fields whose value is another one on the record, by the rules of comparison. */
function edited(expected: Fields, shown: Fields): FieldName[] {
  return (Object.keys(expected) as FieldName[]).filter((name) => {
    const [a, b] = [expected[name], shown[name]];
    return a !== undefined && (b === undefined || !sameValue(name, a, b, FORMS));
  });
}

/** Runs the suite; `facts.makeWorld` is called before each test. */
export function activityContract(name: string, facts: ActivityFacts): void {
  describe(`${name} keeps the contract of events and tasks`, () => {
    let world: ActivityWorld;
    beforeEach(async () => {
      world = await facts.makeWorld();
    });
    afterEach(() => world.close());
    for (const kind of ['event', 'task'] as const) {
      readingTests(kind, () => world, facts);
      writingTests(kind, () => world, facts);
    }
    timeTests(() => world);
    statusTests(() => world, facts);
    if (facts.keepsGuests) guestTests(() => world);

    const { idleCalls = 1 } = facts;
    test(`an idle look at all kinds costs exactly ${idleCalls === 1 ? 'one call' : `${idleCalls} calls`}`, async () => {
      await world.add('event', demo(world.now()));
      await world.add('task', callBack(world.now()));
      const { cursors } = await collect(world.side);
      const before = world.calls();
      expect(await world.side.changes(cursors)).toMatchObject({ changes: [], hasMore: false, lost: [] });
      expect(world.calls() - before).toBe(idleCalls);
    });
  });
}

function readingTests(kind: ActivityKind, the: () => ActivityWorld, facts: ActivityFacts): void {
  const sample = (): Fields => sampleOf(kind, the().now(), facts);

  test(`the birth of a record (${kind}) is seen with its fields, and only with fields that the side holds`, async () => {
    const { side } = the();
    const id = await the().add(kind, sample());
    const held = await side.holds(kind);
    const seen = (await collect(side)).seen.get(id);
    expect(seen?.kind).toBe(kind);
    expect(edited(sample(), seen?.fields ?? {})).toEqual([]);
    expect(Object.keys(seen?.fields ?? {}).filter((field) => !held.has(field as FieldName))).toEqual([]);
  });

  test(`an edit (${kind}) is seen under another version`, async () => {
    const { side } = the();
    const id = await the().add(kind, sample());
    const first = await collect(side);
    await the().edit(kind, id, { subject: 'Another subject' });
    const next = await collect(side, first.cursors);
    expect(next.seen.get(id)?.fields.subject).toBe('Another subject');
    expect(next.seen.get(id)?.version).not.toBe(first.seen.get(id)?.version);
  });

  test(`a removal (${kind}) is announced, and a look says that the record is gone`, async () => {
    const { side } = the();
    const id = await the().add(kind, sample());
    const other = await the().add(kind, { ...sample(), subject: 'It stays' });
    const first = await collect(side);
    await the().remove(kind, id);
    expect([...(await collect(side, first.cursors)).removed]).toContain(id);
    const looks = await side.read(kind, [id, other]);
    expect([looks.get(id)?.state, looks.get(other)?.state]).toEqual(['gone', 'live']);
  });

  test(`search (${kind}) finds by subject and time, and leaves the others out`, async () => {
    const { side } = the();
    const id = await the().add(kind, sample());
    const other: Fields = kind === 'event' ? { ...demo(the().now()), when: timed(the().now(), 30, 9) } : { subject: 'Write the offer' };
    const away = await the().add(kind, other);
    const probe: Probe = { emails: [], phones: [], subject: String(sample().subject), ...(kind === 'event' ? { when: String(sample().when) } : {}) };
    const found = (await side.search(kind, [probe])).map((record) => record.id);
    expect(found).toContain(id);
    expect(found).not.toContain(away);
  });
}

function writingTests(kind: ActivityKind, the: () => ActivityWorld, facts: ActivityFacts): void {
  const sample = (): Fields => sampleOf(kind, the().now(), facts);

  test(`a creation (${kind}) reads back as it was answered, and its echo brings nothing new`, async () => {
    const { side } = the();
    const { cursors } = await collect(side);
    const result = await writeOne(side, creation(kind, sample()));
    expect(edited(sample(), result.written)).toEqual([]);
    expect(result.notes).toEqual([]);
    const echo = (await collect(side, cursors)).seen.get(result.id);
    expect(edited(result.written, echo?.fields ?? {})).toEqual([]);
    if (facts.hasKey) expect(echo?.linkKey).toBe(LINK);
  });

  test(`an update (${kind}) writes its own fields and no other`, async () => {
    const { side } = the();
    const id = await the().add(kind, sample());
    const current = await live(side, id, kind);
    const result = await writeOne(side, { op: 'update', kind, current, patch: { subject: 'A new subject' } });
    expect(Object.keys(result.written)).toEqual(['subject']);
    expect(edited(current.fields, (await live(side, id, kind)).fields)).toEqual(['subject']);
  });

  test(`what somebody edited after the look (${kind}) survives an update of other fields, or the update is refused as stale`, async () => {
    const { side } = the();
    const id = await the().add(kind, sample());
    const current = await live(side, id, kind);
    await the().edit(kind, id, { body: 'Written meanwhile' });
    const [result] = await side.write([{ op: 'update', kind, current, patch: { subject: 'A new subject' } }]);
    if (result && !result.ok) expect(result.error.kind).toBe('stale');
    expect((await live(side, id, kind)).fields.body).toBe('Written meanwhile');
  });

  test(`clearing (${kind}) is a write like any other`, async () => {
    const { side } = the();
    const id = await the().add(kind, sample());
    const field: FieldName = kind === 'event' ? 'location' : 'dueDate';
    const result = await writeOne(side, { op: 'update', kind, current: await live(side, id, kind), patch: { [field]: null } });
    expect(result.written).toEqual({ [field]: null });
    expect((await live(side, id, kind)).fields[field]).toBeNull();
  });

  test(`a deleted record (${kind}) is gone`, async () => {
    const { side } = the();
    const id = await the().add(kind, sample());
    const { version } = await live(side, id, kind);
    await writeOne(side, { op: 'delete', kind, id, version });
    expect((await lookAt(side, id, kind)).state).toBe('gone');
  });

  test(`a creation of unknown outcome (${kind}) is recalled when it happened, and only then`, async () => {
    const { side } = the();
    const startedAt = the().now() - 60_000;
    const { id } = await writeOne(side, creation(kind, sample()));
    const never = '0123456789abcdefghijklmno2';
    const recalled = await side.recall(kind, [
      { linkId: LINK, payload: sample(), startedAt }, { linkId: never, payload: { ...sample(), subject: 'Never made' }, startedAt },
    ]);
    expect(recalled.get(LINK)?.found.map((record) => record.id)).toEqual([id]);
    expect(recalled.get(LINK)?.isByKey).toBe(facts.hasKey);
    // Without a key, all that was made since is answered: which of it is meant, the engine tells.
    expect(recalled.get(never)?.found.map((record) => record.id)).toEqual(facts.hasKey ? [] : [id]);
  });
}

function timeTests(the: () => ActivityWorld): void {
  const update = async (id: string, patch: Fields): Promise<Seen> => {
    const { side } = the();
    await writeOne(side, { op: 'update', kind: 'event', current: await live(side, id, 'event'), patch });
    return live(side, id, 'event');
  };

  test('whole days are dates: read, written, and made of a timed event and back', async () => {
    const { side } = the();
    const now = the().now();
    const [two, one] = [allDay(now, 5, 2), allDay(now, 9, 1)];
    const theirs = await the().add('event', { subject: 'Fair', when: two });
    expect((await collect(side)).seen.get(theirs)?.fields.when).toBe(two);
    const { id, written } = await writeOne(side, creation('event', { subject: 'Holiday', when: one }));
    expect([written.when, (await live(side, id, 'event')).fields.when]).toEqual([one, one]);
    expect((await update(id, { when: timed(now, 9, 7) })).fields.when).toBe(timed(now, 9, 7));
    expect((await update(id, { when: two })).fields.when).toBe(two);
  });

  test('an instant is the same instant before and after the clocks change', async () => {
    const { side } = the();
    const now = the().now();
    for (const days of [2, 70, 120, 170]) {
      const when = timed(now, days, 9, 30);
      const { id } = await writeOne(side, creation('event', { subject: `In ${days} days`, when }, `0123456789abcdefghijkl${1000 + days}`));
      expect((await live(side, id, 'event')).fields.when).toBe(when);
      const later = timed(now, days, 23, 120);
      expect((await update(id, { when: later })).fields.when).toBe(later);
    }
  });

  test('a day of a task is that day in the zone of its owner', async () => {
    const { side } = the();
    for (const days of [1, 100, 170]) {
      const dueDate = dayAfter(the().now(), days);
      const { id } = await writeOne(side, creation('task', { subject: `In ${days} days`, dueDate }, `0123456789abcdefghijkl${1000 + days}`));
      expect((await live(side, id, 'task')).fields.dueDate).toBe(dueDate);
      const next = dayAfter(the().now(), days + 1);
      await writeOne(side, { op: 'update', kind: 'task', current: await live(side, id, 'task'), patch: { dueDate: next } });
      expect((await live(side, id, 'task')).fields.dueDate).toBe(next);
    }
  });
}

const STATUSES = ['notStarted', 'inProgress', 'waiting', 'deferred', 'completed'];

function statusTests(the: () => ActivityWorld, { statuses = STATUSES }: ActivityFacts): void {
  test('every state and importance of a task reads back as it was written, and only the done one is closed', async () => {
    const { side } = the();
    const { id } = await writeOne(side, creation('task', { subject: 'Call back' }));
    for (const status of statuses) {
      await writeOne(side, { op: 'update', kind: 'task', current: await live(side, id, 'task'), patch: { status } });
      const { fields, isClosed } = await live(side, id, 'task');
      expect([fields.status, isClosed === true]).toEqual([status, status === 'completed']);
    }
    for (const importance of ['low', 'high', 'normal']) {
      await writeOne(side, { op: 'update', kind: 'task', current: await live(side, id, 'task'), patch: { importance } });
      expect((await live(side, id, 'task')).fields.importance).toBe(importance);
    }
  });
}

function guestTests(the: () => ActivityWorld): void {
  test('guests are shown, never written, and nobody is mailed', async () => {
    const { side } = the();
    const now = the().now();
    const guests = ['zoe@acme.example'];
    const made = await writeOne(side, creation('event', { ...demo(now), attendees: guests }));
    expect(made.notes.map(({ field }) => field)).toEqual(['attendees']);
    expect((await live(side, made.id, 'event')).fields.attendees).toBeNull();
    const id = await the().add('event', { ...demo(now), subject: 'With Zoë', attendees: guests });
    const current = await live(side, id, 'event');
    expect(current.fields.attendees).toEqual(guests);
    expect(current.meeting).toBe('organizer');
    // Even a look that knows nothing of the guests does not help.
    const { meeting: _meeting, ...unaware } = current;
    const patch: Fields = { subject: 'Moved' };
    for (const operation of [
      { op: 'update', kind: 'event', current, patch }, { op: 'update', kind: 'event', current: unaware, patch },
      { op: 'delete', kind: 'event', id, version: current.version },
    ] as const) {
      const [result] = await side.write([operation]);
      expect(result?.ok === false && result.error.kind).toBe('invalid');
    }
    expect((await live(side, id, 'event')).fields.subject).toBe('With Zoë');
    expect(the().mailsSent?.() ?? 0).toBe(0);
  });
}
