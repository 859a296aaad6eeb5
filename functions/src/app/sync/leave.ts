/**
 * Puts aside what is stored about a mailbox that was changed for another: live links become the memory of former pairs, and marks,
 * index, cursors and preview go. Nothing is asked of either side. It goes on where it stopped, whoever comes: as long as the config
 * says that the mailbox is being left, every message and every due minute ends here.
 */
import type { Instant } from '../../engine/record.ts';
import { Conflict, type Row, type RowChange } from '../../ports/table.ts';
import { linkRefs } from '../../store/codec.ts';
import { configChange, cursorChanges, NEW_HEAD, readControl } from '../../store/control-store.ts';
import { schedule, unschedule } from '../../store/due-store.ts';
import { keys } from '../../store/keys.ts';
import { SyncError } from '../../engine/errors.ts';
import type { Control } from '../control.ts';
import type { Services } from '../services.ts';
import { cleared } from './end.ts';
import { HOLDS_NOTHING } from './holds.ts';
import { acquire, unreachable } from './lease.ts';
import { pagesOf } from './rows.ts';
import { LostLease, type Run } from './run.ts';

const MINUTE_MS = 60_000;
/** Longer than a lease: whoever died on the way is followed. */
const AGAIN_MS = 2 * MINUTE_MS;
const TRIES = 5;

export async function leaveMailbox(services: Services, control: Control, now: Instant): Promise<'busy' | 'continues' | 'done' | 'lost'> {
  const { userId, head, config: { intervalMinutes } } = control;
  await schedule(services.due, userId, now + AGAIN_MS, { intervalMinutes });
  // A run under way may be in the middle of a write: its lease is waited for, so that nothing lands unheard.
  if (head.holder !== undefined && head.leaseUntil > services.state.now()) return 'busy';
  const nobody = unreachable(new SyncError('bug', 'A mailbox that is being left is asked for nothing.', { code: 'MAILBOX_LEFT' }));
  const run = await acquire(services, control, { sides: { m: nobody, c: nobody }, holds: HOLDS_NOTHING }, now);
  if (!run) return 'busy';
  try {
    if (await putAside(run)) {
      await begin(run);
      await unschedule(services.due, userId);
      services.log.info('mailbox.left', { user: userId, links: Object.values(head.links).reduce((sum, count) => sum + count, 0) });
      return 'done';
    }
    await run.commit([], { holder: undefined, leaseUntil: 0 } as object);
    await services.queue.send('sync-mailbox', { userId });
    return 'continues';
  } catch (error) {
    if (error instanceof LostLease) return 'lost';
    throw error;
  }
}

/** False when the run's time ended first. Links come last: until they are gone, nothing has forgotten whose they are. */
async function putAside(run: Run): Promise<boolean> {
  const drop = ({ key }: Row): readonly RowChange[] => [{ op: 'delete', key }];
  return await moveRows(run, 't~', drop) && await moveRows(run, 'x~', drop) && moveRows(run, 'l~', remembered);
}

/** The row as it is, under another key: its seal is bound to the link's id alone. */
function remembered(row: Row): readonly RowChange[] {
  const { id, kind, status } = linkRefs(row);
  const gone: RowChange = { op: 'delete', key: row.key };
  return status === 'live' ? [{ op: 'put', key: keys.former(kind, id), cells: row.cells }, gone] : [gone];
}

async function moveRows(run: Run, prefix: string, move: (row: Row) => readonly RowChange[]): Promise<boolean> {
  for await (const rows of pagesOf(run, prefix)) {
    await run.store(rows.map((row) => ({ changes: move(row), entries: [] })));
    if (run.isLate) return false;
  }
  return true;
}

/** One batch: no cursor, an empty head, and the word that the mailbox was left. The counters of today and the log stay. */
async function begin(run: Run): Promise<void> {
  const { state } = run.services;
  const { cursors, userId } = run.control;
  const preview = await state.get(run.partition, keys.preview);
  const former = (await state.range(run.partition, 'o~', 'o~~', 1)).length > 0;
  const head = cleared(run.head, { ...NEW_HEAD, epoch: run.head.epoch, today: run.head.today, ...(former ? { former: true } : {}) });
  for (let tries = 0; tries < TRIES; tries += 1) {
    const control = await readControl(run.services, userId);
    if (!control) return;
    const { isLeaving: _, ...config } = control.config;
    try {
      await run.commit([
        configChange(config, control.configEtag), ...(['m', 'c'] as const).flatMap((side) => cursorChanges(side, {}, cursors[side], run.now)),
        ...(preview ? [{ op: 'delete' as const, key: keys.preview }] : []),
      ], head);
      return;
    } catch (error) {
      // The person changed something else meanwhile.
      if (!(error instanceof Conflict)) throw error;
    }
  }
  throw new SyncError('unavailable', 'The settings are being changed somewhere else: it is tried again.', { code: 'CONFIG_BUSY' });
}
