import { beforeEach, describe, expect, test } from 'vitest';
import type { Preview, PreviewKind } from '@concord/api';
import { Preview as PreviewShape } from '@concord/api';
import { person, twoSides, USER, type TwoSides } from '../../../test/two-sides.ts';
import { SyncError } from '../../engine/errors.ts';
import { keys, userPartition } from '../../store/keys.ts';
import { buildPreview, failPreview, readPreview, requestPreview } from './preview.ts';

let world: TwoSides;
beforeEach(async () => { world = await twoSides(); });

async function counted(): Promise<Preview> {
  await requestPreview(world, USER);
  await buildPreview(world, USER);
  const preview = await readPreview(world, USER);
  if (!preview) throw new Error('there is a preview');
  return PreviewShape.parse(preview);
}

async function kindOf(): Promise<PreviewKind> {
  const preview = await counted();
  expect(preview).toMatchObject({ state: 'ready', mailsToSend: 0 });
  const [kind] = preview.kinds;
  if (!kind) throw new Error('contacts are counted');
  return kind;
}

const counts = ({ link, createCrm, createMailbox, fill, ask, left, total }: PreviewKind) => ({
  link: link.count, createCrm: createCrm.count, createMailbox: createMailbox.count, fill: fill.count, ask: ask.count, left: left.count,
  total,
});
const both = (m: Parameters<typeof person>[], c: Parameters<typeof person>[]): void => {
  for (const words of m) world.m.records.set(words[0], person(...words));
  for (const words of c) world.c.records.set(words[0], person(...words));
};
const ANNA = { givenName: 'Anna', familyName: 'Weber', primaryEmail: 'anna@fabrikam.example' };
const TOM = { givenName: 'Tom', familyName: 'Ford', primaryEmail: 'tom@fabrikam.example' };

describe('the counts', () => {
  test('each stranger stands in one group, a pair once, and the sum is the total', async () => {
    both([
      ['m1', { ...ANNA, jobTitle: 'Buyer' }], ['m2', TOM], ['m3', { givenName: 'Ann', familyName: 'Li', company: 'Fabrikam' }],
      ['m4', { givenName: 'Bot', primaryEmail: 'noreply@fabrikam.example' }], ['m5', { familyName: 'Hidden' }, { isPrivate: true }],
      ['m6', {}],
      ['m7', { givenName: 'Eva', familyName: 'Roth', primaryEmail: 'eva@fabrikam.example' }],
    ], [
      ['c1', { ...ANNA, jobTitle: null }], ['c2', { ...TOM }], ['c3', { givenName: 'Ann', familyName: 'Li', company: 'Fabrikam Inc.' }],
      ['c4', { givenName: 'Max', familyName: 'Only', primaryEmail: 'max@fabrikam.example' }],
    ]);
    world.c.records.delete('c2');
    const eva = { givenName: 'Eva', familyName: 'Roth', primaryEmail: 'eva@fabrikam.example' };
    world.c.colleagues.set('c9', person('c9', eva, { owner: { id: 'u2', name: 'Maya Lee', isUser: false } }));
    const kind = await kindOf();
    expect(counts(kind)).toEqual({ link: 1, createCrm: 1, createMailbox: 1, fill: 1, ask: 1, left: 4, total: 8 });
    expect(kind.left.samples).toEqual(expect.arrayContaining([{ name: 'Eva Roth', detail: 'Maya Lee', fields: [] }]));
    expect(kind.fill.samples).toEqual([{
      name: 'Anna Weber', detail: 'anna@fabrikam.example', fields: [{ field: 'jobTitle', mailbox: 'Buyer', crm: '', result: 'Buyer' }],
    }]);
    expect(kind.createCrm.samples[0]?.fields).toEqual([
      { field: 'givenName', mailbox: 'Tom', crm: '', result: 'Tom' }, { field: 'familyName', mailbox: 'Ford', crm: '', result: 'Ford' },
      { field: 'primaryEmail', mailbox: 'tom@fabrikam.example', crm: '', result: 'tom@fabrikam.example' },
    ]);
  });

  test('nothing of a private record is stored but that there is one', async () => {
    both([['m1', { givenName: 'Secret', familyName: 'Person', primaryEmail: 'secret@home.example' }, { isPrivate: true }]], []);
    const preview = await counted();
    expect(preview.kinds[0]?.left.count).toBe(1);
    expect(JSON.stringify(preview)).not.toMatch(/Secret|secret@/);
    expect(world.c.asked.search).toEqual([[]]);
  });

  test('records that are linked already appear nowhere', async () => {
    both([['m1', ANNA], ['m2', TOM]], [['c1', ANNA]]);
    await world.state.batch(userPartition(USER), [
      { op: 'insert', key: keys.index('m', 'm1'), cells: { l: 'x' } }, { op: 'insert', key: keys.index('c', 'c1'), cells: { l: 'x' } },
    ]);
    expect(counts(await kindOf())).toEqual({ link: 0, createCrm: 1, createMailbox: 0, fill: 0, ask: 0, left: 0, total: 1 });
  });

  test('equal sides leave nothing to count', async () => {
    expect(counts(await kindOf())).toEqual({ link: 0, createCrm: 0, createMailbox: 0, fill: 0, ask: 0, left: 0, total: 0 });
  });

  test('a group shows ten samples however many it counts, and long texts are cut', async () => {
    both(Array.from({ length: 25 }, (_, n) => [`m${n}`, { familyName: `Name ${n} ${'x'.repeat(400)}`, jobTitle: 'y'.repeat(4000) }]), []);
    const { createCrm } = await kindOf();
    expect([createCrm.count, createCrm.samples.length]).toEqual([25, 10]);
    for (const field of createCrm.samples[0]?.fields ?? []) expect(field.result.length).toBeLessThanOrEqual(120);
  });

  test('records of which a page told only the id are read', async () => {
    both([['m1', ANNA], ['m2', TOM]], []);
    world.m.touched.add('m2');
    expect((await kindOf()).createCrm.count).toBe(2);
    expect(world.m.asked.read).toEqual([['m2']]);
  });
});

