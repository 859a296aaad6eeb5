/** Both sides read whole for a preview. No cursor is stored, so the first sync begins from nothing as if nobody had looked. */
import { createForms, type Forms } from '../../engine/forms.ts';
import { SyncError } from '../../engine/errors.ts';
import type { Link, LinkId } from '../../engine/link.ts';
import type { FormerPair } from '../../engine/match-former.ts';
import { matchKeys, type MatchKeys } from '../../engine/match-keys.ts';
import { isSilent } from '../../engine/observe.ts';
import type { Kind, Seen, SideKey } from '../../engine/record.ts';
import type { ChangePage, Cursors, Probe, Side } from '../../ports/side.ts';
import type { Row } from '../../ports/table.ts';
import { decodeLink, digestOf } from '../../store/codec.ts';
import { afterKey, keys, prefixRange, userPartition } from '../../store/keys.ts';
import type { Control } from '../control.ts';
import type { Services } from '../services.ts';
import { loadFormer } from './former.ts';
import { LOOKS_MAX, PAGES_MAX, SLICE } from './limits.ts';
import { probeOf } from './meet.ts';
import type { Sides } from './preview-checks.ts';

/** Progress is stored this often: a person sees it move, and the store is not written once a page. */
const PAGES_A_NOTE = 5;
const ROUNDS_MAX = 2;
const ROWS_A_REQUEST = 1_000;
/** More records than this are not compared with an earlier preview: their marks would not fit into its row. */
const MARKS_MAX = 75_000;
const MARK_BYTES = 8;

/** What is known of one kind on both sides: keys of every record, and whole records as far as memory is given to them. */
export class Pool {
  readonly forms: Forms;
  readonly keys: Readonly<Record<SideKey, Map<string, MatchKeys>>> = { m: new Map(), c: new Map() };
  /** Records without a link. One that is not here is read again by id when it is needed. */
  readonly kept: Readonly<Record<SideKey, Map<string, Seen>>> = { m: new Map(), c: new Map() };
  /** Of mailbox records without a link: by what their counterparts are searched for. */
  readonly probes = new Map<string, Probe>();
  /** Pairs that were edited on a side since both last agreed, as that side shows them. */
  readonly edited = new Map<LinkId, Seen>();
  /** Pairs of the mailbox before. */
  readonly former: readonly FormerPair[];
  readonly #linked: Linked;

  constructor(forms: Forms, linked: Linked, former: readonly FormerPair[]) {
    this.forms = forms;
    this.former = former;
    this.#linked = linked;
  }

  add(side: SideKey, record: Seen): void {
    const linkId = this.#linked.ids.get(keys.index(side, record.id));
    const link = linkId === undefined ? undefined : this.#linked.links.get(linkId);
    if (link?.status === 'live' && link[side]?.id === record.id && !isSilent(link.shadow[side], record.fields, this.forms)) this.edited.set(link.id, record);
    // Nothing would be made of it, so it is not counted.
    if (record.isOutside || record.isClosed) return this.remove(side, record.id);
    const isLinked = linkId !== undefined;
    this.keys[side].set(record.id, { ...matchKeys(record, this.forms), ...(isLinked ? { isLinked: true as const } : {}) });
    if (isLinked) return;
    const kept = this.kept[side];
    if (kept.has(record.id) || kept.size < LOOKS_MAX) kept.set(record.id, record);
    if (side === 'm' && !record.isPrivate) this.probes.set(record.id, probeOf(record));
  }

  remove(side: SideKey, id: string): void {
    this.keys[side].delete(id);
    this.kept[side].delete(id);
    if (side === 'm') this.probes.delete(id);
  }
}

export type Pools = ReadonlyMap<Kind, Pool>;

/** The mailbox first, then the CRM. `note` is told how many records were read so far. */
export async function readBoth(
  services: Services, control: Control, sides: Sides, kinds: readonly Kind[], note: (read: { m: number; c: number }) => Promise<void>,
): Promise<Pools> {
  const linked = await linkedOf(services, control, kinds);
  const pools = new Map<Kind, Pool>();
  for (const kind of kinds) {
    const forms = createForms(control.config.region, digestOf);
    pools.set(kind, new Pool(forms, linked, control.head.former ? await formerPairs(services, control, forms, kind) : []));
  }
  const read = { m: 0, c: 0 };
  for (const side of ['m', 'c'] as const) {
    await readSide(pools, side, sides[side], (count) => {
      read[side] = count;
      return note({ ...read });
    });
  }
  return pools;
}

async function formerPairs(services: Services, { userId, config }: Control, forms: Forms, kind: Kind): Promise<readonly FormerPair[]> {
  const sealer = await services.keyring.sealer(config.organization);
  const parts = { state: services.state, partition: userPartition(userId), sealer, owner: `${config.organization}/${userId}`, forms };
  return loadFormer(parts, kind);
}

export function sizeOf(pools: Pools, side: SideKey): number {
  return [...pools.values()].reduce((sum, pool) => sum + pool.keys[side].size, 0);
}

