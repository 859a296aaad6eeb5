/** The control rows of a user (app/control.ts): read in one request, written by whoever owns each row. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Bell, Config, Control, Head, StoredGrant, StoredWatch, Watch } from '../app/control.ts';
import { SyncError } from '../engine/errors.ts';
import type { Instant, SideKey } from '../engine/record.ts';
import type { Cursors } from '../ports/side.ts';
import type { Row, RowChange, Table } from '../ports/table.ts';
import type { Keyring } from '../ports/world.ts';
import { pack, plainCells, plainValue, refuseNewer, unpack, wideBytes, wideCells, CODEC_VERSION, WIDE_BYTES, type Cells } from './codec.ts';
import { CONTROL_FROM, CONTROL_TO, keys, userPartition } from './keys.ts';

export interface ControlParts {
  readonly state: Table;
  readonly keyring: Keyring;
}

type Ringer = Bell['by'];
/** `n`: a mailbox that waits for the person's word. */
type GrantKey = SideKey | 'n';

/** A grant without the version that only a stored one has. */
export type NewGrant = Omit<StoredGrant, 'etag'>;

export const NEW_HEAD: Head = {
  epoch: 0, leaseUntil: 0, openTodos: 0, links: { contact: 0, event: 0, task: 0 }, asks: 0, parked: 0, refusals: { m: 0, c: 0 },
  today: { day: '', counts: {} },
};

/** Everything an idle cycle needs, in one storage request; null for an unknown user. */
export async function readControl({ state, keyring }: ControlParts, userId: string): Promise<Control | null> {
  const rows = await state.range(userPartition(userId), CONTROL_FROM, CONTROL_TO);
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const [configRow, headRow, bellRow] = [byKey.get(keys.config), byKey.get(keys.head), byKey.get(keys.bell)];
  if (!configRow || !headRow) return null;
  const config = plainValue<Config>(configRow);
  const grants = (['m', 'c', 'n'] as const).map((side) => grantOf(keyring, config, userId, side, byKey.get(keys.grant(side))));
  const [m, c, next] = await Promise.all(grants);
  const cursors = { m: cursorsOf(rows, 'm'), c: cursorsOf(rows, 'c') };
  return {
    userId, config, configEtag: configRow.etag, grants: { ...(m ? { m } : {}), ...(c ? { c } : {}) },
    cursors: { m: cursors.m.values, c: cursors.c.values },
    cursorsAt: { ...(cursors.m.at === undefined ? {} : { m: cursors.m.at }), ...(cursors.c.at === undefined ? {} : { c: cursors.c.at }) },
    head: plainValue<Head>(headRow), headEtag: headRow.etag,
    ...(next ? { next } : {}),
    ...(bellRow ? { bell: plainValue<Bell>(bellRow) } : {}), watches: watchesOf(byKey),
  };
}

/** Makes a user with his first connection, all in one batch. Throws Conflict when he exists. */
export async function createUser(parts: ControlParts, userId: string, config: Config, side: SideKey, grant: NewGrant): Promise<void> {
  await parts.state.batch(userPartition(userId), [
    { op: 'insert', key: keys.config, cells: plainCells(config) },
    { op: 'insert', key: keys.head, cells: plainCells(NEW_HEAD) },
    { op: 'insert', key: keys.grant(side), cells: await grantCells(parts, config.organization, userId, side, grant) },
  ]);
}

/** With the etag of the control that was read: a change by somebody else meanwhile throws Conflict. */
export async function putConfig({ state }: ControlParts, userId: string, config: Config, etag: string): Promise<string> {
  const etags = await state.batch(userPartition(userId), [configChange(config, etag)]);
  return etags.get(keys.config) ?? '';
}

export function configChange(config: Config, etag: string): RowChange {
  return { op: 'put', key: keys.config, cells: plainCells(config), etag };
}

/** Stores a grant; with an etag only if it still is that version. Answers the new etag. */
export async function putGrant(
  parts: ControlParts, control: Pick<Control, 'userId' | 'config'>, side: GrantKey, grant: NewGrant, etag?: string,
): Promise<string> {
  const change = await grantChange(parts, control, side, grant, etag);
  const etags = await parts.state.batch(userPartition(control.userId), [change]);
  return etags.get(change.key) ?? '';
}

/** The same as one change of a batch. */
export async function grantChange(
  parts: ControlParts, { userId, config }: Pick<Control, 'userId' | 'config'>, side: GrantKey, grant: NewGrant, etag?: string,
): Promise<RowChange> {
  const cells = await grantCells(parts, config.organization, userId, side, grant);
  return { op: 'put', key: keys.grant(side), cells, ...(etag === undefined ? {} : { etag }) };
}

export async function deleteGrant({ state }: ControlParts, userId: string, side: GrantKey, etag: string): Promise<void> {
  await state.batch(userPartition(userId), [{ op: 'delete', key: keys.grant(side), etag }]);
}

export async function ringBell({ state }: ControlParts, userId: string, rungAt: Instant, by: Ringer): Promise<void> {
  await state.batch(userPartition(userId), [bellChange(rungAt, by)]);
}

