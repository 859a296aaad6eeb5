/** The questions only the user can answer, with both records as they are now; and what his word changes in the store. */
import type { AskAnswer, AskCandidate, AskItem, AskList } from '@concord/api';
import { isAddress, isEmpty, isList } from '../../engine/forms.ts';
import type { Ask, LinkId, Todo } from '../../engine/link.ts';
import { fieldNames, KINDS } from '../../engine/fields.ts';
import type { Fields, FieldValue, Kind, Look, Seen, SideKey } from '../../engine/record.ts';
import { Conflict } from '../../ports/table.ts';
import type { Row, RowChange, Table } from '../../ports/table.ts';
import type { Sealer } from '../../ports/world.ts';
import { answerCells, askOf, decodeTodo, retryCells } from '../../store/codec.ts';
import { keys, linkIdOf, userPartition } from '../../store/keys.ts';
import type { Control } from '../control.ts';
import { refusal } from '../refusal.ts';
import type { Services } from '../services.ts';
import { NEVER } from './limits.ts';
import { changedSince, storeWord, todoRow, todoRows } from './word.ts';

const ASKS_A_PAGE = 20;
const TRIES = 3;

/** Open questions by their id. `before` is the `next` of an earlier page; `total` counts all that are open. */
export async function listAsks(services: Services, control: Control, before = ''): Promise<AskList> {
  const open = await openRows(services.state, control);
  const left = open.filter(({ key }) => key > keys.todo(before));
  const page = left.slice(0, ASKS_A_PAGE);
  const sealer = await services.keyring.sealer(control.config.organization);
  const asks = await itemsOf(services, control, page.flatMap((row) => questionOf(row, sealer, control)));
  const last = page.at(-1);
  return { asks, total: open.length, ...(left.length > ASKS_A_PAGE && last ? { next: last.key.slice(2) } : {}) };
}

/** Stores the user's word and wakes a run. Throws WRONG_STATE (`stale`) when the question changed in the meantime. */
export async function answerAsk(services: Services, control: Control, linkId: LinkId, answer: AskAnswer): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const row = await todoRow(services, control, linkId);
    const ask = row && askOf(row);
    if (!row || !ask || ask.answer) throw refusal('NOT_FOUND', 'This question is answered already, or its record is gone.');
    if (answer.verdict === 'same' && !ask.candidates.includes(answer.candidate)) {
      throw refusal('BAD_REQUEST', 'This record is not one of those the question is about.', { field: 'candidate' });
    }
    const now = services.clock.now();
    const waiting = await waitingOn(services, control, row, ask);
    try {
      await storeWord(services, control, [
        { op: 'merge', key: row.key, cells: answerCells(ask, answer, now), etag: row.etag },
        ...waiting.map(({ key, etag }): RowChange => ({ op: 'merge', key, cells: { nt: now }, etag })),
      ]);
      services.log.info('ask.answered', { user: control.userId, record: linkId, verdict: answer.verdict });
      return;
    } catch (error) {
      // The question itself changed: the person must see the new one. A todo beside it changed: the same answer fits.
      if (!(error instanceof Conflict)) throw error;
      if (error.index === 0 || tries === TRIES) throw changedSince();
    }
  }
}

/** A record that was set aside, or waits for its next try, is tried again now. */
export async function retryRecord(services: Services, control: Control, linkId: LinkId): Promise<void> {
  const row = await todoRow(services, control, linkId);
  if (!row || (row.cells['pk'] !== true && !row.cells['er'])) throw refusal('NOT_FOUND', 'This record is not waiting to be tried again.');
  try {
    await storeWord(services, control, [{ op: 'merge', key: row.key, cells: retryCells(services.clock.now()), etag: row.etag }]);
  } catch (error) {
    if (error instanceof Conflict) throw changedSince();
    throw error;
  }
  services.log.info('record.retried', { user: control.userId, record: linkId });
}

/** Candidates that wait, each in a todo of its own, until this question is answered. */
async function waitingOn({ state }: Services, { userId, config }: Control, { cells }: Row, ask: Ask): Promise<readonly Row[]> {
  const side: SideKey = cells['mi'] === undefined ? 'm' : 'c';
  const ids = ask.candidates.map((id) => linkIdOf(config.organization, String(cells['k']) as Kind, side, id));
  const rows = await Promise.all(ids.map((id) => state.get(userPartition(userId), keys.todo(id))));
  return rows.flatMap((row) => (row && row.cells['nt'] === NEVER && !askOf(row) ? [row] : []));
}

