/** Change notifications: who subscribed to what, and the handshake with the address that is to be called. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { StandInReply } from '../server.ts';
import { isOneOf, readInstant, readMembers, readText } from './body.ts';
import type { Body } from './body.ts';
import { CALENDAR_FOLDER, CONTACTS_FOLDER, findFolder } from './mailbox.ts';
import type { Mailbox } from './mailbox.ts';
import { GraphError, badBody, contextOf, demandScope, noContent, noSuchSegment, ok, stamp, wantsImmutableIds, wrongVerb } from './reply.ts';
import type { Call } from './reply.ts';
import { demandList } from './task-show.ts';
import type { GraphWorld } from './world.ts';

export const LIFECYCLE_EVENTS = ['reauthorizationRequired', 'subscriptionRemoved', 'missed'] as const;
export type LifecycleEvent = (typeof LIFECYCLE_EVENTS)[number];

export interface Subscription {
  readonly id: string;
  readonly resource: string;
  readonly changeTypes: readonly string[];
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly clientState: string | null;
  /** Whether ids in notifications are immutable ones: decided at creation, for good. */
  readonly isImmutable: boolean;
  readonly watched: Watched;
  expires: number;
  /** Changes up to here have been sent. */
  position: number;
  /** Since when the address has not answered well. */
  failingSince?: number | undefined;
  lifecycle: LifecycleEvent[];
}

export interface Watched { readonly kind: 'contacts' | 'calendar' | 'tasks'; readonly folder: number }

/** learn.microsoft.com/graph/change-notifications-overview: contacts, events and tasks live for at most 4,230 minutes. */
const MINUTES_MAX = 4230;
const CLIENT_STATE_MAX = 128;
const HANDSHAKE_MS = 10_000;
const CHANGE_TYPES = ['created', 'updated', 'deleted'];
const CREATABLE = [
  'changeType', 'notificationUrl', 'lifecycleNotificationUrl', 'resource', 'expirationDateTime', 'clientState', 'latestSupportedTlsVersion',
];
const SCOPES = { contacts: 'Contacts', calendar: 'Calendars', tasks: 'Tasks' } as const;

export async function subscriptionsReply(world: GraphWorld, mailbox: Mailbox, call: Call, rest: readonly string[]): Promise<StandInReply> {
  const [id, action, deeper] = rest;
  dropExpired(world, mailbox);
  if (id === undefined) {
    if (call.method === 'POST') return subscribe(world, mailbox, call);
    if (call.method !== 'GET') throw wrongVerb();
    const value = Object.values(mailbox.subscriptions).map((found) => show(call, found));
    return ok(call, 200, { '@odata.context': contextOf(call, 'subscriptions'), value });
  }
  const found = mailbox.subscriptions[id];
  if (!found) throw new GraphError(404, 'ResourceNotFound', 'The object was not found.');
  if (action === 'reauthorize' && deeper === undefined) {
    if (call.method !== 'POST') throw wrongVerb();
    return noContent(call);
  }
  if (action !== undefined) throw noSuchSegment(action);
  switch (call.method) {
    case 'GET': break;
    case 'PATCH': renew(world, mailbox, found, call.body); break;
    case 'DELETE': {
      unsubscribe(world, mailbox, found);
      return noContent(call);
    }
    default: throw wrongVerb();
  }
  return ok(call, 200, { '@odata.context': contextOf(call, 'subscriptions/$entity'), ...show(call, found) });
}

async function subscribe(world: GraphWorld, mailbox: Mailbox, call: Call): Promise<StandInReply> {
  const body = readMembers('subscription', 'microsoft.graph.subscription', CREATABLE, call.body);
  const watched = readResource(mailbox, demandText(body, 'resource'));
  demandScope(call, `${SCOPES[watched.kind]}.Read`, `${SCOPES[watched.kind]}.ReadWrite`);
  const changeTypes = demandText(body, 'changeType').split(',').map((type) => type.trim());
  if (!changeTypes.every((type) => isOneOf(CHANGE_TYPES, type))) throw invalid(`The changeType '${changeTypes.join(',')}' is not supported.`);
  const clientState = readText('clientState', body['clientState'] ?? null);
  if (clientState !== null && clientState.length > CLIENT_STATE_MAX) throw invalid(`clientState exceeds the maximum length of ${CLIENT_STATE_MAX}.`);
  const made: Subscription = {
    id: randomUUID(), resource: demandText(body, 'resource'), changeTypes, clientState, watched,
    notificationUrl: demandAddress(body, 'notificationUrl'),
    lifecycleNotificationUrl: body['lifecycleNotificationUrl'] === undefined ? null : demandAddress(body, 'lifecycleNotificationUrl'),
    isImmutable: wantsImmutableIds(call), expires: readExpiry(world, body), position: shelfOf(mailbox, watched).seq, lifecycle: [],
  };
  for (const address of new Set([made.notificationUrl, made.lifecycleNotificationUrl])) if (address !== null) await validate(address);
  mailbox.subscriptions = { ...mailbox.subscriptions, [made.id]: made };
  world.changed(mailbox);
  return ok(call, 201, { '@odata.context': contextOf(call, 'subscriptions/$entity'), ...show(call, made), clientState });
}