async function readSide(pools: Pools, key: SideKey, side: Side, note: (count: number) => Promise<void>): Promise<void> {
  const touched = new Map<string, Kind>();
  let cursors: Cursors = {};
  let rounds = 1;
  for (let pages = 1; ; pages += 1) {
    const page = await side.changes(cursors);
    take(pools, key, page, touched);
    cursors = page.cursors;
    if (page.lost.length > 0) rounds += 1;
    else if (!page.hasMore) break;
    if (rounds > ROUNDS_MAX || pages > PAGES_MAX) {
      throw new SyncError('unavailable', `${side.name} does not come to an end with its records.`, { code: 'ROUND_LOST' });
    }
    if (pages % PAGES_A_NOTE === 0) await note(sizeOf(pools, key) + touched.size);
  }
  for (const [kind, pool] of pools) {
    const open = [...touched].flatMap(([id, touchedKind]) => (touchedKind === kind ? [id] : []));
    for (let from = 0; from < open.length; from += SLICE) {
      const looks = await side.read(kind, open.slice(from, from + SLICE));
      for (const look of looks.values()) if (look.state === 'live') pool.add(key, look.record);
    }
  }
  await note(sizeOf(pools, key));
}

function take(pools: Pools, side: SideKey, page: ChangePage, touched: Map<string, Kind>): void {
  for (const change of page.changes) {
    if (change.what === 'seen') {
      pools.get(change.record.kind)?.add(side, change.record);
      touched.delete(change.record.id);
    } else if (change.what === 'touched') touched.set(change.id, change.kind);
    else {
      pools.get(change.kind)?.remove(side, change.id);
      touched.delete(change.id);
    }
  }
}

/** Records that have a link, live or not: none of them is a stranger. */
interface Linked {
  /** By key of the index row. */
  readonly ids: ReadonlyMap<string, LinkId>;
  /** Of kinds that are off: what was edited meanwhile travels when they are on again. Of the others the sync that goes on tells. */
  readonly links: ReadonlyMap<LinkId, Link>;
}

async function linkedOf({ state, keyring }: Services, { userId, config }: Control, kinds: readonly Kind[]): Promise<Linked> {
  const rowsOf = async (prefix: string): Promise<Row[]> => {
    const all: Row[] = [];
    let [from, to] = prefixRange(prefix);
    for (;;) {
      const rows = await state.range(userPartition(userId), from, to, ROWS_A_REQUEST);
      all.push(...rows);
      const last = rows.at(-1);
      if (!last || rows.length < ROWS_A_REQUEST) return all;
      [from, to] = [afterKey(last.key), to];
    }
  };
  const ids = new Map((await rowsOf('x~')).map(({ key, cells }) => [key, String(cells['l'])]));
  const links = new Map<LinkId, Link>();
  const sealer = await keyring.sealer(config.organization);
  for (const kind of ids.size === 0 ? [] : kinds.filter((one) => !config.kinds.includes(one))) {
    for (const row of await rowsOf(`l~${kind}~`)) {
      const link = decodeLink(row, sealer, `${config.organization}/${userId}`);
      links.set(link.id, link);
    }
  }
  return { ids, links };
}

/** Eight bytes for each record, of its id and its version: enough to count what changed until the next preview, and no more. */
export function marksOf(pools: Pools): Uint8Array | undefined {
  const records = [...pools.values()].flatMap((pool) => (['m', 'c'] as const).flatMap((side) => (
    [...pool.keys[side].values()].map(({ id, version }) => [`${side}${id}`, version] as const))));
  if (records.length > MARKS_MAX) return undefined;
  const marks = new DataView(new ArrayBuffer(records.length * MARK_BYTES));
  records.forEach(([id, version], index) => {
    marks.setUint32(index * MARK_BYTES, markOf(id), true);
    marks.setUint32(index * MARK_BYTES + 4, markOf(version), true);
  });
  return new Uint8Array(marks.buffer);
}

/** Records made, edited or removed between two previews. Undefined when there is nothing to tell. */
export function changedBetween(before: Uint8Array | undefined, after: Uint8Array | undefined): number | undefined {
  if (!before || !after) return undefined;
  const [old, fresh] = [versionsOf(before), versionsOf(after)];
  const isOther = [...fresh].filter(([id, version]) => old.get(id) !== version).length;
  const isGone = [...old.keys()].filter((id) => !fresh.has(id)).length;
  return isOther + isGone || undefined;
}

function versionsOf(marks: Uint8Array): ReadonlyMap<number, number> {
  const view = new DataView(marks.buffer, marks.byteOffset, marks.byteLength);
  const count = Math.floor(marks.byteLength / MARK_BYTES);
  return new Map(Array.from({ length: count }, (_, index) => (
    [view.getUint32(index * MARK_BYTES, true), view.getUint32(index * MARK_BYTES + 4, true)])));
}

/** FNV-1a. */
function markOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}
