/** What the tests of this folder share: a server at a fixed moment, and a client that takes the wire as it is. */
import { createHash } from 'node:crypto';
import { movableClock, type MovableClock } from '../clock.ts';
import { suiteRecorder } from '../recorder.ts';
import { startVtiger, type Vtiger, type VtigerOptions } from './server.ts';

export type Record = Readonly<{ [name: string]: string | null }>;
interface Envelope {
  readonly success: boolean;
  readonly result?: unknown;
  readonly error?: { readonly code: string | number; readonly message: string };
}
export interface Answer { readonly status: number; readonly type: string; readonly text: string }
export type Params = Readonly<{ [name: string]: string }>;

export interface Client {
  readonly session: string;
  /** The answer as it came. */
  raw(verb: 'GET' | 'POST', operation: string, params?: Params): Promise<Answer>;
  get<T>(operation: string, params?: Params): Promise<T>;
  post<T>(operation: string, params?: Params): Promise<T>;
  /** The error's code; throws when there was none. */
  refused(verb: 'GET' | 'POST', operation: string, params?: Params): Promise<string | number>;
  create(elementType: string, element: object): Promise<Record>;
  revise(element: object): Promise<Record>;
  retrieve(id: string): Promise<Record>;
  query(query: string): Promise<readonly Record[]>;
}

export interface TestCrm {
  readonly crm: Vtiger;
  readonly clock: MovableClock;
  /** Signed in; admin without a name. */
  client(login?: string): Promise<Client>;
  close(): Promise<void>;
}

/** 2026-11-22 10:55:48 UTC, when the recorded server was called. */
export const START_SECONDS = 1_795_344_948;

export async function testCrm({ suite, ...options }: Partial<VtigerOptions> & { readonly suite?: string } = {}): Promise<TestCrm> {
  const recorder = suite === undefined ? null : suiteRecorder(`vtiger-${suite}`);
  const clock = movableClock(START_SECONDS * 1000);
  const crm = await startVtiger({
    port: 0, clock, ...options, settings: { sync: 'registered', ...options.settings }, ...(recorder ? { recorder: recorder.record } : {}),
  });
  return {
    crm, clock,
    client: async (login = 'admin') => clientOf(crm, await signIn(crm, login)),
    close: async () => {
      await crm.close();
      recorder?.flush();
    },
  };
}

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

async function signIn(crm: Vtiger, login: string): Promise<string> {
  const guest = clientOf(crm, '');
  const { token } = await guest.get<{ token: string }>('getchallenge', { username: login });
  const accessKey = md5(token + (crm.users.find((user) => user.login === login)?.accessKey ?? ''));
  return (await guest.post<{ sessionName: string }>('login', { username: login, accessKey })).sessionName;
}

export function clientOf(crm: Vtiger, session: string): Client {
  const raw: Client['raw'] = async (verb, operation, params = {}) => {
    const all = new URLSearchParams({ operation, ...(session ? { sessionName: session } : {}), ...params });
    const answer = await (verb === 'GET' ? fetch(`${crm.serviceUrl}?${all}`) : fetch(crm.serviceUrl, { method: 'POST', body: all }));
    return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() };
  };
  const envelope = async (verb: 'GET' | 'POST', operation: string, params?: Params): Promise<Envelope> => {
    const answer = await raw(verb, operation, params);
    if (answer.status !== 200) throw new Error(`${operation}: ${answer.status}`);
    return JSON.parse(answer.text) as Envelope;
  };
  const call = async <T>(verb: 'GET' | 'POST', operation: string, params?: Params): Promise<T> => {
    const { success, result, error } = await envelope(verb, operation, params);
    if (!success) throw new Error(`${operation}: ${error?.code} ${error?.message}`);
    return result as T;
  };
  return {
    session, raw,
    get: (operation, params) => call('GET', operation, params),
    post: (operation, params) => call('POST', operation, params),
    refused: async (verb, operation, params) => {
      const { error } = await envelope(verb, operation, params);
      if (!error) throw new Error(`${operation} was not refused`);
      return error.code;
    },
    create: (elementType, element) => call('POST', 'create', { elementType, element: JSON.stringify(element) }),
    revise: (element) => call('POST', 'revise', { element: JSON.stringify(element) }),
    retrieve: (id) => call('GET', 'retrieve', { id }),
    query: (query) => call('GET', 'query', { query }),
  };
}
