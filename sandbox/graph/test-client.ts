/** What the tests of this folder share: a world without surprises, and a client that is signed in. */
import { movableClock } from '../clock.ts';
import type { MovableClock } from '../clock.ts';
import { signIn } from '../identity/session.ts';
import { startMicrosoft } from './server.ts';
import type { Microsoft, MicrosoftOptions } from './server.ts';

export const ANNA = 'anna.weber@contoso.example';
const IMMUTABLE = { prefer: 'IdType="ImmutableId"' };

/** Delta answers plainly unless a test switches its oddities on. */
export const PLAIN_DELTA = { emptyPages: 0, repeats: 0, replays: 0 };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, {} when there was none. */
  readonly body: Body;
}

export interface Body {
  readonly [name: string]: unknown;
  readonly id?: string;
  readonly value?: readonly Record<string, unknown>[];
  readonly error?: { readonly code: string; readonly message: string; readonly innerError: Record<string, string> };
  readonly responses?: readonly {
    readonly id: string;
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body?: Body;
  }[];
}

export type Send = (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;

export interface TestWorld {
  readonly microsoft: Microsoft;
  readonly clock: MovableClock;
  /** Signed in as Anna, with immutable ids. `path` is below /v1.0 or a whole address. */
  readonly send: Send;
  as(login: string, scope?: string): Promise<Send>;
}

export async function testWorld(options: Partial<MicrosoftOptions> = {}): Promise<TestWorld> {
  const clock = options.clock ?? movableClock(Date.UTC(2026, 10, 23, 9));
  const microsoft = await startMicrosoft({
    port: 0, clock, ...options, settings: { ...options.settings, delta: { ...PLAIN_DELTA, ...options.settings?.delta } },
  });
  const as = async (login: string, scope?: string): Promise<Send> => {
    const { accessToken } = await signIn(microsoft.origin, microsoft.registration, login, scope);
    return sender(microsoft.origin, accessToken);
  };
  return { microsoft, clock, send: await as(ANNA), as };
}

export function sender(origin: string, accessToken: string): Send {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(path.startsWith('http') ? path : `${origin}/v1.0${path}`, {
      method,
      headers: {
        authorization: `Bearer ${accessToken}`, ...IMMUTABLE,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) as Body : {} };
  };
}

export interface Round {
  readonly pages: readonly Body[];
  readonly rows: readonly Record<string, unknown>[];
  readonly deltaLink: string;
}

/** All pages of one round of delta, from a link or from the start of Anna's default folder. */
export async function round(send: Send, link: string, headers?: Readonly<Record<string, string>>): Promise<Round> {
  const pages: Body[] = [];
  for (let next = link; pages.length < 1000;) {
    const { body } = await send('GET', next, undefined, headers);
    pages.push(body);
    if (typeof body['@odata.deltaLink'] === 'string') {
      return { pages, rows: pages.flatMap(({ value }) => [...value ?? []]), deltaLink: body['@odata.deltaLink'] };
    }
    next = String(body['@odata.nextLink']);
  }
  throw new Error('the round does not end');
}

export const DELTA = '/me/contactFolders/contacts/contacts/delta';

/** {dateTime, timeZone} of a body. */
export const at = (dateTime: string, timeZone = 'UTC'): { readonly dateTime: string; readonly timeZone: string } => ({ dateTime, timeZone });

export const CRM_ID = 'String {2d5f8a3c-9b1e-4c07-8f64-7a2e5d1b9c30} Name CrmId';