/** Todos with an open question; one about a kind that is off waits with it. */
async function openRows(state: Table, { userId, config }: Control): Promise<readonly Row[]> {
  const open: Row[] = [];
  for await (const row of todoRows(state, userPartition(userId))) {
    const ask = askOf(row);
    if (ask && !ask.answer && config.kinds.includes(String(row.cells['k']) as Kind)) open.push(row);
  }
  return open;
}

interface Question {
  readonly linkId: LinkId;
  readonly kind: Kind;
  readonly ask: Ask;
  /** Where the record is; the candidates are on the other side. */
  readonly side: SideKey;
  readonly id: string;
}

function questionOf(row: Row, sealer: Sealer, { config, userId }: Control): readonly Question[] {
  const todo = decodeTodo(row, sealer, `${config.organization}/${userId}`);
  const side = sideOf(todo);
  const id = todo.seen[side]?.id;
  return todo.ask && id !== undefined ? [{ linkId: todo.linkId, kind: todo.kind, ask: todo.ask, side, id }] : [];
}

/** A question about a creation of unknown outcome is asked by the record that was to be carried. */
function sideOf({ seen, intent }: Todo): SideKey {
  if (intent?.op === 'create') return intent.side === 'm' ? 'c' : 'm';
  return seen.m ? 'm' : 'c';
}

async function itemsOf(services: Services, control: Control, questions: readonly Question[]): Promise<AskItem[]> {
  if (questions.length === 0) return [];
  const [m, c] = await Promise.all([looksOf(services, control, 'm', questions), looksOf(services, control, 'c', questions)]);
  const looks = { m, c };
  return questions.flatMap(({ linkId, kind, ask, side, id }): AskItem[] => {
    const record = liveIn(looks[side], id);
    // The record is gone, and the next run drops the question.
    if (!record) return [];
    const others = looks[side === 'm' ? 'c' : 'm'];
    const candidates = ask.candidates.flatMap((candidate) => liveIn(others, candidate) ?? []);
    return [{ id: linkId, kind, reason: ask.reason, side, record: candidateOf(record), candidates: candidates.map(candidateOf) }];
  });
}

async function looksOf(
  services: Services, control: Control, side: SideKey, questions: readonly Question[],
): Promise<ReadonlyMap<string, Look>> {
  const opened = await services.openSide(control, side);
  const looks = new Map<string, Look>();
  for (const kind of KINDS) {
    const ids = questions.flatMap((question) => (question.kind !== kind ? [] : question.side === side ? [question.id] : question.ask.candidates));
    if (ids.length > 0) for (const [id, look] of await opened.read(kind, [...new Set(ids)])) looks.set(id, look);
  }
  return looks;
}

function liveIn(looks: ReadonlyMap<string, Look>, id: string): Seen | undefined {
  const look = looks.get(id);
  return look?.state === 'live' ? look.record : undefined;
}

function candidateOf({ kind, id, fields, owner }: Seen): AskCandidate {
  return { id, fields: wordsOf(kind, fields), ...(owner && !owner.isUser ? { owner: owner.name } : {}) };
}

/** The fields that are not blank, as a person reads them, in reading order. */
export function wordsOf(kind: Kind, fields: Fields): Record<string, string> {
  const words: Record<string, string> = {};
  for (const field of fieldNames(kind)) {
    const text = wordOf(fields[field] ?? null);
    if (text !== '') words[field] = text;
  }
  return words;
}

/** One line of text for a value: lists and addresses with commas, '' for a blank. */
export function wordOf(value: FieldValue | null): string {
  if (value === null || isEmpty(value)) return '';
  if (isList(value)) return value.filter((member) => !isEmpty(member)).join(', ');
  if (!isAddress(value)) return value.trim();
  const { street, city, region, postalCode, country } = value;
  const lines = street?.split(/\r?\n/) ?? [];
  const parts = [...lines, [postalCode, city].filter(Boolean).join(' '), region, country];
  return parts.flatMap((part) => (part && part.trim() !== '' ? [part.trim()] : [])).join(', ');
}
