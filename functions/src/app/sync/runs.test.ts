import { beforeEach, expect, test } from 'vitest';
import { RunDetail, RunList } from '@concord/api';
import { codeOf } from '../../../test/sign-in-world.ts';
import { ORGANIZATION, twoSides, USER, type TwoSides } from '../../../test/two-sides.ts';
import { userPartition } from '../../store/keys.ts';
import { entriesChange, runChange, type StoredEntry } from '../../store/journal.ts';
import { listRuns, runDetail } from './runs.ts';

const START = Date.UTC(2026, 0, 5, 9);
let world: TwoSides;
beforeEach(async () => { world = await twoSides(); });

const ENTRY: StoredEntry = {
  linkId: 'l1', kind: 'contact', action: 'update', side: 'c', why: 'changedHere', ids: { m: 'm1', c: 'c1' }, name: 'Anna Weber',
  fields: [{ field: 'jobTitle', before: 'Secret buyer', after: 'Head' }],
  notes: [{ field: 'webPage', what: 'shortened', reason: 'tooLong' }],
};
const FAILED: StoredEntry = {
  linkId: 'l2', kind: 'contact', action: 'error', why: 'notAccepted', ids: { m: 'm2' }, fields: [], notes: [],
  error: { kind: 'invalid', code: 'X_REQUIRED', tries: 1, field: 'familyName' },
};

async function runs(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await world.state.batch(userPartition(USER), [runChange({
      id: `ab${n}`, startedAt: START + n * 1000, endedAt: START + n * 1000 + 500, trigger: 'schedule', counts: { insert: n, unlink: 3 },
      ...(n === 1 ? { error: { kind: 'throttled', code: 'X', message: 'slow' } } : {}),
    })]);
  }
}

async function entries(n: number, number: number, list: readonly StoredEntry[]): Promise<void> {
  const sealer = await world.keyring.sealer(ORGANIZATION);
  const owner = { id: `ab${n}`, startedAt: START + n * 1000, sealer, owner: `${ORGANIZATION}/${USER}` };
  await world.state.batch(userPartition(USER), [entriesChange(owner, number, list)]);
}

test('runs come newest first in pages, with every count named and the cause of one that stopped', async () => {
  await runs(120);
  const sizes: number[] = [];
  const ids: string[] = [];
  let next: string | undefined;
  do {
    const page = RunList.parse(await listRuns(world, await world.control(), next));
    sizes.push(page.runs.length);
    ids.push(...page.runs.map(({ id }) => id));
    if (!next) expect(page.runs[0]?.counts).toEqual({ insert: 119, update: 0, delete: 0, link: 0, skip: 0, hold: 0, ask: 0, error: 0 });
    if (!page.next) expect(page.runs.at(-2)?.error).toEqual({ kind: 'throttled', code: 'X', message: 'slow' });
    next = page.next;
  } while (next);
  expect(sizes).toEqual([50, 50, 20]);
  expect(new Set(ids).size).toBe(120);
});

test('one run is found with two point reads and one range, and its entries come page by page', async () => {
  await runs(3);
  await entries(1, 0, [ENTRY]);
  await entries(1, 1, Array.from({ length: 99 }, () => FAILED));
  await entries(1, 2, [FAILED]);
  const [, middle] = (await listRuns(world, await world.control())).runs;
  if (!middle) throw new Error('there are three runs');
  const control = await world.control();
  const before = world.state.counts.reads;
  const detail = RunDetail.parse(await runDetail(world, control, middle.id));
  expect(world.state.counts.reads - before).toBe(2);
  expect(detail).toMatchObject({ ...middle, next: '1' });
  expect(detail.entries).toHaveLength(100);
  expect(detail.entries.slice(0, 1)).toEqual([{
    record: 'l1', kind: 'contact', ids: { m: 'm1', c: 'c1' }, name: 'Anna Weber', action: 'update', to: 'c', why: 'changedHere',
    fields: ['jobTitle'], notes: [{ field: 'webPage', what: 'shortened', reason: 'tooLong' }],
  }]);
  expect(JSON.stringify(detail)).not.toContain('Secret');
  const rest = await runDetail(world, control, middle.id, detail.next);
  expect(rest.next).toBeUndefined();
  const error = { kind: 'invalid', code: 'X_REQUIRED', field: 'familyName' };
  expect(rest.entries).toMatchObject([{ record: 'l2', action: 'error', error }]);
});

test.each(['', 'x', '../a~cfg', 'zzz-1', 'mk0-ab1', `${(START + 5).toString(36)}-ab0`])('the run %j is not in the log', async (id) => {
  await runs(1);
  expect(await codeOf(runDetail(world, await world.control(), id))).toBe('NOT_FOUND');
});

test('a page that no answer named is refused', async () => {
  await runs(1);
  const control = await world.control();
  const [run] = (await listRuns(world, control)).runs;
  expect(await codeOf(listRuns(world, control, 'a~head'))).toBe('BAD_REQUEST');
  expect(await codeOf(runDetail(world, control, run?.id ?? '', '~'))).toBe('BAD_REQUEST');
});
