/**
 * Rows <-> values. Ids, versions and states stand in plain cells; field values are deflated, sealed and never in clear.
 * The first byte of packed bytes is the codec's version: older ones are read for ever, a newer one is refused with a cure.
 */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { assert } from '../engine/assert.ts';
import { SyncError } from '../engine/errors.ts';
import { createForms, LONG_TEXT, normalForm } from '../engine/forms.ts';
import type { Ask, Held, Intent, Link, LinkId, SideRef, Todo, TodoError, TodoReason, Wish } from '../engine/link.ts';
import type { Fields, FieldsDraft, FieldName, Instant, Kind } from '../engine/record.ts';
import type { Cell, Row } from '../ports/table.ts';
import type { Sealer } from '../ports/world.ts';

export const CODEC_VERSION = 1;
/** A link is typically 0.6 to 1.5 KiB; anything near this bound is a fault. */
const LINK_BYTES = 32 * 1024;
const PACK_BYTES = 60 * 1024;

export type Cells = Readonly<Record<string, Cell>>;

/** JSON, deflated and sealed for this context. */
export function pack(value: unknown, sealer: Sealer, context: string, limit = PACK_BYTES): Uint8Array {
  const sealed = sealer.seal(deflateRawSync(Buffer.from(JSON.stringify(value), 'utf8'), { level: 3 }), context);
  assert(sealed.length < limit, `packed bytes stay below ${limit}`);
  return Buffer.concat([Buffer.of(CODEC_VERSION), sealed]);
}

export function unpack(bytes: unknown, sealer: Sealer, context: string): unknown {
  assert(bytes instanceof Uint8Array && bytes.length > 1, 'packed bytes are bytes');
  refuseNewer(bytes[0]);
  const deflated = sealer.open(bytes.subarray(1), context);
  return JSON.parse(inflateRawSync(deflated, { chunkSize: roomFor(deflated) }).toString('utf8')) as unknown;
}

/** Without a word zlib takes 16 KiB for each value, mostly for a link of one; what needs more room than this gets it in pieces. */
function roomFor({ length }: Uint8Array): number {
  return Math.min(Math.max(4 * length, 256), 16 * 1024);
}

/** Cells of one row that hold one long sealed value: a row has room for many cells of 64 KiB, and a batch for 4 MiB. */
const WIDE_CELLS = 12;

/** What one row holds in such cells. */
export const WIDE_BYTES = PACK_BYTES * WIDE_CELLS;

/** JSON, deflated, sealed and cut into the cells `name`, `name1`, `name2`...; for values that may be longer than one cell. */
export function packWide(name: string, value: unknown, sealer: Sealer, context: string): Cells {
  return wideCells(name, pack(value, sealer, context, WIDE_BYTES));
}

export function unpackWide(cells: Cells, name: string, sealer: Sealer, context: string): unknown {
  return unpack(wideBytes(cells, name), sealer, context);
}

/** Bytes cut into cells. Only for rows that are put or inserted whole: a merge would leave the tail of a longer value behind. */
export function wideCells(name: string, bytes: Uint8Array): Cells {
  assert(bytes.length <= WIDE_BYTES, `a long value fits ${WIDE_CELLS} cells`);
  const cells: Record<string, Cell> = {};
  for (let from = 0; from < bytes.length; from += PACK_BYTES) {
    cells[cellName(name, from / PACK_BYTES)] = bytes.subarray(from, from + PACK_BYTES);
  }
  return cells;
}

export function wideBytes(cells: Cells, name: string): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let index = 0; index < WIDE_CELLS; index += 1) {
    const cell = cells[cellName(name, index)];
    if (!(cell instanceof Uint8Array)) break;
    parts.push(cell);
  }
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}

function cellName(name: string, index: number): string {
  return index === 0 ? name : `${name}${index}`;
}

/** Rows of a newer build may hold what this one would lose when it writes them back. */
export function refuseNewer(version: unknown): void {
  if (typeof version === 'number' && version <= CODEC_VERSION) return;
  const sentence = 'These rows were written by a newer build of Concord. Install the newer build again; nothing was changed.';
  throw new SyncError('bug', sentence, { code: 'NEWER_ROWS' });
}

/** Plain JSON in one cell, for rows without field values. */
export function plainCells(value: unknown): Cells {
  return { v: CODEC_VERSION, d: JSON.stringify(value) };
}

