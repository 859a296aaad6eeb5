/** What the contract suite needs of a connector's world, and the steps that its tests share. */
import { SyncError } from '../../src/engine/errors.ts';
import type { Fields, Kind, Look, Seen } from '../../src/engine/record.ts';
import type { Change, ChangePage, Cursors, Operation, Side, WriteResult } from '../../src/ports/side.ts';

/** What a service may do to the next calls; the world says it in the vendor's words. */
export type Trouble =
  /** 429 with Retry-After of RETRY_AFTER_SECONDS. */
  | 'throttled'
  /** 503, no Retry-After. */
  | 'down'
  /** 200 with a page of HTML, as a proxy answers. */
  | 'html'
  /** 200 without a body. */
  | 'empty'
  /** The connection dies before the request is served. */
  | 'noAnswer'
  /** The request is served, the connection dies before the reply. */
  | 'lostReply';

export const RETRY_AFTER_SECONDS = 7;

export interface SideWorld {
  readonly side: Side;
  /** Adds, edits, removes a contact as its owner would in the vendor's own program. */
  addRecord(fields: Fields): Promise<string>;
  editRecord(id: string, fields: Fields): Promise<void>;
  removeRecord(id: string): Promise<void>;
  /** The number of calls the service has served, sign-in apart. */
  calls(): number;
  /** The next `count` calls go wrong. */
  trouble(what: Trouble, count: number): void;
  /** Makes the access token in use worthless; the refresh token stays good. */
  expireToken(): Promise<void>;
  /** How often the connector asked for a new token. */
  renewals(): number;
  close(): Promise<void>;
}

export interface SideFacts {
  readonly makeWorld: () => Promise<SideWorld>;
  /** True: creations carry our key, and recall finds by it. */
  readonly hasKey: boolean;
  /** A record that the service refuses on its own, with the error kind. */
  readonly bad: Fields;
  /** More than the side can hold, and the field that the note must name. */
  readonly overflow: { readonly fields: Fields; readonly field: string };
  /** What an idle look at people costs where the service keeps them in several places and has no call for those; one when absent. */
  readonly idleCalls?: number;
  /** Makes the service forget a cursor, where it can. Takes the world that makeWorld made. */
  readonly forgetCursors?: (world: SideWorld) => Promise<void>;
}

/** Sample people; surnames differ so that no duplicate rule of a vendor takes two for one. */
export const ANNA: Fields = {
  givenName: 'Anna',
  familyName: 'Albers',
  primaryEmail: 'anna.albers@acme.example',
  'phones.mobile': '+49 171 5550101',
  jobTitle: 'Buyer',
};
export const BORIS: Fields = { givenName: 'Boris', familyName: 'Brandt', primaryEmail: 'boris.brandt@beta.example', jobTitle: 'Engineer' };
export const CLARA: Fields = { givenName: 'Clara', familyName: 'Conti', primaryEmail: 'clara.conti@gamma.example' };
const PAGE_LIMIT = 50;

interface Round {
  readonly seen: ReadonlyMap<string, Seen>;
  readonly removed: ReadonlySet<string>;
  readonly cursors: Cursors;
  readonly lost: readonly string[];
}

/** Follows a round to its end, looking at what a page only touched. */
export async function collect(side: Side, from: Cursors = {}): Promise<Round> {
  const seen = new Map<string, Seen>();
  const removed = new Set<string>();
  const lost: string[] = [];
  let cursors = from;
  for (let page = 0; page < PAGE_LIMIT; page += 1) {
    const answer = await side.changes(cursors);
    for (const change of answer.changes) await take(side, change, seen, removed);
    cursors = answer.cursors;
    lost.push(...answer.lost);
    if (!answer.hasMore) return { seen, removed, cursors, lost };
  }
  throw new Error(`the round did not end within ${PAGE_LIMIT} pages`);
}

/** Every page of a round as it comes, nothing looked at. */
export async function pages(of: Side, from: Cursors = {}): Promise<{ readonly all: readonly ChangePage[]; readonly cursors: Cursors }> {
  const all: ChangePage[] = [];
  for (let cursors = from; all.length < PAGE_LIMIT;) {
    const page = await of.changes(cursors);
    all.push(page);
    ({ cursors } = page);
    if (!page.hasMore) return { all, cursors };
  }
  throw new Error(`the round did not end within ${PAGE_LIMIT} pages`);
}

async function take(side: Side, change: Change, seen: Map<string, Seen>, removed: Set<string>): Promise<void> {
  if (change.what === 'seen') {
    seen.set(change.record.id, change.record);
    removed.delete(change.record.id);
  } else if (change.what === 'removed') {
    removed.add(change.id);
  } else {
    const look = await lookAt(side, change.id, change.kind);
    if (look.state === 'live') seen.set(change.id, look.record);
    if (look.state === 'gone') removed.add(change.id);
  }
}

export async function lookAt(side: Side, id: string, kind: Kind = 'contact'): Promise<Look> {
  const look = (await side.read(kind, [id])).get(id);
  if (!look) throw new Error('read() did not answer an id that was asked for');
  return look;
}

export async function live(side: Side, id: string, kind: Kind = 'contact'): Promise<Seen> {
  const look = await lookAt(side, id, kind);
  if (look.state !== 'live') throw new Error(`expected a live record, found ${look.state}`);
  return look.record;
}

export const creation = (number: number, fields: Fields): Operation => ({
  op: 'create',
  kind: 'contact',
  linkId: `0123456789abcdefghijklmno${number}`,
  fields,
});

export async function writeOne(side: Side, operation: Operation): Promise<Extract<WriteResult, { ok: true }>> {
  const [result] = await side.write([operation]);
  if (!result) throw new Error('write() answered nothing');
  if (!result.ok) throw result.error;
  return result;
}

/** The SyncError of a call that must fail: thrown, or the answer of the first failed operation of a write. */
export async function failure(call: Promise<unknown>): Promise<SyncError> {
  try {
    const answer = await call;
    const failed = Array.isArray(answer) ? (answer as readonly WriteResult[]).find((result) => !result.ok) : undefined;
    if (failed && !failed.ok) return failed.error;
  } catch (error) {
    if (error instanceof SyncError) return error;
    throw error;
  }
  throw new Error('the call succeeded');
}

/** What of `expected` the record shows differently. */
export const differences = (expected: Fields, shown: Fields): Fields =>
  Object.fromEntries(
    Object.entries(shown).filter(
      ([name, value]) => name in expected && JSON.stringify(value) !== JSON.stringify(expected[name as keyof Fields]),
    ),
  );

/** Uses up a trouble that the failed call has not met, so that the next call starts in a healthy world. */
export async function settle(call: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < 3; tries += 1) {
    try {
      await call();
      return;
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
    }
  }
  throw new Error('the world did not become healthy again');
}