/** The bell as one change of a batch: what it rings about is stored with it. */
export function bellChange(rungAt: Instant, by: Ringer, until?: Instant): RowChange {
  return { op: 'put', key: keys.bell, cells: plainCells({ rungAt, by, ...(until === undefined ? {} : { until }) } satisfies Bell) };
}

/** One point read, which opens nothing that is sealed: strangers can cause it. */
export async function readWatch({ state }: Pick<ControlParts, 'state'>, userId: string, side: SideKey): Promise<StoredWatch | undefined> {
  const row = await state.get(userPartition(userId), keys.watch(side));
  return row ? watchOf(row) : undefined;
}

/** Inserts where none is known, else replaces that version. */
export function watchChange(side: SideKey, watch: Watch, etag: string | undefined): RowChange {
  const change = { key: keys.watch(side), cells: plainCells(watch) };
  return etag === undefined ? { op: 'insert', ...change } : { op: 'put', ...change, etag };
}

/** The head's change for a run's batch: the fence. */
export function headChange(head: Head, etag: string): RowChange {
  return { op: 'put', key: keys.head, cells: plainCells(head), etag };
}

/**
 * The rows that store these cursors and drop those of streams that are gone. A cursor may be hundreds of kilobytes: one that stands there
 * already is not written again.
 */
export function cursorChanges(side: SideKey, next: Cursors, known: Cursors, at: Instant): readonly RowChange[] {
  const puts = Object.entries(next).map(([stream, cursor]): RowChange => {
    const key = keys.cursor(side, stream);
    if (known[stream] === cursor) return { op: 'merge', key, cells: { v: CODEC_VERSION, at } };
    return { op: 'put', key, cells: { v: CODEC_VERSION, at, ...cursorCells(cursor) } };
  });
  const gone = Object.keys(known).filter((stream) => !(stream in next));
  const drops = gone.map((stream): RowChange => ({ op: 'delete', key: keys.cursor(side, stream) }));
  return [...puts, ...drops];
}

function watchesOf(rows: ReadonlyMap<string, Row>): NonNullable<Control['watches']> {
  const [m, c] = [rows.get(keys.watch('m')), rows.get(keys.watch('c'))];
  return { ...(m ? { m: watchOf(m) } : {}), ...(c ? { c: watchOf(c) } : {}) };
}

function watchOf(row: Row): StoredWatch {
  return { ...plainValue<Watch>(row), etag: row.etag };
}

async function grantCells({ keyring }: ControlParts, organization: string, userId: string, side: GrantKey, grant: NewGrant): Promise<Cells> {
  const { account, secret, token, typed, ...plain } = grant;
  const sealer = await keyring.sealer(organization);
  return { ...plainCells(plain), s: pack({ account, secret, token, ...(typed ? { typed } : {}) }, sealer, `${organization}/${userId}/grant/${side}`) };
}

type Hidden = Pick<StoredGrant, 'account' | 'secret' | 'token' | 'typed'>;

async function grantOf(
  keyring: Keyring, config: Config, userId: string, side: GrantKey, row: Row | undefined,
): Promise<StoredGrant | undefined> {
  if (!row) return undefined;
  const sealer = await keyring.sealer(config.organization);
  const hidden = unpack(row.cells['s'], sealer, `${config.organization}/${userId}/grant/${side}`) as Hidden;
  return { ...plainValue<Omit<StoredGrant, keyof Hidden | 'etag'>>(row), ...hidden, etag: row.etag };
}

/**
 * Longer cursors are deflated, and stand in cells of another name: a row holds about 950,000 characters of base64 then, ten times what a
 * server has been seen to give. The cursors of all of a side's streams go into one batch, which has room for three such.
 */
const PLAIN_CURSOR = 32 * 1024;

function cursorCells(cursor: string): Cells {
  const bytes = Buffer.from(cursor, 'utf8');
  if (bytes.length <= PLAIN_CURSOR) return { c: bytes };
  const deflated = deflateRawSync(bytes);
  if (deflated.length <= WIDE_BYTES) return wideCells('z', deflated);
  const sentence = 'The place where the reading of this mailbox stopped is too long to be stored. Nothing was changed; please tell the operator.';
  throw new SyncError('bug', sentence, { code: 'CURSOR_TOO_LONG' });
}

const cursorIn = ({ cells }: Row): string =>
  (cells['z'] === undefined ? Buffer.from(cells['c'] as Uint8Array) : inflateRawSync(wideBytes(cells, 'z'))).toString('utf8');

function cursorsOf(rows: readonly Row[], side: SideKey): { values: Cursors; at: Instant | undefined } {
  const prefix = keys.cursor(side, '');
  const values: Record<string, string> = {};
  let at: Instant | undefined;
  for (const row of rows) {
    if (!row.key.startsWith(prefix)) continue;
    refuseNewer(row.cells['v']);
    values[row.key.slice(prefix.length)] = cursorIn(row);
    at = Math.min(at ?? Infinity, Number(row.cells['at']));
  }
  return { values, at };
}
