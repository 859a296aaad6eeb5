/**
 * The preview of a first sync, or of another choice of what is synced: asked for by the pane, counted behind a queue, read back. It writes
 * its own sealed row and nothing else.
 */
import type { Preview, PreviewKind, ScopeChoice } from '@concord/api';
import { KINDS } from '../../engine/fields.ts';
import type { Instant } from '../../engine/record.ts';
import { Conflict } from '../../ports/table.ts';
import type { Row, RowChange } from '../../ports/table.ts';
import type { Sealer } from '../../ports/world.ts';
import { packWide, refuseNewer, unpackWide, wideBytes, wideCells, CODEC_VERSION, type Cells } from '../../store/codec.ts';
import { readControl } from '../../store/control-store.ts';
import { keys, userPartition } from '../../store/keys.ts';
import type { Control } from '../control.ts';
import { refusal } from '../refusal.ts';
import { grownKinds } from '../scope.ts';
import type { Services } from '../services.ts';
import { asSyncError } from './failures.ts';
import { checksOf } from './preview-checks.ts';
import { countKind } from './preview-counts.ts';
import { changedBetween, marksOf, readBoth, sizeOf } from './preview-read.ts';

/** A preview that has shown no sign of life for so long was lost with its instance. */
const ALIVE_MS = 120_000;

/** Starts a new count and answers its beginning. One of the same scope that is under way is kept, however often a person asks. */
export async function requestPreview(services: Services, userId: string, scope?: ScopeChoice): Promise<Preview> {
  const draft = await loadDraft(services, userId);
  const now = services.clock.now();
  const known = draft.preview;
  const isSame = JSON.stringify(known?.scope) === JSON.stringify(scope);
  if (known?.state === 'reading' && isSame && now - draft.touchedAt < ALIVE_MS) return known;
  // What changed between two counts is told only where they count the same.
  if (!isSame) draft.marks = undefined;
  const id = Buffer.from(services.random.bytes(12)).toString('base64url');
  const preview: Preview = {
    id, ...(scope ? { scope } : {}), state: 'reading', startedAt: now, read: { m: 0, c: 0 }, checks: [], kinds: [], mailsToSend: 0,
  };
  await draft.write(preview);
  await services.queue.send('preview-mailbox', { userId });
  return preview;
}

/** The last preview, or null before the first. */
export async function readPreview(services: Services, userId: string): Promise<Preview | null> {
  return (await loadDraft(services, userId)).preview;
}

/** Counts what was asked for. A message that comes twice finds nothing left to do; of two at once, the older gives way. */
export async function buildPreview(services: Services, userId: string): Promise<void> {
  const draft = await loadDraft(services, userId);
  if (draft.preview?.state !== 'reading') return;
  try {
    await build(services, draft, draft.preview);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    services.log.info('preview.replaced', { user: userId });
  }
}

/** Ends a count that nobody will end any more: its message failed too often. */
export async function failPreview(services: Services, userId: string, code: string): Promise<void> {
  const draft = await loadDraft(services, userId);
  if (draft.preview?.state === 'reading') await draft.write({ ...draft.preview, state: 'failed', error: code });
}

async function build(services: Services, draft: Draft, asked: Preview): Promise<void> {
  const { scope } = asked;
  const control = scope ? { ...draft.control, config: { ...draft.control.config, window: scope.window } } : draft.control;
  const wanted = scope ? grownKinds(draft.control.config, scope) : KINDS;
  let preview: Preview = { ...asked, read: { m: 0, c: 0 }, checks: [] };
  const show = async (change: Partial<Preview>): Promise<void> => {
    preview = { ...preview, ...change };
    await draft.write(preview);
  };
  try {
    const checked = await checksOf(services, control, wanted, (checks) => show({ checks }));
    if ('code' in checked) return await show({ state: 'failed', error: checked.code });
    const pools = await readBoth(services, control, checked.sides, checked.kinds, (count) => show({ read: count }));
    const read = { m: sizeOf(pools, 'm'), c: sizeOf(pools, 'c') };
    // Before colleagues' records join the pool: those are not the user's to see change.
    const marks = marksOf(pools);
    const changedSince = changedBetween(draft.marks, marks);
    const kinds: PreviewKind[] = [];
    for (const [kind, pool] of pools) kinds.push(await countKind(services, control, checked.sides, kind, pool));
    draft.marks = marks;
    await show({
      state: 'ready', readyAt: services.clock.now(), read, kinds,
      ...(changedSince === undefined ? {} : { changedSince }),
    });
    services.log.info('preview.ready', { user: control.userId, records: sum(kinds, ({ total }) => total), link: sum(kinds, ({ link }) => link.count),
      ask: sum(kinds, ({ ask }) => ask.count) });
  } catch (error) {
    if (error instanceof Conflict) throw error;
    const failure = asSyncError(error);
    const { code } = failure.details;
    services.log[failure.kind === 'bug' ? 'error' : 'warn']('preview.failed', { user: control.userId, kind: failure.kind, code });
    await show({ state: 'failed', error: code });
  }
}

function sum(kinds: readonly PreviewKind[], count: (kind: PreviewKind) => number): number {
  return kinds.reduce((total, kind) => total + count(kind), 0);
}

/** The stored row with its etag: each write moves on from the one before, so that two writers notice each other. */
interface Draft {
  readonly control: Control;
  readonly preview: Preview | null;
  readonly touchedAt: Instant;
  /** Of the last preview that was counted to its end (preview-read.ts). */
  marks: Uint8Array | undefined;
  write(preview: Preview): Promise<void>;
}

async function loadDraft(services: Services, userId: string): Promise<Draft> {
  const control = await readControl(services, userId);
  if (!control) throw refusal('NOT_FOUND', 'This user no longer exists: sign in again.');
  const partition = userPartition(userId);
  const sealer = await services.keyring.sealer(control.config.organization);
  const row = await services.state.get(partition, keys.preview);
  const context = `${control.config.organization}/${userId}/preview`;
  let etag = row?.etag;
  const draft: Draft = {
    control, preview: row ? previewOf(row, sealer, context) : null, touchedAt: Number(row?.cells['at'] ?? 0),
    marks: row?.cells['f'] === undefined ? undefined : wideBytes(row.cells, 'f'),
    write: async (preview) => {
      const cells: Cells = {
        v: CODEC_VERSION, at: services.clock.now(), ...packWide('p', preview, sealer, context),
        ...(draft.marks ? wideCells('f', draft.marks) : {}),
      };
      const key = keys.preview;
      const change: RowChange = etag === undefined ? { op: 'insert', key, cells } : { op: 'put', key, cells, etag };
      etag = (await services.state.batch(partition, [change])).get(key);
    },
  };
  return draft;
}

function previewOf(row: Row, sealer: Sealer, context: string): Preview {
  refuseNewer(row.cells['v']);
  return unpackWide(row.cells, 'p', sealer, context) as Preview;
}