export const shelfOf = (mailbox: Mailbox, { kind }: Watched): Mailbox | Mailbox['calendar'] | Mailbox['tasks'] =>
  (kind === 'contacts' ? mailbox : mailbox[kind]);

/** Only the expiry can be changed; a lifecycle address cannot be added later. */
function renew(world: GraphWorld, mailbox: Mailbox, found: Subscription, given: unknown): void {
  found.expires = readExpiry(world, readMembers('subscription', 'microsoft.graph.subscription', ['expirationDateTime'], given));
  world.changed(mailbox);
}

export function unsubscribe(world: GraphWorld, mailbox: Mailbox, { id }: Subscription): void {
  const { [id]: _, ...others } = mailbox.subscriptions;
  mailbox.subscriptions = others;
  world.changed(mailbox);
}

/** What has run out is gone, without a word to anybody. */
export function dropExpired(world: GraphWorld, mailbox: Mailbox): void {
  for (const found of Object.values(mailbox.subscriptions)) if (found.expires <= world.clock.now()) unsubscribe(world, mailbox, found);
}

/** The address must give back the decoded token within ten seconds (learn.microsoft.com/graph/change-notifications-delivery-webhooks). */
async function validate(address: string): Promise<void> {
  const url = new URL(address);
  const token = `Validation: Testing client application reachability for subscription Request-Id: ${randomUUID()}+${randomBytes(4).toString('base64')}`;
  url.searchParams.set('validationToken', token);
  const answer = await called(url.href, 'text/plain; charset=utf-8', '', HANDSHAKE_MS);
  const isGood = answer.status === 200 && /^text\/plain\b/i.test(answer.type) && answer.text === token;
  if (isGood) return;
  const seen = answer.status === 200 ? 'the validation token was not returned as text/plain' : `HTTP status code is '${answer.status}'`;
  throw new GraphError(400, 'ValidationError', `Subscription validation request failed. Notification endpoint must respond with 200 OK: ${seen}.`);
}

/** Status 0 when nobody answered in time. */
export async function called(
  address: string, contentType: string, body: string, withinMs: number,
): Promise<{ readonly status: number; readonly type: string; readonly text: string }> {
  try {
    const response = await fetch(address, {
      method: 'POST', headers: { 'content-type': contentType }, body, redirect: 'manual', signal: AbortSignal.timeout(withinMs),
    });
    return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return { status: 0, type: '', text: '' };
    throw error;
  }
}

function readResource(mailbox: Mailbox, resource: string): Watched {
  const [me, first, second, third, fourth] = resource.replace(/^\//, '').split('/').map(decodeURIComponent);
  if (me?.toLowerCase() === 'me' && third === undefined) {
    if (first === 'contacts' && second === undefined) return { kind: 'contacts', folder: CONTACTS_FOLDER };
    if (first === 'events' && second === undefined) return { kind: 'calendar', folder: CALENDAR_FOLDER };
    if (first === 'calendar' && second === 'events') return { kind: 'calendar', folder: CALENDAR_FOLDER };
  }
  if (first === 'contactFolders' && second !== undefined && third === 'contacts') {
    const folder = findFolder(mailbox, second);
    if (folder) return { kind: 'contacts', folder: folder.n };
  }
  if (first === 'todo' && second === 'lists' && third !== undefined && fourth === 'tasks') return { kind: 'tasks', folder: demandList(mailbox, third).n };
  throw invalid(`The resource '${resource}' is not supported.`);
}

function readExpiry(world: GraphWorld, body: Body): number {
  const expires = Date.parse(readInstant(body['expirationDateTime']));
  const now = world.clock.now();
  if (expires <= now) throw invalid('The expirationDateTime must be in the future.');
  if (expires - now > MINUTES_MAX * 60_000) throw invalid(`Subscription expiration can only be ${MINUTES_MAX} minutes in the future.`);
  return expires;
}

function demandText(body: Body, name: string): string {
  const text = readText(name, body[name] ?? null);
  if (text) return text;
  throw badBody(`The property '${name}' is required.`);
}

/** HTTPS; plain HTTP on this machine only, which the real service does not take. */
function demandAddress(body: Body, name: string): string {
  const text = demandText(body, name);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname))) return text;
  throw invalid(`The ${name} must be an HTTPS address.`);
}

const invalid = (message: string): GraphError => new GraphError(400, 'InvalidRequest', message);

/** clientState is told on creation only. */
function show({ caller }: Call, found: Subscription): Record<string, unknown> {
  return {
    id: found.id, resource: found.resource, applicationId: null, changeType: found.changeTypes.join(','), clientState: null,
    notificationUrl: found.notificationUrl, notificationQueryOptions: null, lifecycleNotificationUrl: found.lifecycleNotificationUrl,
    expirationDateTime: stamp(found.expires), creatorId: caller.user.id, includeResourceData: null, latestSupportedTlsVersion: 'v1_2',
    encryptionCertificate: null, encryptionCertificateId: null, notificationUrlAppId: null,
  };
}
