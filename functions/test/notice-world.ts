/** A user in memory whose mailbox vendor sends change notices: subscriptions with ids, secrets and lives, and its faults. */
import { takeNotices } from '../src/app/sync/notices.ts';
import { syncMailbox, type RunOutcome } from '../src/app/sync/sync-mailbox.ts';
import type { Services } from '../src/app/services.ts';
import { SyncError } from '../src/engine/errors.ts';
import type { Instant, Kind } from '../src/engine/record.ts';
import type { Connector, Notice, NoticeDesk, Subscribed, Wanted } from '../src/ports/connector.ts';
import type { QueueMessage } from '../src/ports/world.ts';
import type { MemoryTableOptions } from '../src/store/memory-table.ts';
import { USER } from './sim/mailbox.ts';
import { makeWorld, type World } from './sim/sync-world.ts';
import { ANNAS_MAILBOX, fakeVendor, testLog } from './sign-in-world.ts';

export const HOUR = 3_600_000;
export const LIFE = 70 * HOUR;

export interface FakeSubscription extends Wanted { readonly id: string; expiresAt: Instant }

export interface FakeDesk extends NoticeDesk {
  readonly live: Map<string, FakeSubscription>;
  readonly calls: string[];
  /** What this call answers or throws instead, until it is taken away. */
  failure: { readonly call: 'topics' | 'subscribe' | 'renew' | 'cancel'; readonly error: SyncError } | undefined;
}

export interface NoticeWorld {
  readonly world: World;
  readonly services: Services;
  readonly desk: FakeDesk;
  readonly log: ReturnType<typeof testLog>;
  readonly sent: { readonly message: QueueMessage; readonly delaySeconds: number }[];
  /** Public address of this app; absent: vendors cannot reach it. */
  url: string;
  run(): Promise<RunOutcome>;
  /** A call of the vendor with these notices. */
  post(notices: readonly Notice[]): Promise<string | undefined>;
  /** What the vendor says of the first subscription to this topic. */
  notice(topic: string, what?: Notice['what']): Notice;
}

export async function noticeWorld(fate?: NonNullable<MemoryTableOptions['fate']>): Promise<NoticeWorld> {
  const world = await makeWorld(fate ? { fate } : {});
  const desk = fakeDesk(() => world.clock.now());
  const [log, sent]: [NoticeWorld['log'], NoticeWorld['sent']] = [testLog(), []];
  const mail: Connector = {
    ...fakeVendor('m', world.clock, ANNAS_MAILBOX),
    notices: { handshake: ({ check }) => check, read: (body) => body as readonly Notice[], open: () => desk },
  };
  const services: Services = {
    ...world.services, connectors: [fakeVendor('c', world.clock, ANNAS_MAILBOX), mail], log,
    queue: { send: (_queue, message, delaySeconds = 0) => { sent.push({ message, delaySeconds }); return Promise.resolve(); } },
    notices: { address: (system) => `${made.url}/notify/${system}`, open: (_control, side) => Promise.resolve(side === 'm' ? desk : undefined) },
  };
  const made: NoticeWorld = {
    world, services, desk, log, sent, url: 'https://concord.example.com',
    run: () => syncMailbox(services, USER),
    post: (body) => takeNotices(services, { system: 'mail', query: {}, body }),
    notice: (topic, what = 'changed') => {
      const found = [...desk.live.values()].find((one) => one.topic === topic);
      if (!found) throw new Error(`nobody subscribed to ${topic}`);
      return { subscription: found.id, state: found.state, what };
    },
  };
  return made;
}

function fakeDesk(now: () => Instant): FakeDesk {
  let count = 0;
  const answer = <Value>(call: NonNullable<FakeDesk['failure']>['call'], detail: string, value: () => Value): Promise<Value> => {
    desk.calls.push(`${call} ${detail}`.trim());
    return desk.failure?.call === call ? Promise.reject(desk.failure.error) : Promise.resolve(value());
  };
  const make = (wanted: Wanted): Subscribed => {
    count += 1;
    const id = `subscription-${count}`;
    desk.live.set(id, { ...wanted, id, expiresAt: now() + LIFE });
    return { id, expiresAt: now() + LIFE };
  };
  const renewed = (id: string): Subscribed | 'gone' => {
    const found = desk.live.get(id);
    if (!found || found.expiresAt <= now()) return 'gone';
    found.expiresAt = now() + LIFE;
    return { id, expiresAt: found.expiresAt };
  };
  const desk: FakeDesk = {
    live: new Map(), calls: [], failure: undefined,
    topics: (kinds: readonly Kind[]) => answer('topics', kinds.join(' '), () => kinds.map((kind) => `/${kind}`)),
    subscribe: (wanted) => answer('subscribe', wanted.map(({ topic }) => topic).join(' '), () => wanted.map(make)),
    renew: (ids) => answer('renew', ids.join(' '), () => ids.map(renewed)),
    cancel: (ids) => answer('cancel', ids.join(' '), () => { for (const id of ids) desk.live.delete(id); }),
  };
  return desk;
}

export const refused = (kind: SyncError['kind'], retryAfterMs?: number): SyncError => (
  new SyncError(kind, 'Refused.', { code: 'MAIL_REFUSED', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }));
