/**
 * Watches: what vendors were asked to tell of. A run makes them, renews them at half their life and makes lost ones anew; whoever
 * turns sync off ends them. None of it can fail a run: without notices the poll finds everything, only later.
 */
import { SyncError } from '../../engine/errors.ts';
import type { Instant, SideKey } from '../../engine/record.ts';
import type { NoticeDesk, Subscribed } from '../../ports/connector.ts';
import { Conflict } from '../../ports/table.ts';
import { watchChange } from '../../store/control-store.ts';
import { keys, userPartition } from '../../store/keys.ts';
import { hashToken, mintToken } from '../auth/token.ts';
import type { Control, StoredGrant, Watch, WatchedTopic } from '../control.ts';
import type { Services } from '../services.ts';
import type { Run } from './run.ts';

const SIDES: readonly SideKey[] = ['m', 'c'];
const HOUR_MS = 3_600_000;
/** After failures in a row, an hour doubles up to this: half a life of a day and a half has room for it. */
const PAUSE_MAX_MS = 12 * HOUR_MS;

/** What a vendor sends with each notice: whose it is, and the secret of that subscription (mintToken). */
function stateOf(userId: string, secret: string): string {
  return `${userId}.${secret}`;
}

export function partsOf(state: string): { readonly userId: string; readonly secret: string } | undefined {
  const [, userId, secret] = /^([0-9a-v]{26})\.([\w-]{43})$/.exec(state) ?? [];
  return userId !== undefined && secret !== undefined ? { userId, secret } : undefined;
}

/** True when a run should see to a watch. Decided from the control rows alone: an idle cycle asks nobody. */
export function areWatchesDue(services: Services, control: Control, now: Instant): boolean {
  return SIDES.some((side) => isDue(services, control, side, now));
}

function isDue(services: Services, control: Control, side: SideKey, now: Instant): boolean {
  const grant = control.grants[side];
  if (!services.notices || !grant || !services.connectors.some(({ id, notices }) => id === grant.system && notices)) return false;
  const watch = control.watches?.[side];
  if (!watch) return true;
  if (watch.tryAt !== undefined) return watch.tryAt <= now;
  return !isOfToday(watch, services.notices.address(grant.system), control, grant) || watch.topics.some(({ renewAt }) => renewAt <= now);
}

/** Made with this sign-in, for these kinds and this address of ours. */
function isOfToday(watch: Watch, address: string, { config: { kinds } }: Control, grant: StoredGrant): boolean {
  return isUsable(watch, address, grant) && kinds.length === watch.kinds.length && kinds.every((kind) => watch.kinds.includes(kind));
}

function isUsable(watch: Watch, address: string, grant: StoredGrant): boolean {
  return watch.system === grant.system && watch.address === address && watch.connectedAt === grant.connectedAt;
}

/** For a run that holds the lease and has done its work. */
export async function renewWatches(run: Run): Promise<void> {
  for (const side of SIDES) {
    if (!run.isLate && isDue(run.services, run.control, side, run.now)) await renewWatch(run, side);
  }
}

