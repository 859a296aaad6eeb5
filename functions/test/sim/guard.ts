/** Looks at the store after every committed batch: nothing is forgotten (I6), and one run has the word at a time (I9, R5, R12). */
import type { Head } from '../../src/app/control.ts';
import { isSilent } from '../../src/engine/observe.ts';
import type { SideKey } from '../../src/engine/record.ts';
import type { RowChange } from '../../src/ports/table.ts';
import { keys } from '../../src/store/keys.ts';
import type { FakeRecord } from './fake-record.ts';
import type { FakeSide } from './fake-side.ts';
import type { Ledger, Page } from './ledger.ts';
import type { Users } from './users.ts';
import { must } from './violation.ts';

const LEASE_NEEDED_MS = 20_000;
const RUN_MS = 45_000;
/**
 * Both sides' pages, recall, reads by kind and searches of the slice that was begun. In 400 seeds a limit of 12 was passed once and one of
 * 16 never; the rest is margin.
 */
const LATE_CALLS_MAX = 24;

export interface Watched {
  readonly ledger: Ledger;
  readonly users: Users;
  readonly sides: Readonly<Record<SideKey, FakeSide>>;
  now(): number;
  /** A colleague's matter: nothing is to be made of it. */
  isNobodys(side: SideKey, record: FakeRecord): boolean;
}

export class Guard {
  readonly #watched: Watched;
  #head: Head | undefined;
  /** The epoch under which each run last stored something. */
  readonly #epochs = new Map<string, number>();
  /** When each run began, and until when a service had asked for patience then. */
  readonly #patience = new Map<string, number>();
  readonly #throttled = new Set<string>();
  /** When each run began, and how many calls it has begun since its time was over. */
  readonly #times = new Map<string, { readonly from: number; late: number }>();

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  begins(actor: string): void {
    const head = this.#watched.ledger.read().head();
    this.#head ??= head;
    this.#patience.set(actor, head.notBefore ?? 0);
    this.#times.set(actor, { from: this.#watched.now(), late: 0 });
  }

  /** I14: patience that was asked for is had, and a refused run asks no more. */
  asks(actor: string, side: SideKey): void {
    this.#judgeTime(actor);
    must(!this.#throttled.has(`${actor}${side}`), `${actor} asks ${side} again although it was throttled (I14)`);
    const wanted = Math.min(this.#patience.get(actor) ?? 0, this.#watched.ledger.read().head().notBefore ?? 0);
    must(wanted <= this.#watched.now(), `${actor} asks ${side} before the time it was told (I14)`);
  }

  /** I14: a run whose time is over ends what it has begun, a slice at most, and begins nothing new. */
  #judgeTime(actor: string): void {
    const time = this.#times.get(actor);
    if (!time || this.#watched.now() - time.from <= RUN_MS) return;
    time.late += 1;
    must(time.late <= LATE_CALLS_MAX, `${actor} has begun ${time.late} calls since its time was over (I14)`);
  }

  throttled(actor: string, side: SideKey): void {
    this.#throttled.add(`${actor}${side}`);
  }

  /** I9 and R12: no outside write starts under an older epoch, or with a lease about to end. */
  writes(actor: string): void {
    const head = this.#watched.ledger.read().head();
    const epoch = this.#epochs.get(actor) ?? 0;
    must(head.epoch === epoch, `${actor} writes under epoch ${epoch} although ${head.epoch} has begun (I9)`);
    const left = head.leaseUntil - this.#watched.now();
    must(left >= LEASE_NEEDED_MS, `${actor} writes with ${left} ms of lease left (R12)`);
  }

  /** A batch of this run was stored, whether or not the run will hear of it. */
  stored(actor: string, changes: readonly RowChange[]): void {
    const page = this.#watched.ledger.read();
    for (const { key } of changes) if (key.startsWith('l~')) this.#watched.users.noteLink(page.link(key.slice(key.lastIndexOf('~') + 1)));
    this.#judgeEpoch(actor, changes, page.head());
    this.#judgeMemory(page);
  }

  #judgeEpoch(actor: string, changes: readonly RowChange[], head: Head): void {
    const fence = changes.find(({ key }) => key === keys.head);
    const isOwn = changes.some(({ key }) => /^(?:a~head|a~cursor~|l~|x~)/.test(key));
    must(!isOwn || (fence?.op === 'put' && fence.etag !== undefined), `${actor} writes links only behind the fence (R5)`);
    const before = this.#head;
    this.#head = head;
    if (!fence || !before) return;
    must(head.epoch >= before.epoch, `${actor} stores under epoch ${head.epoch} after ${before.epoch} (I9)`);
    const isFree = before.holder === undefined || before.leaseUntil <= this.#watched.now();
    must(head.epoch === before.epoch || isFree, `${actor} takes a lease that is held (I9)`);
    must(head.epoch !== before.epoch || (this.#epochs.get(actor) ?? 0) === head.epoch, `${actor} stores under the epoch of another (I9)`);
    this.#epochs.set(actor, head.epoch);
  }

  /** I6: each change older than a stored cursor is silent against the shadow or has a todo, at this very instant. */
  #judgeMemory(page: Page): void {
    const { sides } = this.#watched;
    for (const side of ['m', 'c'] as const) {
      const cursor = page.cursor(side);
      if (!cursor) continue;
      for (const record of sides[side].records.values()) {
        // What is a colleague's, or lies beyond a calendar's view, no delta names: there is nothing to remember.
        const isUntold = side === 'm' && (sides[side].isOutside(record) || this.#watched.users.missed.has(`m:${record.id}`));
        if (!sides[side].isOwn(record) || isUntold) continue;
        if (!sides[side].isPassed(record.id, cursor)) continue;
        must(this.#isRemembered(page, side, record), `${record.id} changed before the cursor of ${side}, yet nothing is to be done about it (I6)`);
      }
    }
  }

  #isRemembered(page: Page, side: SideKey, record: FakeRecord): boolean {
    const { ledger, sides, users } = this.#watched;
    const isThere = !record.isGone && record.isHidden !== true;
    const link = page.linkOf(side, record.id);
    if (link) {
      // A listing is under way after a forgotten cursor: what it does not name is looked at before the head forgets that.
      if ((!isThere || record.isAway === true) && page.head().resync?.[side] === true) return true;
      // Taken apart, or it lives on as another record: its changes mean nothing any more.
      if (link.status !== 'live' || link[side]?.id !== record.id || page.todo(link.id)) return true;
      return isThere && isSilent(link.shadow[side], sides[side].seen(record).fields, ledger.forms);
    }
    // What was never linked and is gone, hidden or elsewhere leaves nothing to do, unless a creation waits for it.
    if (this.#watched.isNobodys(side, record)) return true;
    if (!isThere || record.isAway === true || users.isBad(record) || (users.hasMerged && record.madeFor !== undefined)) return true;
    if (page.todo(ledger.ownOf(side, record)) || (record.madeFor !== undefined && page.todo(record.madeFor))) return true;
    return page.todos().some(({ seen }) => seen[side]?.id === record.id);
  }
}
