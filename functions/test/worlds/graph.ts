/** A mailbox of the Microsoft stand-in, signed in through the very pages and tokens of the product, for the contract suite. */
import { createHash, randomBytes } from 'node:crypto';
import { movableClock } from '../../../sandbox/clock.ts';
import type { MovableClock } from '../../../sandbox/clock.ts';
import { scopeAround } from '../scope.ts';
import { startMicrosoft } from '../../../sandbox/graph/server.ts';
import type { Microsoft } from '../../../sandbox/graph/server.ts';
import { suiteRecorder } from '../../../sandbox/recorder.ts';
import type { Fault, Recorder } from '../../../sandbox/server.ts';
import { createGraphConnector } from '../../src/connectors/graph/index.ts';
import type { Kind } from '../../src/engine/record.ts';
import type { Access, AccessToken, OAuthConnector, Grant } from '../../src/ports/connector.ts';
import type { ActivityWorld } from '../contract/activity-contract.ts';
import type { SideWorld, Trouble } from '../contract/side-world.ts';
import { RETRY_AFTER_SECONDS } from '../contract/side-world.ts';
import { rawContact, rawEvent, rawTask } from './graph-records.ts';

export interface GraphWorld extends SideWorld, ActivityWorld {
  readonly microsoft: Microsoft;
  readonly connector: OAuthConnector;
  readonly clock: MovableClock;
  readonly login: string;
  readonly grant: Grant;
  readonly access: Access;
}

export const REDIRECT = 'http://localhost/api/oauth/graph';
/** Every call to Graph; the sign-in service is not meant. */
const API = '* /v1.0/*';

const TROUBLES: Readonly<Record<Trouble, Omit<Fault, 'route' | 'count'>>> = {
  throttled: {
    status: 429,
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
    body: { error: { code: 'TooManyRequests', message: 'Too many requests.' } },
  },
  down: { status: 503, body: { error: { code: 'serviceNotAvailable', message: 'The service is unavailable.' } } },
  html: { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Proxy</title>' },
  empty: { status: 200, body: '' },
  noAnswer: { dropRequest: true },
  lostReply: { dropReply: true },
};

export async function openGraphWorld(recorder?: Recorder, kinds: readonly Kind[] = ['contact']): Promise<GraphWorld> {
  const clock = movableClock();
  const microsoft = await startMicrosoft({ port: 0, clock, ...(recorder ? { recorder: trafficOf(recorder) } : {}) });
  const login = microsoft.users[0]?.login ?? '';
  const connector = connectorFor(microsoft, clock);
  const grant = await connector.flow.finish(await consent(microsoft, connector, login));
  const tokens = accessOf(connector, grant);
  const mailbox = microsoft.mailbox(login);
  return {
    microsoft,
    connector,
    clock,
    login,
    grant,
    access: tokens.access,
    side: connector.open(tokens.access, grant.account, scopeAround(clock.now(), kinds)),
    addRecord: (fields) => Promise.resolve(mailbox.addContact(rawContact(fields))),
    editRecord: (id, fields) => Promise.resolve(mailbox.updateContact(id, rawContact(fields))),
    removeRecord: (id) => Promise.resolve(mailbox.deleteContact(id)),
    now: () => clock.now(),
    add: (kind, fields) => Promise.resolve(kind === 'event' ? mailbox.addEvent(rawEvent(fields)) : taskKey(mailbox, mailbox.addTask(rawTask(fields)))),
    edit: (kind, id, fields) =>
      Promise.resolve(kind === 'event' ? mailbox.updateEvent(id, rawEvent(fields)) : mailbox.updateTask(bareId(id), rawTask(fields))),
    remove: (kind, id) => Promise.resolve(kind === 'event' ? mailbox.removeEvent(id) : mailbox.removeTask(bareId(id))),
    mailsSent: () => microsoft.mailsSent.length,
    calls: () => microsoft.server.calls.get('graph') ?? 0,
    trouble: (what, count) => {
      microsoft.server.addFault({ route: API, count, ...TROUBLES[what] });
    },
    expireToken: () => Promise.resolve(microsoft.controls.expireAccessTokens(login)),
    renewals: tokens.renewals,
    close: () => microsoft.close(),
  };
}

/** Worlds whose traffic is kept for the contract check when `npm run contracts` asks for it; one suite, one name. */
export function recordedGraphWorlds(name: string, kinds?: readonly Kind[]): { open(): Promise<GraphWorld>; flush(): void } {
  const recorder = suiteRecorder(name);
  return {
    open: () => openGraphWorld(recorder?.record, kinds),
    flush: () => {
      recorder?.flush();
    },
  };
}

type Mailbox = ReturnType<Microsoft['mailbox']>;

/** A task is only reachable through its list: the side names both. */
export function taskKey(mailbox: Mailbox, id: string): string {
  const list = mailbox.taskLists().find((one) => mailbox.tasks(String(one['id'])).some((task) => task['id'] === id));
  return `${String(list?.['id'])}/${id}`;
}

export const bareId = (key: string): string => key.slice(key.indexOf('/') + 1);

/** A value that no contract allows: the request that must be refused. */
export const IMPOSSIBLE_BIRTHDAY = '1980-13-45';

/** Left out: what a proxy would answer in the service's place, and the request that is wrong on purpose: no contract is about them. */
const trafficOf =
  (recorder: Recorder): Recorder =>
  (service, at, request, reply) => {
    const isProxy = reply?.status === 200 && typeof reply.body === 'string';
    if (!isProxy && !request.body.includes(IMPOSSIBLE_BIRTHDAY)) recorder(service, at, request, reply);
  };

export function connectorFor(microsoft: Microsoft, clock: MovableClock): OAuthConnector {
  return createGraphConnector(
    {
      MICROSOFT_CLIENT_ID: microsoft.registration.clientId,
      MICROSOFT_CLIENT_SECRET: microsoft.registration.clientSecret,
      MICROSOFT_LOGIN_URL: microsoft.origin,
      MICROSOFT_GRAPH_URL: microsoft.origin,
    },
    { clock },
  );
}

/** A person at the vendor's pages: picks the account, accepts, and comes back with a code. */
export async function consent(
  microsoft: Microsoft,
  connector: OAuthConnector,
  login: string,
): Promise<Parameters<OAuthConnector['flow']['finish']>[0]> {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const asked = new URL(
    connector.flow.authorizeUrl({ choice: 'default', state: 'state-of-this-test', challenge, redirectUri: REDIRECT, loginHint: login }),
  );
  const kept = new URLSearchParams(asked.searchParams);
  kept.set('_tenant', asked.pathname.split('/')[1] ?? '');
  const form = new URLSearchParams({ request: kept.toString(), user: login, decision: 'accept' });
  const answer = await fetch(`${microsoft.origin}/_sandbox/sign-in`, { method: 'POST', body: form, redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? '');
  if (back.searchParams.get('state') !== 'state-of-this-test') throw new Error('the sign-in lost its state');
  return { choice: 'default', code: back.searchParams.get('code') ?? '', verifier, redirectUri: REDIRECT };
}

/** The app's own keeping of tokens, as small as can be. */
function accessOf(connector: OAuthConnector, first: Grant): { access: Access; renewals: () => number } {
  let grant = first;
  let renewals = 0;
  const renew = async (refused: AccessToken): Promise<AccessToken> => {
    if (refused.value !== grant.token.value) return grant.token;
    renewals += 1;
    grant = await connector.flow.refresh(grant.secret, grant.account);
    return grant.token;
  };
  return { access: { token: () => Promise.resolve(grant.token), renew }, renewals: () => renewals };
}
