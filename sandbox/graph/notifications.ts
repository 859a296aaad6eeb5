/** Sending what subscriptions are owed. Nothing happens by itself: a test, the demo or the host says when. */
import type { User } from '../identity/accounts.ts';
import { immutableId, mutableId } from './ids.ts';
import { demandFolder, isCurrent } from './mailbox.ts';
import type { LogEntry, Mailbox } from './mailbox.ts';
import { stamp } from './reply.ts';
import { called, dropExpired, shelfOf, unsubscribe } from './subscriptions.ts';
import type { LifecycleEvent, Subscription } from './subscriptions.ts';
import type { GraphWorld } from './world.ts';

/** learn.microsoft.com/graph/change-notifications-delivery-webhooks: an answer within 3 s, else again for up to 4 hours. */
const ANSWER_MS = 3_000;
const RETRIED_MS = 4 * 3_600_000;
const KINDS = { contacts: 'Contact', calendar: 'Event', tasks: 'todoTask' } as const;

type Notification = Readonly<Record<string, unknown>>;
interface Delivery { readonly address: string; readonly subscription: Subscription; readonly value: readonly Notification[] }

export interface Delivered { readonly sent: number; readonly refused: number }

/** Sends everything that is owed, one request an address; answers how many notifications were taken and how many will be tried again. */
export async function deliverNotifications(world: GraphWorld): Promise<Delivered> {
  const counts = { sent: 0, refused: 0 };
  for (const user of world.users) {
    const mailbox = world.mailboxes.get(user.id);
    if (!mailbox) continue;
    dropExpired(world, mailbox);
    const owed = Object.values(mailbox.subscriptions).flatMap((subscription) => [...changesOf(user, mailbox, subscription)]);
    for (const [address, deliveries] of Map.groupBy(owed, ({ address: to }) => to)) {
      const value = deliveries.flatMap((delivery) => [...delivery.value]);
      const { status } = await called(address, 'application/json', JSON.stringify({ value }), ANSWER_MS);
      const isTaken = status >= 200 && status < 300;
      counts[isTaken ? 'sent' : 'refused'] += value.length;
      for (const { subscription } of deliveries) settle(world, mailbox, subscription, isTaken);
    }
    const events = Object.values(mailbox.subscriptions).filter(({ lifecycle }) => lifecycle.length > 0);
    for (const subscription of events) await tellLifecycle(world, user, mailbox, subscription);
    // Asked each second in a living world: a quiet mailbox is not stored anew.
    if (owed.length + events.length > 0) world.changed(mailbox);
  }
  return counts;
}

/** Taken, or given up after four hours. */
function settle(world: GraphWorld, mailbox: Mailbox, subscription: Subscription, isTaken: boolean): void {
  const now = world.clock.now();
  subscription.failingSince = isTaken ? undefined : subscription.failingSince ?? now;
  if (isTaken || now - (subscription.failingSince ?? now) >= RETRIED_MS) subscription.position = shelfOf(mailbox, subscription.watched).seq;
}

/** A creation is told as created and updated, an edit twice as updated (microsoft-graph-docs#3381, #7598). */
function* changesOf(user: User, mailbox: Mailbox, subscription: Subscription): Generator<Delivery> {
  const shelf = shelfOf(mailbox, subscription.watched);
  const folder = demandFolder(shelf, subscription.watched.folder);
  const value = folder.log.filter((entry) => entry.seq > subscription.position && isCurrent(shelf, folder, entry)).flatMap((entry) => {
    const isNew = !entry.removed && (shelf.items.get(entry.n)?.entered ?? 0) > subscription.position;
    const types = entry.removed ? ['deleted'] : isNew ? ['created', 'updated'] : ['updated', 'updated'];
    return types.filter((type) => subscription.changeTypes.includes(type)).map((type) => notification(user, mailbox, subscription, entry, type));
  });
  if (value.length > 0) yield { address: subscription.notificationUrl, subscription, value };
  else subscription.position = shelf.seq;
}

function notification(user: User, mailbox: Mailbox, subscription: Subscription, entry: LogEntry, changeType: string): Notification {
  const { kind } = subscription.watched;
  const { tag } = shelfOf(mailbox, subscription.watched);
  const isImmutable = subscription.isImmutable && kind !== 'tasks';
  const id = isImmutable ? immutableId(tag, entry.n) : mutableId(tag, entry.n, entry.moves ?? 0);
  const path = `Users/${user.id}/${KINDS[kind]}s/${id}`;
  return {
    ...common(user, subscription), changeType, resource: path,
    resourceData: { '@odata.type': `#Microsoft.Graph.${KINDS[kind]}`, '@odata.id': path, id },
  };
}

const common = (user: User, { id, expires, clientState }: Subscription): Notification =>
  ({ subscriptionId: id, subscriptionExpirationDateTime: stamp(expires), tenantId: user.tenant.id, clientState });

/** To the lifecycle address, if one was given at creation; never for tasks. It holds no resource. */
async function tellLifecycle(world: GraphWorld, user: User, mailbox: Mailbox, subscription: Subscription): Promise<void> {
  const events = subscription.lifecycle;
  subscription.lifecycle = [];
  const address = subscription.lifecycleNotificationUrl;
  if (events.length > 0 && address !== null && subscription.watched.kind !== 'tasks') {
    const value = events.map((lifecycleEvent) => ({ ...common(user, subscription), lifecycleEvent }));
    await called(address, 'application/json', JSON.stringify({ value }), ANSWER_MS);
  }
  if (events.includes('subscriptionRemoved')) unsubscribe(world, mailbox, subscription);
}

/** For every subscription of a mailbox, told with the next delivery. What was missed is not sent any more. */
export function raiseLifecycle(mailbox: Mailbox, event: LifecycleEvent): void {
  for (const subscription of Object.values(mailbox.subscriptions)) {
    subscription.lifecycle.push(event);
    if (event !== 'reauthorizationRequired') subscription.position = shelfOf(mailbox, subscription.watched).seq;
  }
}