describe('nothing is written', () => {
  test('but the preview\'s own row, and there nobody can read it', async () => {
    both([['m1', ANNA]], [['c1', TOM]]);
    const before = JSON.stringify(world.state.rows(userPartition(USER)));
    await counted();
    const rows = world.state.rows(userPartition(USER));
    expect(JSON.stringify(rows.filter(({ key }) => key !== keys.preview))).toBe(before);
    const row = rows.find(({ key }) => key === keys.preview);
    const readable = Object.values(row?.cells ?? {})
      .map((cell) => (cell instanceof Uint8Array ? Buffer.from(cell).toString('latin1') : String(cell))).join();
    expect(readable).not.toMatch(/Anna|Ford|fabrikam/);
    expect([world.m.asked.write, world.c.asked.write]).toEqual([0, 0]);
    expect(JSON.stringify(world.log.lines)).not.toMatch(/Anna|Ford|fabrikam/);
  });
});

describe('asking', () => {
  test('a count under way is kept, a lost one is begun anew', async () => {
    const first = await requestPreview(world, USER);
    world.clock.advance(119_000);
    expect((await requestPreview(world, USER)).id).toBe(first.id);
    expect(world.queue.sent).toEqual([{ queue: 'preview-mailbox', message: { userId: USER } }]);
    world.clock.advance(2_000);
    expect((await requestPreview(world, USER)).id).not.toBe(first.id);
    expect(world.queue.sent).toHaveLength(2);
  });

  test('a long count lives as long as it goes on', async () => {
    both(Array.from({ length: 60 }, (_, n) => [`m${n}`, { familyName: `N${n}` }]), []);
    world.m.pageSize = 1;
    const changes = world.m.changes.bind(world.m);
    const kept = new Set<string>();
    let isAsking = false;
    const slow = { ...world.m, changes: async (cursors: Parameters<typeof changes>[0]) => {
      world.clock.advance(20_000);
      if (!isAsking && world.m.asked.changes === 40) { isAsking = true; kept.add((await requestPreview(world, USER)).id); }
      return changes(cursors);
    } };
    const { id } = await requestPreview(world, USER);
    await buildPreview({ ...world, openSide: (_, side) => Promise.resolve(side === 'm' ? slow : world.c) }, USER);
    expect([...kept]).toEqual([id]);
    expect(await readPreview(world, USER)).toMatchObject({ id, state: 'ready', read: { m: 60, c: 0 } });
  });

  test('a message that comes twice counts once', async () => {
    await counted();
    const asked = world.m.asked.changes;
    await buildPreview(world, USER);
    expect(world.m.asked.changes).toBe(asked);
  });

  test('of two that count at once the older gives way, and the row is whole', async () => {
    both([['m1', ANNA]], []);
    await requestPreview(world, USER);
    await Promise.all([buildPreview(world, USER), buildPreview(world, USER)]);
    expect(await readPreview(world, USER)).toMatchObject({ state: 'ready' });
  });

  test('progress is shown while it reads', async () => {
    both(Array.from({ length: 40 }, (_, n) => [`m${n}`, { familyName: `N${n}` }]), []);
    world.m.pageSize = 2;
    await requestPreview(world, USER);
    const seen: unknown[] = [];
    const changes = world.m.changes.bind(world.m);
    const watched = { ...world.m, changes: async (cursors: Parameters<typeof changes>[0]) => {
      seen.push((await readPreview(world, USER))?.read.m);
      return changes(cursors);
    } };
    await buildPreview({ ...world, openSide: (_, side) => Promise.resolve(side === 'm' ? watched : world.c) }, USER);
    expect(new Set(seen)).toEqual(new Set([0, 10, 20, 30]));
  });
});

