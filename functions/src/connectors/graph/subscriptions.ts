/** Change notifications of Microsoft Graph: how they are asked for, renewed, ended, and what a call of the service says. */
import type { SyncError } from '../../engine/errors.ts';
import type { Instant, Kind } from '../../engine/record.ts';
import type { Access, Notice, NoticeDesk, NoticeFlow, Subscribed } from '../../ports/connector.ts';
import type { Clock } from '../../ports/world.ts';
import type { Outcome } from './batch.ts';
import { graphClient } from './client.ts';
import type { GraphClient, Request } from './client.ts';
import { errorOf, refusal } from './errors.ts';
import type { Reply } from './errors.ts';
import { isObject, listOf, stringOf } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { listPath, makeTaskLists } from './task-lists.ts';

/**
 * Contacts, events and tasks are told about for at most 4,230 minutes (learn.microsoft.com/graph/api/resources/subscription);
 * half an hour less, so that two clocks need not agree.
 */
const LIFE_MS = 4_200 * 60_000;
/** A mailbox bears 1,000 subscriptions over all apps (learn.microsoft.com/graph/outlook-change-notifications-overview): ours are few. */
const LISTS_MAX = 10;
/** The greatest clientState (same page). */
const STATE_LENGTH = 128;
const ID_LENGTH = 100;
/** What a call may hold; one call can mix many subscriptions. */
const ITEMS_MAX = 1_000;
/** Printable and without markup, so that nothing a stranger sends can become a page of ours. */
const VALIDATION_TOKEN = /^[\x20-\x3b\x3d\x3f-\x7e]{1,1024}$/;

/** As ids are today. A resource is no address, so its signs are not escaped without need [unconfirmed: whether "%3D" would be understood]. */
const PLAIN_ID = /^[\w=.-]+$/;

/** learn.microsoft.com/graph/change-notifications-lifecycle-events; after `missed` the subscription lives on. */
const LIFECYCLE: ReadonlyMap<string, Notice['what']> = new Map([
  ['reauthorizationRequired', 'expiring'], ['subscriptionRemoved', 'ended'], ['missed', 'changed'],
]);

export function graphNotices(clock: Clock): NoticeFlow {
  return { handshake, read, open: (access) => openDesk(access, clock) };
}

/** The token arrives decoded and goes back as it is, as text/plain (learn.microsoft.com/graph/change-notifications-delivery-webhooks). */
function handshake({ validationToken }: Readonly<Record<string, string>>): string | undefined {
  return validationToken !== undefined && VALIDATION_TOKEN.test(validationToken) ? validationToken : undefined;
}

function read(body: unknown): readonly Notice[] {
  const value = isObject(body) ? listOf(body['value']) : [];
  return value.slice(0, ITEMS_MAX).flatMap((item) => noticeOf(item) ?? []);
}

function noticeOf(item: Json): Notice | undefined {
  if (!isObject(item)) return undefined;
  const [subscription, state, event] = [stringOf(item['subscriptionId']), stringOf(item['clientState']), stringOf(item['lifecycleEvent'])];
  if (subscription === undefined || state === undefined || subscription.length > ID_LENGTH || state.length > STATE_LENGTH) return undefined;
  // A word of a later day is taken for a change: a look costs little.
  return { subscription, state, what: LIFECYCLE.get(event ?? '') ?? 'changed' };
}

function openDesk(access: Access, clock: Clock): NoticeDesk {
  const client = graphClient(access, clock);
  const until = (): string => new Date(clock.now() + LIFE_MS).toISOString();
  return {
    topics: (kinds) => topicsOf(client, kinds),
    subscribe: async (wanted) => {
      const requests = wanted.map(({ topic, address, state }): Request => ({
        method: 'POST', url: '/subscriptions',
        body: {
          changeType: 'created,updated,deleted', resource: topic, notificationUrl: address, expirationDateTime: until(), clientState: state,
          // It cannot be added later; tasks have no such events (learn.microsoft.com/graph/change-notifications-lifecycle-events).
          ...(isOfTasks(topic) ? {} : { lifecycleNotificationUrl: address }),
        },
      }));
      return (await client.batch(requests)).map((outcome) => answerOf(outcome, [201, 200]));
    },
    renew: async (ids) => {
      const requests = ids.map((id): Request => ({ method: 'PATCH', url: subscriptionPath(id), body: { expirationDateTime: until() } }));
      return (await client.batch(requests)).map((outcome) => (isGone(outcome) ? 'gone' : answerOf(outcome, [200])));
    },
    cancel: async (ids) => {
      const outcomes = await client.batch(ids.map((id): Request => ({ method: 'DELETE', url: subscriptionPath(id) })));
      const errors = outcomes.map((outcome) => (isGone(outcome) ? undefined : errorIn(outcome, [204, 200])));
      const error = errors.find((one) => one !== undefined);
      if (error) throw error;
    },
  };
}

async function topicsOf(client: GraphClient, kinds: readonly Kind[]): Promise<readonly string[]> {
  const lists = kinds.includes('task') ? await makeTaskLists(client).ids() : [];
  return [
    ...(kinds.includes('contact') ? ['/me/contacts'] : []),
    ...(kinds.includes('event') ? ['/me/events'] : []),
    ...lists.slice(0, LISTS_MAX).map((list) => `${PLAIN_ID.test(list) ? `/me/todo/lists/${list}` : listPath(list)}/tasks`),
  ];
}

const isOfTasks = (topic: string): boolean => topic.startsWith('/me/todo/');

const subscriptionPath = (id: string): string => `/subscriptions/${encodeURIComponent(id)}`;

/** Here the code ResourceNotFound means the subscription, not the mailbox. */
const isGone = (outcome: Outcome): boolean => 'reply' in outcome && (outcome.reply.status === 404 || outcome.reply.status === 410);

function errorIn(outcome: Outcome, good: readonly number[]): SyncError | undefined {
  if ('error' in outcome) return outcome.error;
  return good.includes(outcome.reply.status) ? undefined : errorOf(outcome.reply, 'call');
}

function answerOf(outcome: Outcome, good: readonly number[]): Subscribed | SyncError {
  const error = errorIn(outcome, good);
  if (error) return error;
  return 'reply' in outcome ? subscribedOf(outcome.reply) : outcome.error;
}

/** The life that the service gave counts, not the one that was asked for. */
function subscribedOf({ body }: Reply): Subscribed | SyncError {
  const given: JsonObject = isObject(body) ? body : {};
  const [id, expiresAt] = [stringOf(given['id']), instantOf(given['expirationDateTime'])];
  if (id === undefined || id.length > ID_LENGTH || expiresAt === undefined) return refusal('unavailable', { code: 'GRAPH_SUBSCRIPTION_UNREADABLE' });
  return { id, expiresAt };
}

function instantOf(value: Json | undefined): Instant | undefined {
  const instant = Date.parse(stringOf(value) ?? '');
  return Number.isNaN(instant) ? undefined : instant;
}
