/**
 * What every connector must do, whatever the vendor. A connector's own test offers a world (its stand-in, a signed-in Side,
 * a person's hands in the vendor's program) and runs this suite; what is peculiar to the vendor is tested beside the connector.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fields } from '../../src/engine/record.ts';
import type { Side } from '../../src/ports/side.ts';
import {
  ANNA,
  BORIS,
  CLARA,
  RETRY_AFTER_SECONDS,
  collect,
  creation,
  differences,
  failure,
  live,
  lookAt,
  settle,
  writeOne,
} from './side-world.ts';
import type { SideFacts, SideWorld } from './side-world.ts';

export type { SideFacts, SideWorld, Trouble } from './side-world.ts';

/** Runs the suite; `facts.makeWorld` is called before each test. */
export function sideContract(name: string, facts: SideFacts): void {
  describe(`${name} keeps the contract of a side`, () => {
    let world: SideWorld;
    let side: Side;
    beforeEach(async () => {
      world = await facts.makeWorld();
      side = world.side;
    });
    afterEach(() => world.close());
    readingTests(() => world, facts);
    writingTests(() => world, facts);
    failureTests(() => world);

    const { forgetCursors } = facts;
    if (forgetCursors) {
      test('a cursor that the service has forgotten is reported as lost, and a new round starts from nothing', async () => {
        const id = await world.addRecord(ANNA);
        const first = await collect(side);
        await forgetCursors(world);
        const page = await side.changes(first.cursors);
        expect(page.lost).toEqual(Object.keys(first.cursors));
        expect(page.cursors).toEqual({});
        expect((await collect(side, page.cursors)).seen.has(id)).toBe(true);
      });
    }
  });
}

function readingTests(the: () => SideWorld, { idleCalls = 1 }: SideFacts): void {
  test('the first round finds every record with its fields', async () => {
    const { side } = the();
    const anna = await the().addRecord(ANNA);
    const boris = await the().addRecord(BORIS);
    const { seen } = await collect(side);
    expect(seen.get(anna)?.fields).toMatchObject(ANNA);
    expect(seen.get(boris)?.fields).toMatchObject(BORIS);
    expect(seen.get(boris)?.fields['phones.mobile']).toBeNull();
  });

  test('only fields that the side holds are shown', async () => {
    const { side } = the();
    const id = await the().addRecord(ANNA);
    const held = await side.holds('contact');
    const shown = Object.keys((await live(side, id)).fields);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter((field) => !held.has(field as keyof Fields))).toEqual([]);
  });

  test('a round that goes on after an edit shows the edited record', async () => {
    const { side } = the();
    const id = await the().addRecord(ANNA);
    const first = await collect(side);
    await the().editRecord(id, { jobTitle: 'Head of buying' });
    const next = await collect(side, first.cursors);
    expect(next.seen.get(id)?.fields.jobTitle).toBe('Head of buying');
    expect(next.seen.get(id)?.version).not.toBe(first.seen.get(id)?.version);
  });

  test('a removed record is announced, and a look at it says that it is gone', async () => {
    const { side } = the();
    const id = await the().addRecord(ANNA);
    const first = await collect(side);
    await the().removeRecord(id);
    const next = await collect(side, first.cursors);
    expect([...next.removed]).toContain(id);
    expect((await lookAt(side, id)).state).toBe('gone');
  });

  test('asking again with the same cursors gives the same records', async () => {
    const { side } = the();
    const first = await collect(side);
    const id = await the().addRecord(BORIS);
    const once = await collect(side, first.cursors);
    const twice = await collect(side, first.cursors);
    expect([...once.seen.keys()]).toContain(id);
    expect([...twice.seen.keys()].sort()).toEqual([...once.seen.keys()].sort());
    expect(twice.seen.get(id)?.version).toBe(once.seen.get(id)?.version);
  });

  test(`an idle look costs exactly ${idleCalls === 1 ? 'one call' : `${idleCalls} calls`}`, async () => {
    const { side } = the();
    const { cursors } = await collect(side);
    const before = the().calls();
    const page = await side.changes(cursors);
    expect(page).toMatchObject({ changes: [], hasMore: false, lost: [] });
    expect(the().calls() - before).toBe(idleCalls);
  });

  test('every id that is read is answered, an unknown one included', async () => {
    const { side } = the();
    const anna = await the().addRecord(ANNA);
    const boris = await the().addRecord(BORIS);
    await the().removeRecord(boris);
    const looks = await side.read('contact', [boris, anna]);
    expect(looks.get(anna)?.state).toBe('live');
    expect(looks.get(boris)?.state).toBe('gone');
    expect(looks.size).toBe(2);
  });

  test('a person is found by e-mail address whatever its case', async () => {
    const { side } = the();
    const id = await the().addRecord(ANNA);
    await the().addRecord(BORIS);
    const found = await side.search('contact', [{ emails: ['ANNA.Albers@acme.example'], phones: [] }]);
    expect(found.map((record) => record.id)).toContain(id);
  });

  test('an empty list costs no call', async () => {
    const { side } = the();
    await side.holds('contact');
    const before = the().calls();
    expect((await side.read('contact', [])).size).toBe(0);
    expect(await side.search('contact', [])).toEqual([]);
    expect((await side.recall('contact', [])).size).toBe(0);
    expect(await side.write([])).toEqual([]);
    expect(the().calls()).toBe(before);
  });
}

