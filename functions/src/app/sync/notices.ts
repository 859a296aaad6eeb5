/**
 * Change notices: a vendor says that something changed. They only ring the bell; what changed is found by the next poll, and the
 * poll at the interval stays the net below. Nothing is written, and no key is used, before a call has proved itself.
 */
import type { Instant, SideKey } from '../../engine/record.ts';
import type { Notice } from '../../ports/connector.ts';
import { Conflict } from '../../ports/table.ts';
import { bellChange, readControl, readWatch, watchChange } from '../../store/control-store.ts';
import { userPartition } from '../../store/keys.ts';
import { standingOf } from '../activation/standing.ts';
import { isTokenOf } from '../auth/token.ts';
import type { Control, StoredWatch, Watch, WatchedTopic } from '../control.ts';
import { refusal } from '../refusal.ts';
import type { Services } from '../services.ts';
import { isRung } from './idle.ts';
import { partsOf } from './watches.ts';

/** A vendor tells one change several times within moments: one look, this much later, sees them all. */
const SETTLE_MS = 2_000;
/** Looks caused by notices lie at least this far apart. */
const APART_MS = 10_000;
/**
 * What a run writes to a side comes back as notices of that side. A change of a person cannot be told from such an echo, so it is not dropped: it is looked
 * at once, when the echoes of that run are in (they come within a minute: learn.microsoft.com/graph/change-notifications-overview).
 * That look finds nothing to write, so it makes no echo of its own, and the storm ends there.
 */
const ECHO_MS = 60_000;
/** A notice that fell into a run under way is asked about again for so long; then the interval brings it. */
const AGAIN_MS = 5 * 60_000;
/** One call may mix users; a stranger's call costs at most so many point reads. */
const USERS_MAX = 50;
/** A vendor that wants a renewal again so soon repeats itself: near the end of a short life some ask every few minutes. */
const RENEWED_MS = 60 * 60_000;
const MARK_TRIES = 3;

type NoticeParts = Pick<Services, 'state' | 'keyring' | 'clock' | 'queue' | 'log' | 'connectors'>;

export interface NoticeCall {
  readonly system: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Answers the words by which the vendor checks our address; undefined once the notices of the call are queued. */
export async function takeNotices(parts: NoticeParts, { system, query, body }: NoticeCall): Promise<string | undefined> {
  const connector = parts.connectors.find(({ id }) => id === system);
  if (!connector?.notices) throw refusal('NOT_FOUND', 'Nothing is told at this address.');
  const words = connector.notices.handshake(query);
  if (words !== undefined) return words;
  const byUser = [...Map.groupBy(connector.notices.read(body), ({ state }) => partsOf(state)?.userId)];
  const known = byUser.flatMap(([userId, notices]) => (userId === undefined ? [] : [{ userId, notices }]));
  const outcomes = await Promise.allSettled(known.slice(0, USERS_MAX).map(({ userId, notices }) => takeOne(parts, connector, userId, notices)));
  const refused = outcomes.filter((outcome) => outcome.status === 'fulfilled' && !outcome.value).length;
  if (refused > 0 || known.length > USERS_MAX) parts.log.info('notices.refused', { system, users: refused, left: Math.max(0, known.length - USERS_MAX) });
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  // The vendor brings the whole call again; who was rung already is not rung twice.
  if (failed) throw failed.reason;
  return undefined;
}

/** False when no notice is of a subscription of this user, with its own secret. */
async function takeOne(
  parts: NoticeParts, connector: { readonly id: string; readonly side: SideKey }, userId: string, notices: readonly Notice[],
): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    const watch = await readWatch(parts, userId, connector.side);
    const genuine = watch?.system === connector.id ? notices.filter((notice) => isGenuine(watch, notice)) : [];
    if (!watch || genuine.length === 0) return false;
    try {
      await mark(parts, userId, connector.side, watch, genuine);
      await ring(parts, userId, connector.side);
      return true;
    } catch (error) {
      if (!(error instanceof Conflict) || tries === MARK_TRIES) throw error;
    }
  }
}

function isGenuine({ topics }: Watch, { subscription, state }: Notice): boolean {
  const secret = partsOf(state)?.secret ?? '';
  return topics.some(({ id, secretHash }) => id === subscription && isTokenOf(secret, secretHash));
}

/** What the vendor says about the subscriptions themselves; the next run acts on it (watches.ts). */
async function mark(parts: NoticeParts, userId: string, side: SideKey, { etag, ...watch }: StoredWatch, genuine: readonly Notice[]): Promise<void> {
  const now = parts.clock.now();
  const told = (what: Notice['what']): ReadonlySet<string> => new Set(genuine.filter((notice) => notice.what === what).map(({ subscription }) => subscription));
  const [ended, expiring] = [told('ended'), told('expiring')];
  const isDue = ({ id, renewedAt, renewAt }: WatchedTopic): boolean => expiring.has(id) && renewAt > now && now - renewedAt > RENEWED_MS;
  if (ended.size === 0 && !watch.topics.some(isDue)) return;
  const left = watch.topics.filter(({ id }) => !ended.has(id)).map((topic) => (isDue(topic) ? { ...topic, renewAt: now } : topic));
  const next: Watch = { ...watch, topics: left, ...(ended.size > 0 ? { tryAt: now } : {}) };
  await parts.state.batch(userPartition(userId), [watchChange(side, next, etag)]);
  parts.log.info('watch.marked', { user: userId, side, ended: ended.size, expiring: expiring.size });
}

async function ring(parts: NoticeParts, userId: string, side: SideKey): Promise<void> {
  const control = await readControl(parts, userId);
  const now = parts.clock.now();
  if (!control || standingOf(control, now) !== 'active') return;
  const at = nextLook(control, side, now, parts.state.now());
  if (at === undefined) return;
  // A person's ring that no run has heard yet stays one. Queued before the bell is rung: a bell without its message would keep the next notices quiet.
  await parts.queue.send('sync-mailbox', { userId }, (at - now) / 1000);
  await parts.state.batch(userPartition(userId), [bellChange(now, (isRung(control) ? control.bell?.by : undefined) ?? 'notification', at)]);
}

/** When a run should look because of a notice; undefined where one comes anyway. */
function nextLook({ head, bell }: Control, side: SideKey, now: Instant, storageNow: Instant): Instant | undefined {
  const until = bell?.until;
  if (until !== undefined && until > now) return undefined;
  // A service asked for patience: the schedule brings the run that follows.
  if ((head.notBefore ?? 0) > now) return undefined;
  const isRunning = head.holder !== undefined && head.leaseUntil > storageNow;
  const echoesUntil = isRunning ? now + ECHO_MS : (head.wroteAt?.[side] ?? 0) + ECHO_MS;
  return Math.max(now + SETTLE_MS, (until ?? 0) + APART_MS, echoesUntil);
}

/** A run is under way and may have polled before the change: its message comes again. Bounded, and one message makes one. */
export async function ringLater({ queue, clock }: Pick<Services, 'queue' | 'clock'>, { userId, head, bell }: Control): Promise<void> {
  if (bell?.by !== 'notification' || bell.rungAt <= (head.lastRunAt ?? 0) || clock.now() - bell.rungAt > AGAIN_MS) return;
  await queue.send('sync-mailbox', { userId }, ECHO_MS / 1000);
}
