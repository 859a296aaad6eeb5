/** The user's word about a record: stored beside the todo together with the bell, so that none is stored that nobody hears of. */
import type { SyncError } from '../../engine/errors.ts';
import type { LinkId, Todo, Wish } from '../../engine/link.ts';
import type { Kind } from '../../engine/record.ts';
import { Conflict } from '../../ports/table.ts';
import type { Row, RowChange, Table } from '../../ports/table.ts';
import { decodeTodo, encodeTodo, wishCells } from '../../store/codec.ts';
import { bellChange } from '../../store/control-store.ts';
import { afterKey, keys, prefixRange, userPartition } from '../../store/keys.ts';
import { BATCH_ROWS } from '../../store/limits.ts';
import type { Control } from '../control.ts';
import { refusal } from '../refusal.ts';
import type { Services } from '../services.ts';

const ROWS_A_REQUEST = 1_000;
const LINK_ID = /^[0-9a-v]{26}$/;

/** One batch; the message only makes the run sooner. Throws Conflict when one of the rows changed. */
export async function storeWord({ state, queue, clock }: Services, { userId }: Control, changes: readonly RowChange[]): Promise<void> {
  await state.batch(userPartition(userId), [...changes, bellChange(clock.now(), 'user')]);
  await queue.send('sync-mailbox', { userId });
}

export async function todoRow({ state }: Services, { userId }: Control, linkId: LinkId): Promise<Row | null> {
  return LINK_ID.test(linkId) ? state.get(userPartition(userId), keys.todo(linkId)) : null;
}

export function changedSince(): SyncError {
  return refusal('WRONG_STATE', 'This changed since. Look again.');
}

/** Every open todo's row. Only unsettled records have one, so the range is short but during a first sync. */
export async function* todoRows(state: Table, partition: string): AsyncGenerator<Row> {
  let [from, to] = prefixRange('t~');
  for (;;) {
    const rows = await state.range(partition, from, to, ROWS_A_REQUEST);
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_A_REQUEST) return;
    [from, to] = [afterKey(last.key), to];
  }
}

export interface Wanted {
  readonly linkId: LinkId;
  readonly kind: Kind;
  readonly wish: Wish;
}

/** Stores wishes, a batch for each hundred. Answers how many were stored: one whose todo changes at this moment is left out. */
export async function storeWishes(services: Services, control: Control, wanted: readonly Wanted[]): Promise<number> {
  let stored = 0;
  for (let from = 0; from < wanted.length; from += BATCH_ROWS - 1) {
    stored += await storeSome(services, control, wanted.slice(from, from + BATCH_ROWS - 1));
  }
  return stored;
}

/** Runs taken back one after the other, before any run has carried out the first of these words: the second one joins it. */
function joined(waiting: Wish | undefined, wish: Wish): Wish {
  return waiting?.do === 'undo' && wish.do === 'undo' ? { do: 'undo', steps: [...waiting.steps, ...wish.steps] } : wish;
}

async function storeSome(services: Services, control: Control, wanted: readonly Wanted[]): Promise<number> {
  const sealer = await services.keyring.sealer(control.config.organization);
  const owner = `${control.config.organization}/${control.userId}`;
  const now = services.clock.now();
  let open = await Promise.all(wanted.map(async (one) => ({ ...one, row: await todoRow(services, control, one.linkId) })));
  while (open.length > 0) {
    const changes = open.map(({ linkId, kind, wish, row }): RowChange => {
      const key = keys.todo(linkId);
      if (row) return { op: 'merge', key, cells: wishCells(linkId, joined(decodeTodo(row, sealer, owner).wish, wish), now, sealer, owner), etag: row.etag };
      const todo: Todo = { linkId, kind, seen: {}, reason: 'user', nextTry: now, wish };
      return { op: 'insert', key, cells: encodeTodo(todo, sealer, owner) };
    });
    try {
      await storeWord(services, control, changes);
      return open.length;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      open = open.filter((_, index) => index !== error.index);
    }
  }
  return 0;
}