export function plainValue<T>(row: Row): T {
  refuseNewer(row.cells['v']);
  return JSON.parse(text(row.cells['d'])) as T;
}

// ---- links ---------------------------------------------------------------------------------------------------------

export function encodeLink(link: Link, sealer: Sealer, owner: string): Cells {
  assertLink(link);
  const { m, c } = link.shadow;
  return {
    k: link.kind, st: link.status, ep: link.epoch, at: link.agreedAt,
    ...(link.m ? { mi: link.m.id, mv: link.m.version } : {}), ...(link.c ? { ci: link.c.id, cv: link.c.version } : {}),
    ...(link.family === undefined ? {} : { fa: link.family }),
    s: pack([shortened(m), difference(shortened(m), shortened(c)), ...(link.turns ? [link.turns] : [])], sealer, `${owner}/link/${link.id}`, LINK_BYTES),
  };
}

export function decodeLink(row: Pick<Row, 'key' | 'cells'>, sealer: Sealer, owner: string): Link {
  const id = row.key.slice(row.key.lastIndexOf('~') + 1);
  const [m, change, turns] = unpack(row.cells['s'], sealer, `${owner}/link/${id}`) as [Fields, Difference, Link['turns']?];
  const { k, st, ep, at, fa } = row.cells;
  const link: Link = {
    id, kind: text(k) as Kind, status: text(st) as Link['status'], epoch: number(ep), agreedAt: number(at),
    ...(fa === undefined ? {} : { family: text(fa) }),
    ...refsOf(row),
    shadow: { m, c: applied(m, change) }, ...(turns ? { turns } : {}),
  };
  assertLink(link);
  return link;
}

export type LinkRefs = Pick<Link, 'id' | 'kind' | 'status' | 'family' | 'm' | 'c'>;

/** The plain part of a link row, for looks that need no shadow: nothing is opened. */
export function linkRefs(row: Pick<Row, 'key' | 'cells'>): LinkRefs {
  const { k, st, fa } = row.cells;
  return {
    id: row.key.slice(row.key.lastIndexOf('~') + 1), kind: text(k) as Kind, status: text(st) as Link['status'],
    ...(fa === undefined ? {} : { family: text(fa) }), ...refsOf(row),
  };
}

/** The records a row is about, by side. */
function refsOf({ cells: { mi, mv, ci, cv } }: Pick<Row, 'cells'>): { m?: SideRef; c?: SideRef } {
  return {
    ...(mi === undefined ? {} : { m: { id: text(mi), version: text(mv) } }),
    ...(ci === undefined ? {} : { c: { id: text(ci), version: text(cv) } }),
  };
}

function assertLink(link: Link): void {
  assert(link.id.length === 26, 'a link id has 26 characters');
  assert(link.status !== 'live' || (link.m !== undefined && link.c !== undefined), `live link ${link.id} has both sides`);
}

/** Stands for a long text in a shadow: 128 bits of sha256, enough to tell any two texts of one record apart. */
export function digestOf(text: string): string {
  return `#${createHash('sha256').update(text, 'utf8').digest('base64url').slice(0, 22)}:${text.length}`;
}

const DIGESTS = createForms('', digestOf);

/** Prose above a length is only compared, never written back from a shadow: the digest of its normal form is enough. */
function shortened(fields: Fields): Fields {
  const { body } = fields;
  return typeof body === 'string' && body.length > LONG_TEXT ? { ...fields, body: normalForm('body', body, DIGESTS) } : fields;
}

/** What the CRM's shadow says otherwise than the mailbox's: most values are equal, so the row stays small. */
interface Difference { readonly set: Fields; readonly absent: readonly FieldName[] }

function difference(m: Fields, c: Fields): Difference {
  const names = Object.keys(c) as FieldName[];
  const set: FieldsDraft = {};
  for (const name of names) {
    const value = c[name];
    if (value !== undefined && !isSame(value, m[name])) set[name] = value;
  }
  return { set, absent: (Object.keys(m) as FieldName[]).filter((name) => c[name] === undefined) };
}

function isSame(a: Fields[FieldName], b: Fields[FieldName]): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
}

function applied(m: Fields, change: Difference): Fields {
  const fields: FieldsDraft = { ...m, ...change.set };
  for (const name of change.absent) delete fields[name];
  return fields;
}