async function renewWatch(run: Run, side: SideKey): Promise<void> {
  const { control, services } = run;
  const [grant, stored] = [control.grants[side], control.watches?.[side]];
  if (!grant || !services.notices) return;
  const address = services.notices.address(grant.system);
  const { etag, ...known } = stored ?? { etag: undefined, ...NONE };
  const base: Watch = { ...known, system: grant.system, address, connectedAt: grant.connectedAt, kinds: control.config.kinds };
  // Another sign-in may be another mailbox's: what was made with it is not renewed, and runs out.
  const round = new Round(run, stored && isUsable(stored, address, grant) ? known.topics : []);
  try {
    const desk = await services.notices.open(control, side);
    if (!desk) return;
    await round.work(desk, base);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    round.fail(error);
  }
  const next = round.watch(base);
  try {
    await run.commit([watchChange(side, next, etag)]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    // The API marked or ended it meanwhile. What was made now is known to nobody: its notices are ignored until it runs out.
    services.log.warn('watch.lost', { user: control.userId, side, made: round.made });
    return;
  }
  const { failures, topics } = next;
  services.log[failures > 0 ? 'warn' : 'info']('watch.renewed', {
    user: control.userId, side, topics: topics.length, made: round.made, failures, ...(round.error ? { code: round.error.details.code } : {}),
  });
}

const NONE: Pick<Watch, 'topics' | 'failures'> = { topics: [], failures: 0 };

/** One visit at the vendor: what is known when it began, and what is known now. */
class Round {
  made = 0;
  error: SyncError | undefined;
  readonly #run: Run;
  #topics: readonly WatchedTopic[];

  constructor(run: Run, topics: readonly WatchedTopic[]) {
    this.#run = run;
    this.#topics = topics;
  }

  fail(error: SyncError): void {
    this.error ??= error;
  }

  async work(desk: NoticeDesk, { kinds, address }: Watch): Promise<void> {
    const wanted = await desk.topics(kinds);
    const gone = this.#topics.filter(({ topic }) => !wanted.includes(topic));
    if (gone.length > 0) await desk.cancel(gone.map(({ id }) => id));
    await this.#renew(desk, this.#topics.filter(({ topic }) => wanted.includes(topic)));
    const missing = wanted.filter((topic) => this.#topics.every((known) => known.topic !== topic));
    if (missing.length > 0) await this.#make(desk, missing, address);
  }

  watch(base: Watch): Watch {
    const { tryAt: _, ...known } = base;
    if (!this.error) return { ...known, topics: this.#topics, failures: 0 };
    const pauseMs = Math.min(HOUR_MS * 2 ** Math.min(base.failures, 10), PAUSE_MAX_MS);
    const tryAt = this.#run.now + Math.max(pauseMs, this.error.details.retryAfterMs ?? 0);
    return { ...known, topics: this.#topics, failures: base.failures + 1, tryAt };
  }

  /** All of them at once, so that a watch has one half-life and not one a topic. */
  async #renew(desk: NoticeDesk, known: readonly WatchedTopic[]): Promise<void> {
    this.#topics = known;
    if (known.length === 0) return;
    const answers = await desk.renew(known.map(({ id }) => id));
    this.#topics = known.flatMap((topic, index) => {
      const answer = answers[index];
      if (answer === 'gone' || answer === undefined) return [];
      if (!(answer instanceof SyncError)) return [{ ...topic, ...this.#life(answer) }];
      this.fail(answer);
      return [topic];
    });
  }

  async #make(desk: NoticeDesk, topics: readonly string[], address: string): Promise<void> {
    const { services, control: { userId } } = this.#run;
    const wanted = topics.map((topic) => ({ topic, secret: mintToken(services.random) }));
    const answers = await desk.subscribe(wanted.map(({ topic, secret }) => ({ topic, address, state: stateOf(userId, secret) })));
    const made = wanted.flatMap(({ topic, secret }, index): WatchedTopic[] => {
      const answer = answers[index];
      if (answer && !(answer instanceof SyncError)) return [{ topic, secretHash: hashToken(secret), ...this.#life(answer) }];
      if (answer) this.fail(answer);
      return [];
    });
    this.made += made.length;
    this.#topics = [...this.#topics, ...made];
  }

  /** The life that the vendor gave counts. */
  #life({ id, expiresAt }: Subscribed): Pick<WatchedTopic, 'id' | 'renewedAt' | 'renewAt' | 'expiresAt'> {
    const { now } = this.#run;
    return { id, renewedAt: now, expiresAt, renewAt: now + Math.max(HOUR_MS, Math.floor((expiresAt - now) / 2)) };
  }
}

type EndParts = Pick<Services, 'state' | 'log' | 'notices'>;

/**
 * When sync is turned off. The row goes first, so that from here on nothing is believed; the vendor is then told as well as can be,
 * and what it did not hear runs out by itself.
 */
export async function endWatches({ state, log, notices }: EndParts, control: Control): Promise<void> {
  for (const side of SIDES) {
    const watch = control.watches?.[side];
    if (!watch) continue;
    const facts = { user: control.userId, side, topics: watch.topics.length };
    try {
      await state.batch(userPartition(control.userId), [{ op: 'delete', key: keys.watch(side) }]);
      await (await notices?.open(control, side))?.cancel(watch.topics.map(({ id }) => id));
      log.info('watch.ended', facts);
    } catch (error) {
      // Without its row it is ended already: by somebody who was faster.
      if (error instanceof Conflict) continue;
      if (!(error instanceof SyncError)) throw error;
      log.warn('watch.end.failed', { ...facts, code: error.details.code });
    }
  }
}
