/** A user's mailbox and CRM in memory with the real app between them, for directed tests. */
import { syncMailbox, type RunOutcome } from '../../src/app/sync/sync-mailbox.ts';
import type { Control } from '../../src/app/control.ts';
import type { Services } from '../../src/app/services.ts';
import { FIELDS } from '../../src/engine/fields.ts';
import type { Todo } from '../../src/engine/link.ts';
import type { FieldName, Fields, Kind } from '../../src/engine/record.ts';
import { answerCells, decodeTodo } from '../../src/store/codec.ts';
import { readControl, ringBell } from '../../src/store/control-store.ts';
import { readEntries, readRuns } from '../../src/store/journal.ts';
import { keys, linkIdOf, userPartition } from '../../src/store/keys.ts';
import { MemoryTable, type MemoryTableOptions } from '../../src/store/memory-table.ts';
import type { FakeSideOptions } from './fake-record.ts';
import { FakeSide } from './fake-side.ts';
import { activate, ORGANIZATION, OWNER, SEALER, servicesOf, USER } from './mailbox.ts';

const ALL = Object.keys(FIELDS) as FieldName[];
export const START = Date.UTC(2026, 2, 2, 8);
export const MINUTE = 60_000;

export interface World {
  readonly m: FakeSide;
  readonly c: FakeSide;
  readonly state: MemoryTable;
  readonly services: Services;
  readonly sent: string[];
  readonly clock: { now(): number; advance(milliseconds: number): void };
  run(): Promise<RunOutcome>;
  /** Cycles at the ordinary interval until one finds nothing to do. */
  settle(): Promise<void>;
  control(): Promise<Control>;
}

export interface WorldOptions extends Partial<Record<'m' | 'c', Partial<FakeSideOptions>>> {
  /** What each look at the clock costs, in milliseconds. */
  readonly tick?: number;
  readonly fate?: NonNullable<MemoryTableOptions['fate']>;
}

export async function makeWorld({ tick = 0, fate, ...options }: WorldOptions = {}): Promise<World> {
  let time = START;
  const clock = { now: () => { time += tick; return time; }, advance: (milliseconds: number) => { time += milliseconds; } };
  const side = (key: 'm' | 'c'): FakeSide => new FakeSide({ side: key, clock: { now: () => time }, holds: ALL, key: 'plain', isStrict: key === 'm',
    pageSize: 100, ...options[key] });
  const [m, c] = [side('m'), side('c')];
  const state = new MemoryTable({ now: () => time, ...(fate ? { fate } : {}) });
  await activate(state, START);
  const sent: string[] = [];
  const services = servicesOf({ clock, state, sides: { m, c }, queue: { send: (queue) => { sent.push(queue); return Promise.resolve(); } } });
  const run = async (): Promise<RunOutcome> => syncMailbox(services, USER);
  const control = async (): Promise<Control> => {
    const read = await readControl(services, USER);
    if (!read) throw new Error('the user is gone');
    return read;
  };
  const settle = async (): Promise<void> => {
    for (let cycle = 0; cycle < 12; cycle += 1) {
      if (await run() === 'idle') return;
      clock.advance(30 * MINUTE);
    }
    throw new Error('never idle');
  };
  return { m, c, state, services, sent, clock, run, settle, control };
}

/** Every line of the log, oldest run first: "insert c newRecord". */
export async function journal({ state }: World): Promise<string[]> {
  const { runs } = await readRuns(state, userPartition(USER), 100);
  const pages = await Promise.all([...runs].reverse().map((run) => (
    readEntries(state, userPartition(USER), { ...run, sealer: SEALER, owner: OWNER }, { limitRows: 100 })
  )));
  return pages.flatMap(({ entries }) => entries.map(({ action, side, why }) => [action, side, why].filter(Boolean).join(' ')));
}

export const fieldsOf = (side: FakeSide, email: string): Fields | undefined => side.live().find(({ fields }) => fields.primaryEmail === email)?.fields;
export const only = (side: FakeSide): { readonly id: string; readonly fields: Fields } => {
  const [record] = side.live();
  if (!record || side.live().length !== 1) throw new Error(`${side.live().length} records instead of one`);
  return record;
};
export const todoIn = ({ state }: World, linkId: string): Todo | undefined => {
  const row = state.rows(userPartition(USER)).find(({ key }) => key === keys.todo(linkId));
  return row ? decodeTodo(row, SEALER, OWNER) : undefined;
};

/** The user's word about a mailbox record, and his wish to see it happen. */
export async function answer(
  world: World, id: string, word: { verdict: 'same'; candidate: string } | { verdict: 'different' }, kind: Kind = 'contact',
): Promise<void> {
  const key = keys.todo(linkIdOf(ORGANIZATION, kind, 'm', id));
  const ask = todoIn(world, key.slice(2))?.ask;
  if (!ask) throw new Error('nothing is asked');
  await world.state.batch(userPartition(USER), [{ op: 'merge', key, cells: answerCells(ask, word, world.clock.now()) }]);
  world.clock.advance(MINUTE);
  await ringBell(world.services, USER, world.clock.now(), 'user');
}
