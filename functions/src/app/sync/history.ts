/** One record explained: what happened to it, which rule decided, what both sides show now, and what the user may ask for. */
import type { HistoryEntry, RecordHistory, RecordWish } from '@concord/api';
import { fieldNames } from '../../engine/fields.ts';
import type { Link, Wish } from '../../engine/link.ts';
import type { FieldName, Kind, SideKey } from '../../engine/record.ts';
import { KINDS } from '../../engine/fields.ts';
import { decodeLink, decodeTodo } from '../../store/codec.ts';
import { entriesOfRecord, type PlacedEntry } from '../../store/journal.ts';
import { keys, userPartition } from '../../store/keys.ts';
import type { Control } from '../control.ts';
import { refusal } from '../refusal.ts';
import type { Services } from '../services.ts';
import { wordOf, wordsOf } from './asks.ts';
import { nameOf } from './groups.ts';
import { entryOf, runIdOf } from './runs.ts';
import { changedSince, storeWishes, todoRow } from './word.ts';

/** Packed rows of the log that are opened for one page of a record's history. */
const ROWS_A_PAGE = 500;
const LINK_ID = /^[0-9a-v]{26}$/;
const PAGE_KEY = /^e~[0-9]+~[0-9a-z]+~[0-9]+$/;

/** `before` is the `next` of an earlier page. Throws NOT_FOUND for a record that Concord knows nothing of. */
export async function recordHistory(services: Services, control: Control, id: string, before?: string): Promise<RecordHistory> {
  if (!LINK_ID.test(id) || (before !== undefined && !PAGE_KEY.test(before))) throw unknownRecord();
  const sealer = await services.keyring.sealer(control.config.organization);
  const owner = `${control.config.organization}/${control.userId}`;
  const link = await linkOf(services, control, id);
  const row = await todoRow(services, control, id);
  const todo = row && decodeTodo(row, sealer, owner);
  const { entries, next } = await entriesOfRecord(services.state, userPartition(control.userId), { owner, sealer }, id, ROWS_A_PAGE, before);
  const kind = link?.kind ?? todo?.kind ?? entries[0]?.kind;
  if (kind === undefined && next === undefined) throw unknownRecord();
  const refs = { m: link?.m?.id ?? todo?.seen.m?.id, c: link?.c?.id ?? todo?.seen.c?.id };
  const now = kind ? await shownNow(services, control, kind, refs) : {};
  const waits = todo?.held ? 'held' as const : todo?.ask && !todo.ask.answer ? 'ask' as const : todo?.error ? 'error' as const : undefined;
  const name = (link && (nameOf({ fields: link.shadow.m }) ?? nameOf({ fields: link.shadow.c }))) ?? entries[0]?.name;
  return {
    record: id, kind: kind ?? 'contact', ...(name === undefined ? {} : { name }), status: link?.status ?? 'none', now,
    ...(waits ? { waits } : {}), entries: entries.map(historyOf), ...(next === undefined ? {} : { next }),
  };
}

/** Stores what the user asks for; a run carries it out. */
export async function wishRecord(services: Services, control: Control, id: string, wish: RecordWish): Promise<void> {
  const link = LINK_ID.test(id) ? await linkOf(services, control, id) : undefined;
  if (!link) throw unknownRecord();
  if (!control.config.kinds.includes(link.kind)) throw refusal('WRONG_STATE', 'This kind is not synced now: turn it on in the sync settings first.');
  const wanted = wishOf(wish, link.kind);
  if (!wanted) throw refusal('BAD_REQUEST', 'This record has no such field.', { field: 'field' });
  if (wish.do !== 'relink' && link.status !== 'live') throw refusal('WRONG_STATE', 'This pair is not linked any more. Look again.');
  if (await storeWishes(services, control, [{ linkId: id, kind: link.kind, wish: wanted }]) === 0) throw changedSince();
  services.log.info('record.wished', { user: control.userId, record: id, wish: wish.do });
}

function wishOf(wish: RecordWish, kind: Kind): Wish | undefined {
  if (wish.do !== 'use') return wish;
  const field = fieldNames(kind).find((name) => name === wish.field);
  return field && { do: 'use', field: field satisfies FieldName, from: wish.from };
}

function unknownRecord(): Error {
  return refusal('NOT_FOUND', 'Concord knows nothing of this record any more.');
}

/** The kind is part of the key and not of the address: three point reads at most. */
async function linkOf({ state, keyring }: Services, { userId, config }: Control, id: string): Promise<Link | undefined> {
  for (const kind of KINDS) {
    const row = await state.get(userPartition(userId), keys.link(kind, id));
    if (row) return decodeLink(row, await keyring.sealer(config.organization), `${config.organization}/${userId}`);
  }
  return undefined;
}

async function shownNow(
  services: Services, control: Control, kind: Kind, refs: Readonly<Record<SideKey, string | undefined>>,
): Promise<RecordHistory['now']> {
  const now: RecordHistory['now'] = {};
  for (const side of ['m', 'c'] as const) {
    const id = refs[side];
    if (id === undefined) continue;
    const look = (await (await services.openSide(control, side)).read(kind, [id])).get(id);
    // A private record shows nothing of itself, here as everywhere.
    if (look?.state === 'live' && !look.record.isPrivate) now[side] = wordsOf(kind, look.record.fields);
  }
  return now;
}

function historyOf(entry: PlacedEntry): HistoryEntry {
  const changes = entry.fields.map(({ field, before, after }) => ({ field, before: wordOf(before ?? null), after: wordOf(after ?? null) }));
  return { ...entryOf(entry), run: runIdOf(entry.run), at: entry.run.startedAt, changes };
}
