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
import type { Address, Fields } from '../../src/engine/record.ts';
import type { Access, AccessToken, Connector, Grant } from '../../src/ports/connector.ts';
import type { SideWorld, Trouble } from '../contract/side-world.ts';
import { RETRY_AFTER_SECONDS } from '../contract/side-world.ts';

export interface GraphWorld extends SideWorld {
  readonly microsoft: Microsoft;
  readonly connector: Connector;
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

export async function openGraphWorld(recorder?: Recorder): Promise<GraphWorld> {
  const clock = movableClock();
  const microsoft = await startMicrosoft({ port: 0, clock, ...(recorder ? { recorder: trafficOf(recorder) } : {}) });
  const login = microsoft.users[0]?.login ?? '';
  const connector = connectorFor(microsoft, clock);
  const grant = await connector.oauth.finish(await consent(microsoft, connector, login));
  const tokens = accessOf(connector, grant);
  const mailbox = microsoft.mailbox(login);
  return {
    microsoft,
    connector,
    clock,
    login,
    grant,
    access: tokens.access,
    side: connector.open(tokens.access, grant.account, scopeAround(clock.now())),
    addRecord: (fields) => Promise.resolve(mailbox.addContact(rawContact(fields))),
    editRecord: (id, fields) => Promise.resolve(mailbox.updateContact(id, rawContact(fields))),
    removeRecord: (id) => Promise.resolve(mailbox.deleteContact(id)),
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
export function recordedGraphWorlds(name: string): { open(): Promise<GraphWorld>; flush(): void } {
  const recorder = suiteRecorder(name);
  return {
    open: () => openGraphWorld(recorder?.record),
    flush: () => {
      recorder?.flush();
    },
  };
}

/** A value that no contract allows: the request that must be refused. */
export const IMPOSSIBLE_BIRTHDAY = '1980-13-45';

/** Left out: what a proxy would answer in the service's place, and the request that is wrong on purpose: no contract is about them. */
const trafficOf =
  (recorder: Recorder): Recorder =>
  (service, at, request, reply) => {
    const isProxy = reply?.status === 200 && typeof reply.body === 'string';
    if (!isProxy && !request.body.includes(IMPOSSIBLE_BIRTHDAY)) recorder(service, at, request, reply);
  };

export function connectorFor(microsoft: Microsoft, clock: MovableClock): Connector {
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
  connector: Connector,
  login: string,
): Promise<Parameters<Connector['oauth']['finish']>[0]> {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const asked = new URL(
    connector.oauth.authorizeUrl({ choice: 'default', state: 'state-of-this-test', challenge, redirectUri: REDIRECT, loginHint: login }),
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
function accessOf(connector: Connector, first: Grant): { access: Access; renewals: () => number } {
  let grant = first;
  let renewals = 0;
  const renew = async (refused: AccessToken): Promise<AccessToken> => {
    if (refused.value !== grant.token.value) return grant.token;
    renewals += 1;
    grant = await connector.oauth.refresh(grant.secret, grant.account);
    return grant.token;
  };
  return { access: { token: () => Promise.resolve(grant.token), renew }, renewals: () => renewals };
}

/** A table of its own, so that a mistake in the connector's cannot hide here. */
const TEXTS: Readonly<Record<string, string>> = {
  prefix: 'title',
  givenName: 'givenName',
  middleName: 'middleName',
  familyName: 'surname',
  suffix: 'generation',
  company: 'companyName',
  jobTitle: 'jobTitle',
  department: 'department',
  assistantName: 'assistantName',
  'phones.mobile': 'mobilePhone',
  webPage: 'businessHomePage',
};

function rawContact(fields: Fields): Record<string, unknown> {
  const raw: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (TEXTS[name]) raw[TEXTS[name]] = value;
  if (fields.primaryEmail !== undefined)
    raw['emailAddresses'] = [fields.primaryEmail, ...((fields.otherEmails as readonly string[] | null) ?? [])]
      .filter(Boolean)
      .map((address) => ({ address }));
  if (fields['phones.work'] !== undefined) raw['businessPhones'] = [fields['phones.work'], fields['phones.work2']].filter(Boolean);
  if (fields['phones.home'] !== undefined) raw['homePhones'] = [fields['phones.home'], fields['phones.home2']].filter(Boolean);
  const business = fields['addresses.business'] as Address | undefined;
  if (business)
    raw['businessAddress'] = {
      street: business.street?.replaceAll('\n', '\r\n'),
      city: business.city,
      postalCode: business.postalCode,
      countryOrRegion: business.country,
    };
  if (fields.birthday) raw['birthday'] = `${fields.birthday}T11:59:00Z`;
  return raw;
}
