/**
 * Sign-in attempts in table `accounts`, ten minutes each. The row's key is the hash of the OAuth state, so the callback finds
 * it by hash and an attempt's id gives nobody the state. What must stay secret while the person is at the vendor's page
 * (PKCE verifier, Outlook's address, and afterwards the grant) is sealed.
 */
import type { Instant, SideKey } from '../../engine/record.ts';
import type { Account, Grant } from '../../ports/connector.ts';
import { Conflict, type Cell, type Row, type Table } from '../../ports/table.ts';
import type { Clock, Keyring, Random } from '../../ports/world.ts';
import { dropRows } from './rows.ts';
import { hashToken, mintToken } from './token.ts';

export const ATTEMPT_LIFE = 10 * 60_000;
/** A late callback is told "too late" so long; then the row goes, with whatever grant nobody claimed. */
const MEMORY = 60 * 60_000;
const SWEEP_MAX = 100;
const PARTITION = 'attempts';
/** Attempts belong to no organization yet, so they have a data key of their own. */
const KEYRING_NAME = 'sign-in';

export interface AttemptParts {
  readonly accounts: Table;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly random: Random;
}

export type AttemptState = 'waiting' | 'used' | 'finished' | 'refused' | 'failed' | 'claimed';

export interface AttemptRow {
  readonly id: string;
  readonly etag: string;
  readonly system: string;
  readonly side: SideKey;
  readonly choice: string;
  readonly state: AttemptState;
  readonly expiresAt: Instant;
  readonly secretHash: string;
  /** The signed-in user who asked; absent on a first sign-in. */
  readonly userId?: string;
  /** Code of a refusal or failure. */
  readonly error?: string;
  /** Hash of the one-time code that the sign-in window hands over. */
  readonly codeHash?: string;
  readonly cells: Readonly<Record<string, Cell>>;
}

/** What is sealed from the start. */
export interface AttemptAsk {
  readonly verifier: string;
  readonly domain?: string;
  readonly expectedAddress?: string;
  /** Who sits at Outlook, by the verified identity token. */
  readonly expected?: Pick<Account, 'organization' | 'user'>;
}

export interface NewAttempt {
  readonly system: string;
  readonly side: SideKey;
  readonly choice: string;
  readonly userId?: string;
  readonly ask: AttemptAsk;
}

export interface OpenedAttempt {
  readonly id: string;
  readonly secret: string;
  readonly state: string;
  readonly expiresAt: Instant;
}

/** Stores an attempt. `state` goes to the vendor, `secret` to the window that asked; neither is kept here. */
export async function openAttempt(parts: AttemptParts, { ask, ...plain }: NewAttempt): Promise<OpenedAttempt> {
  await sweep(parts);
  const [state, secret] = [mintToken(parts.random), mintToken(parts.random)];
  const expiresAt = parts.clock.now() + ATTEMPT_LIFE;
  const full = `${minuteOf(expiresAt)}-${state}`;
  const id = idOf(full);
  const cells = { ...plain, state: 'waiting', expiresAt, secretHash: hashToken(secret), ask: await seal(parts, ask, `${id}/ask`) };
  await parts.accounts.batch(PARTITION, [{ op: 'insert', key: id, cells }]);
  return { id, secret, state: full, expiresAt };
}

export async function findByState(parts: AttemptParts, state: string): Promise<AttemptRow | null> {
  return STATE.test(state) ? findAttempt(parts, idOf(state)) : null;
}

export async function findAttempt({ accounts }: AttemptParts, id: string): Promise<AttemptRow | null> {
  const row = ID.test(id) ? await accounts.get(PARTITION, id) : null;
  return row ? decode(row) : null;
}

export interface AttemptStep {
  readonly state: AttemptState;
  readonly error?: string;
  readonly codeHash?: string;
  readonly grant?: Grant;
}

/** Moves an attempt on, only if nobody did since it was read. Null when somebody did. A claimed attempt keeps no secret. */
export async function moveAttempt(parts: AttemptParts, row: AttemptRow, step: AttemptStep): Promise<AttemptRow | null> {
  const { ask, grant: _, ...plain } = row.cells;
  const isOver = step.state !== 'used' && step.state !== 'finished';
  const cells: Record<string, Cell> = {
    ...plain, state: step.state,
    ...(isOver || ask === undefined ? {} : { ask }),
    ...(step.error === undefined ? {} : { error: step.error }),
    ...(step.codeHash === undefined ? {} : { codeHash: step.codeHash }),
    ...(step.grant ? { grant: await seal(parts, step.grant, `${row.id}/grant`) } : {}),
  };
  try {
    const etags = await parts.accounts.batch(PARTITION, [{ op: 'put', key: row.id, cells, etag: row.etag }]);
    return decode({ partition: PARTITION, key: row.id, etag: etags.get(row.id) ?? '', cells });
  } catch (error) {
    if (error instanceof Conflict) return null;
    throw error;
  }
}

export const askOf = (parts: AttemptParts, row: AttemptRow): Promise<AttemptAsk> => open<AttemptAsk>(parts, row, 'ask');

export const grantOf = (parts: AttemptParts, row: AttemptRow): Promise<Grant> => open<Grant>(parts, row, 'grant');

/** Keys start with the minute of their end, so what is over lies in one range at the front. Every sign-in clears some. */
async function sweep({ accounts, clock }: AttemptParts): Promise<void> {
  const over = await accounts.range(PARTITION, '', minuteOf(clock.now() - MEMORY), SWEEP_MAX);
  await dropRows(accounts, PARTITION, over.map(({ key }) => key));
}

/** Six characters of base 36 last until the year 6107; they sort as the minutes do. */
const minuteOf = (at: Instant): string => Math.floor(at / 60_000).toString(36).padStart(6, '0');

const STATE = /^[0-9a-z]{6}-[\w-]{43}$/;
const ID = STATE;

const idOf = (state: string): string => `${state.slice(0, 6)}-${hashToken(state)}`;

async function seal({ keyring }: AttemptParts, value: unknown, context: string): Promise<Uint8Array> {
  return (await keyring.sealer(KEYRING_NAME)).seal(new TextEncoder().encode(JSON.stringify(value)), `attempt/${context}`);
}

async function open<Value>({ keyring }: AttemptParts, row: AttemptRow, what: 'ask' | 'grant'): Promise<Value> {
  const sealed = row.cells[what];
  if (!(sealed instanceof Uint8Array)) throw new Error(`attempt without ${what}`);
  const plain = (await keyring.sealer(KEYRING_NAME)).open(sealed, `attempt/${row.id}/${what}`);
  return JSON.parse(new TextDecoder().decode(plain)) as Value;
}

function decode({ key, etag, cells }: Row): AttemptRow {
  const text = (name: string): string | undefined => (typeof cells[name] === 'string' ? cells[name] : undefined);
  const [userId, error, codeHash] = [text('userId'), text('error'), text('codeHash')];
  return {
    id: key, etag, cells,
    system: text('system') ?? '', side: text('side') === 'm' ? 'm' : 'c', choice: text('choice') ?? '',
    state: (text('state') ?? 'failed') as AttemptState, expiresAt: Number(cells['expiresAt']), secretHash: text('secretHash') ?? '',
    ...(userId === undefined ? {} : { userId }),
    ...(error === undefined ? {} : { error }),
    ...(codeHash === undefined ? {} : { codeHash }),
  };
}