describe('the live check', () => {
  const failure = (kind: SyncError['kind'], code: string): SyncError => new SyncError(kind, 'x', { code });
  const checksOf = async () => Object.fromEntries((await counted()).checks.map(({ id, ok, code }) => [id, ok || code]));

  test('everything good is six green lines', async () => {
    expect(await checksOf()).toEqual({ consent: true, mailbox: true, folder: true, crm: true, limits: true, clock: true });
  });

  test('a sign-in that is over stops at the first line', async () => {
    world.closed.m = failure('credentialsRejected', 'GRANT_DEAD');
    expect(await counted()).toMatchObject({
      state: 'failed', error: 'GRANT_DEAD', kinds: [],
      checks: [{ id: 'consent', ok: false, code: 'GRANT_DEAD' }, { id: 'mailbox', ok: true }],
    });
  });

  test('a side that does not answer is named, and so are used-up calls', async () => {
    world.c.failure = failure('quota', 'DAY_LIMIT');
    expect(await checksOf()).toEqual({ consent: true, mailbox: true, folder: true, crm: 'DAY_LIMIT', limits: 'DAY_LIMIT', clock: true });
    expect(await readPreview(world, USER)).toMatchObject({ state: 'failed', error: 'DAY_LIMIT' });
  });

  test('a mailbox that is not the one in Outlook is red, and the counts are shown all the same', async () => {
    await world.setConfig({ unconfirmedInsteadOf: 'other@contoso.example' });
    const preview = await counted();
    expect(preview.state).toBe('ready');
    expect(preview.checks).toContainEqual({ id: 'mailbox', ok: false, code: 'OTHER_MAILBOX' });
  });

  test('a side that fails in the middle fails the preview with its code, and counting again works', async () => {
    both(Array.from({ length: 9 }, (_, n) => [`m${n}`, { familyName: `N${n}` }]), []);
    const changes = world.m.changes.bind(world.m);
    const broken = { ...world.m, changes: (cursors: Parameters<typeof changes>[0]) => (
      cursors['all'] ? Promise.reject(failure('unavailable', 'NO_ANSWER')) : changes(cursors)) };
    await requestPreview(world, USER);
    await buildPreview({ ...world, openSide: (_, side) => Promise.resolve(side === 'm' ? broken : world.c) }, USER);
    expect(await readPreview(world, USER)).toMatchObject({ state: 'failed', error: 'NO_ANSWER' });
    expect((await kindOf()).createCrm.count).toBe(9);
  });

  test('a count whose message failed too often is ended', async () => {
    await requestPreview(world, USER);
    await failPreview(world, USER, 'PREVIEW_FAILED');
    expect(await readPreview(world, USER)).toMatchObject({ state: 'failed', error: 'PREVIEW_FAILED' });
    await counted();
    await failPreview(world, USER, 'PREVIEW_FAILED');
    expect(await readPreview(world, USER)).toMatchObject({ state: 'ready' });
  });
});

describe('counting again', () => {
  test('tells how many records were made, edited or removed since', async () => {
    both([['m1', ANNA], ['m2', TOM]], [['c1', { familyName: 'Old' }]]);
    expect(await counted()).not.toHaveProperty('changedSince');
    expect(await counted()).not.toHaveProperty('changedSince');
    world.m.records.set('m1', person('m1', { ...ANNA, jobTitle: 'Head' }, { version: '2' }));
    world.m.records.set('m3', person('m3', { familyName: 'New' }));
    world.c.records.delete('c1');
    expect((await counted()).changedSince).toBe(3);
    expect(await counted()).not.toHaveProperty('changedSince');
  });

  test('a failed count in between does not hide what changed', async () => {
    both([['m1', ANNA]], []);
    await counted();
    world.closed.c = new SyncError('unavailable', 'x', { code: 'DOWN' });
    await counted();
    delete world.closed.c;
    world.m.records.set('m2', person('m2', TOM));
    expect((await counted()).changedSince).toBe(1);
  });
});