function writingTests(the: () => SideWorld, facts: SideFacts): void {
  test('a created record reads back as it was answered, and its echo brings nothing new', async () => {
    const { side } = the();
    const { cursors } = await collect(side);
    const result = await writeOne(side, creation(1, ANNA));
    expect(result.written).toMatchObject(ANNA);
    expect(result.notes).toEqual([]);
    const echo = (await collect(side, cursors)).seen.get(result.id);
    expect(echo && differences(result.written, echo.fields)).toEqual({});
  });

  test('an update writes its own fields and no other', async () => {
    const { side } = the();
    const id = await the().addRecord(ANNA);
    const { cursors } = await collect(side);
    const current = await live(side, id);
    const result = await writeOne(side, { op: 'update', kind: 'contact', current, patch: { 'phones.mobile': '+49 171 5559999' } });
    expect(Object.keys(result.written)).toEqual(['phones.mobile']);
    const after = await live(side, id);
    expect(differences(current.fields, after.fields)).toEqual({ 'phones.mobile': '+49 171 5559999' });
    const echo = (await collect(side, cursors)).seen.get(id);
    expect(echo && differences(result.written, echo.fields)).toEqual({});
  });

  test('a field that somebody edited after the look survives the update, or the update is refused as stale', async () => {
    const { side } = the();
    const id = await the().addRecord(ANNA);
    const current = await live(side, id);
    await the().editRecord(id, { jobTitle: 'Head of buying' });
    const [result] = await side.write([{ op: 'update', kind: 'contact', current, patch: { familyName: 'Albers-Ode' } }]);
    if (result && !result.ok) expect(result.error.kind).toBe('stale');
    const after = await live(side, id);
    expect(after.fields.jobTitle).toBe('Head of buying');
    expect(after.fields.familyName).toBe(result?.ok ? 'Albers-Ode' : 'Albers');
  });

  test('clearing a field is a write like any other', async () => {
    const { side } = the();
    const id = await the().addRecord(ANNA);
    const result = await writeOne(side, {
      op: 'update',
      kind: 'contact',
      current: await live(side, id),
      patch: { jobTitle: null, 'phones.mobile': null },
    });
    expect(result.written).toEqual({ jobTitle: null, 'phones.mobile': null });
    expect((await live(side, id)).fields).toMatchObject({ jobTitle: null, 'phones.mobile': null, familyName: 'Albers' });
  });

  test('a deleted record is gone', async () => {
    const { side } = the();
    const id = await the().addRecord(ANNA);
    const { version } = await live(side, id);
    await writeOne(side, { op: 'delete', kind: 'contact', id, version });
    expect((await lookAt(side, id)).state).toBe('gone');
  });

  test('nothing is sent when the time to write is over', async () => {
    const { side } = the();
    const id = await the().addRecord(ANNA);
    const { cursors } = await collect(side);
    const current = await live(side, id);
    const results = await side.write([creation(1, BORIS), { op: 'update', kind: 'contact', current, patch: { jobTitle: 'Director' } }], 0);
    expect(results.map((result) => !result.ok && [result.error.details.code, result.error.details.isOutcomeUnknown === true]))
      .toEqual([['NOT_SENT', false], ['NOT_SENT', false]]);
    expect([...(await collect(side, cursors)).seen.values()].map(({ fields }) => fields.familyName)).not.toContain(BORIS.familyName);
    expect((await live(side, id)).fields.jobTitle).toBe(ANNA.jobTitle);
  });

  test('a record that the service refuses fails alone, and answers keep the order of the operations', async () => {
    const { side } = the();
    const results = await side.write([creation(1, ANNA), creation(2, facts.bad), creation(3, CLARA)]);
    expect(results.map((result) => result.ok)).toEqual([true, false, true]);
    const [first, refused, third] = results;
    expect(refused && !refused.ok && refused.error.kind).toBe('invalid');
    expect(refused && !refused.ok && refused.error.details.code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    if (first?.ok) expect((await live(side, first.id)).fields.familyName).toBe('Albers');
    if (third?.ok) expect((await live(side, third.id)).fields.familyName).toBe('Conti');
  });

  test('what a side cannot hold is noted, never an error', async () => {
    const { side } = the();
    const result = await writeOne(side, creation(1, facts.overflow.fields));
    expect(result.notes.map((note) => note.field)).toContain(facts.overflow.field);
    expect((await lookAt(side, result.id)).state).toBe('live');
  });

  test('a creation of unknown outcome is recalled when it happened', async () => {
    const { side } = the();
    const made = creation(1, ANNA);
    const lost = { linkId: '0123456789abcdefghijklmno1', payload: ANNA, startedAt: 0 };
    const other = { linkId: '0123456789abcdefghijklmno2', payload: BORIS, startedAt: 0 };
    const { id } = await writeOne(side, made);
    const recalled = await side.recall('contact', [lost, other]);
    expect(recalled.get(lost.linkId)?.found.map((record) => record.id)).toEqual([id]);
    expect(recalled.get(lost.linkId)?.isByKey).toBe(facts.hasKey);
    // Without a key, all that was made since is answered: which of it is meant, the engine tells.
    expect(recalled.get(other.linkId)?.found.map((record) => record.id)).toEqual(facts.hasKey ? [] : [id]);
    if (facts.hasKey) expect((await live(side, id)).linkKey).toBe(lost.linkId);
  });
}

function failureTests(the: () => SideWorld): void {
  test('throttling ends each call with the time the service asked for', async () => {
    const { side } = the();
    const id = await the().addRecord(ANNA);
    const { cursors } = await collect(side);
    const calls = [() => side.changes(cursors), () => side.read('contact', [id]), () => side.write([creation(1, BORIS)])];
    for (const call of calls) {
      the().trouble('throttled', 1);
      const error = await failure(call());
      expect(error.kind).toBe('throttled');
      expect(error.details.retryAfterMs).toBe(RETRY_AFTER_SECONDS * 1000);
    }
  });

  for (const what of ['down', 'html', 'empty', 'noAnswer'] as const) {
    test(`a service in trouble (${what}) is unavailable, and works again afterwards`, async () => {
      const { side } = the();
      const id = await the().addRecord(ANNA);
      const { cursors } = await collect(side);
      for (const call of [() => side.changes(cursors), () => side.read('contact', [id]), () => side.write([creation(1, BORIS)])]) {
        // Two, because a reading call may be tried once more at once.
        the().trouble(what, 2);
        expect((await failure(call())).kind).toBe('unavailable');
        await settle(() => side.changes(cursors));
      }
      expect((await lookAt(side, id)).state).toBe('live');
    });
  }

  test('a write whose answer is lost is of unknown outcome', async () => {
    const { side } = the();
    await side.holds('contact');
    the().trouble('lostReply', 1);
    const error = await failure(side.write([creation(1, ANNA)]));
    expect(error.kind).toBe('unavailable');
    expect(error.details.isOutcomeUnknown).toBe(true);
    const recalled = await side.recall('contact', [{ linkId: '0123456789abcdefghijklmno1', payload: ANNA, startedAt: 0 }]);
    expect(recalled.get('0123456789abcdefghijklmno1')?.found).toHaveLength(1);
  });

  test('an expired access token is renewed once, without the caller noticing', async () => {
    const { side } = the();
    const id = await the().addRecord(ANNA);
    const { cursors } = await collect(side);
    await the().expireToken();
    expect((await side.changes(cursors)).hasMore).toBe(false);
    expect((await lookAt(side, id)).state).toBe('live');
    expect(the().renewals()).toBe(1);
  });
}
