/** A running stand-in for the tests beside: signs a user in over HTTP as a browser and an app do, and calls the API. */
import { createHash, randomBytes } from 'node:crypto';
import { movableClock, type MovableClock } from '../clock.ts';
import { startSalesforce, type SalesforceOptions, type SalesforceStandIn } from './server.ts';
import { SEED_PASSWORD } from './seed.ts';
import { SANDBOX_APP } from './settings.ts';

export const ANNA = 'anna.weber@contoso.example';
export const BEN = 'ben.keller@contoso.example';
export const MAYA = 'maya.vogt@contoso.example';
export const REDIRECT = 'http://localhost:7071/api/oauth/salesforce';
export const START = Date.parse('2026-11-23T10:00:00Z');

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON. */
  readonly body: unknown;
  readonly text: string;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id: string;
  readonly instance_url: string;
  readonly [more: string]: unknown;
}

export interface World {
  readonly clock: MovableClock;
  readonly crm: SalesforceStandIn;
  readonly origin: string;
  fetch(path: string, init?: RequestInit): Promise<Reply>;
  /** Logs in and allows access; the query of the address that the app is sent back to. */
  approve(username: string, extra?: Readonly<Record<string, string>>, decision?: 'allow' | 'deny'): Promise<URLSearchParams>;
  token(form: Readonly<Record<string, string>>): Promise<Reply>;
  signIn(username?: string): Promise<Tokens>;
  /** The API as a signed-in user; `path` follows /services/data/v67.0. */
  as(tokens: Tokens): Client;
  stop(): Promise<void>;
}

export type Client = (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Reply>;

export const VERIFIER = randomBytes(48).toString('base64url');
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

export async function startWorld(options: Partial<SalesforceOptions> = {}): Promise<World> {
  const clock = options.clock ?? movableClock(START);
  const crm = await startSalesforce({ port: 0, ...options, clock });
  const { origin } = crm;

  async function call(path: string, init: RequestInit = {}): Promise<Reply> {
    const response = await fetch(new URL(path, origin), { redirect: 'manual', ...init });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) as unknown : text, text };
  }

  const form = (path: string, fields: Readonly<Record<string, string>>, cookie = ''): Promise<Reply> => call(path, {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', cookie }, body: new URLSearchParams(fields).toString(),
  });

  const world: World = {
    clock, crm, origin, fetch: call,
    async approve(username, extra = {}, decision = 'allow') {
      const query = new URLSearchParams({
        response_type: 'code', client_id: SANDBOX_APP.clientId, redirect_uri: REDIRECT, state: 'st', scope: 'api refresh_token id',
        code_challenge: CHALLENGE, code_challenge_method: 'S256', ...extra,
      });
      const path = `/services/oauth2/authorize?${query}`;
      const login = await form(path, { step: 'login', username, password: SEED_PASSWORD });
      const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
      const done = login.status === 302 ? login : await form(path, { step: 'approve', decision }, cookie);
      return new URL(done.headers.get('location') ?? 'http://nowhere.example/').searchParams;
    },
    token: (fields) => form('/services/oauth2/token',
      { client_id: SANDBOX_APP.clientId, client_secret: SANDBOX_APP.clientSecret, ...fields }),
    async signIn(username = ANNA) {
      const back = await world.approve(username);
      const reply = await world.token({ grant_type: 'authorization_code', code: back.get('code') ?? '', redirect_uri: REDIRECT,
        code_verifier: VERIFIER });
      if (reply.status !== 200) throw new Error(`sign-in failed: ${reply.text}`);
      return reply.body as Tokens;
    },
    as: (tokens) => (method, path, body, headers = {}) => call(path.startsWith('/services') ? path : `/services/data/v67.0${path}`, {
      method,
      headers: { authorization: `Bearer ${tokens.access_token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
    stop: () => crm.close(),
  };
  return world;
}

export const queryPath = (soql: string, area = 'query'): string => `/${area}?q=${encodeURIComponent(soql)}`;

interface Page {
  readonly totalSize: number;
  readonly done: boolean;
  readonly nextRecordsUrl?: string;
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

export const pageOf = (reply: Reply): Page => reply.body as Page;

/** The code of a refused single call. */
export const codeOf = (reply: Reply): string => (reply.body as { errorCode: string }[])[0]?.errorCode ?? '';

/** Status, code and fields of a refused single call: "400 STRING_TOO_LONG Title". */
export function faultOf(reply: Reply): string {
  const [{ errorCode, fields } = { errorCode: '', fields: [] }] = reply.body as { errorCode: string; fields?: string[] }[];
  return `${reply.status} ${errorCode} ${(fields ?? []).join()}`.trim();
}

interface Result {
  readonly id?: string;
  readonly success: boolean;
  readonly errors: readonly { readonly statusCode: string; readonly message: string; readonly fields: readonly string[] }[];
}

export const resultsOf = (reply: Reply): readonly Result[] => reply.body as Result[];
export const idOf = (reply: Reply): string => (reply.body as { id: string }).id;