// ---- todos ---------------------------------------------------------------------------------------------------------

/** What anybody may merge into a todo: that something was seen, and why. The intent is untouched (R4). */
export function markCells(todo: Pick<Todo, 'kind' | 'seen' | 'reason' | 'nextTry'>): Cells {
  const { m, c } = todo.seen;
  return {
    v: CODEC_VERSION, k: todo.kind, rs: todo.reason, nt: todo.nextTry,
    ...(m ? { mi: m.id, mv: m.version } : {}), ...(c ? { ci: c.id, cv: c.version } : {}),
  };
}

const NONE = new Uint8Array(0);

/** The whole todo, as a run writes it. A merge cannot remove a cell, so an empty one means none. */
export function encodeTodo(todo: Todo, sealer: Sealer, owner: string): Cells {
  return {
    ...markCells(todo),
    in: todo.intent ? pack(todo.intent, sealer, `${owner}/intent/${todo.linkId}`) : NONE,
    er: todo.error ? JSON.stringify(todo.error) : '', pk: todo.isParked === true, ask: todo.ask ? JSON.stringify(todo.ask) : '',
    he: todo.held ? JSON.stringify(todo.held) : '', wi: todo.wish ? packWish(todo.wish, todo.linkId, sealer, owner) : NONE,
  };
}

export function decodeTodo(row: Row, sealer: Sealer, owner: string): Todo {
  const linkId = row.key.slice(2);
  const { v, k, rs, nt, er, pk, ask, he, wi } = row.cells;
  refuseNewer(v);
  const intent = row.cells['in'];
  return {
    linkId, kind: text(k) as Kind, reason: text(rs) as TodoReason, nextTry: number(nt),
    seen: refsOf(row),
    ...(intent instanceof Uint8Array && intent.length > 0 ? { intent: unpack(intent, sealer, `${owner}/intent/${linkId}`) as Intent } : {}),
    ...(er ? { error: JSON.parse(text(er)) as TodoError } : {}), ...(pk === true ? { isParked: true } : {}),
    ...(ask ? { ask: JSON.parse(text(ask)) as Ask } : {}), ...(he ? { held: JSON.parse(text(he)) as Held } : {}),
    ...(wi instanceof Uint8Array && wi.length > 0 ? { wish: unpack(wi, sealer, `${owner}/wish/${linkId}`) as Wish } : {}),
  };
}

/** The open or answered question of a todo row; nothing is opened. */
export function askOf(row: Row): Ask | undefined {
  refuseNewer(row.cells['v']);
  const { ask } = row.cells;
  return ask ? JSON.parse(text(ask)) as Ask : undefined;
}

/** What the user's word merges into a todo: the answer and nothing else, so that a run's intent is untouched (R4). */
export function answerCells(ask: Ask, answer: NonNullable<Ask['answer']>, at: Instant): Cells {
  return { ask: JSON.stringify({ ...ask, answer } satisfies Ask), rs: 'user' satisfies TodoReason, nt: at };
}

function packWish(wish: Wish, linkId: LinkId, sealer: Sealer, owner: string): Uint8Array {
  return pack(wish, sealer, `${owner}/wish/${linkId}`);
}

/** What the user asks for merges into a todo, or makes one: its intent is untouched (R4). */
export function wishCells(linkId: LinkId, wish: Wish, at: Instant, sealer: Sealer, owner: string): Cells {
  return { v: CODEC_VERSION, wi: packWish(wish, linkId, sealer, owner), pk: false, rs: 'user' satisfies TodoReason, nt: at };
}

/** What a todo row says of the brake; nothing is opened. */
export function heldIn(row: Row): Held | undefined {
  refuseNewer(row.cells['v']);
  const { he, wi } = row.cells;
  const isAnswered = wi instanceof Uint8Array && wi.length > 0;
  return he && !isAnswered ? JSON.parse(text(he)) as Held : undefined;
}

/** A todo that was set aside is tried again. */
export function retryCells(at: Instant): Cells {
  return { pk: false, rs: 'user' satisfies TodoReason, nt: at };
}

function text(cell: Cell | undefined): string {
  assert(typeof cell === 'string', 'a cell that should be text is text');
  return cell;
}

function number(cell: Cell | undefined): number {
  assert(typeof cell === 'number', 'a cell that should be a number is one');
  return cell;
}
