/** The one way to webservice.php: one verb for each operation, sessions renewed once, and no more than a few requests at a time. */
import type { Access } from '../../ports/connector.ts';
import type { Line, LineLimits } from '../line.ts';
import { openLine, type Network } from '../open-line.ts';
import { isSessionOver, lineError, resultOf } from './errors.ts';
import { CALL_TIMEOUT, CALLS_AT_ONCE, REPLY_BYTES_MAX } from './limits.ts';

/** The wrong verb is not refused as such: the server reads empty parameters then. */
const VERBS = {
  getchallenge: 'GET', listtypes: 'GET', describe: 'GET', retrieve: 'GET', query: 'GET', sync: 'GET',
  login: 'POST', create: 'POST', revise: 'POST', delete: 'POST',
} as const;
export type OperationName = keyof typeof VERBS;
export type Parameters = Readonly<Record<string, string>>;

const WRITES: ReadonlySet<OperationName> = new Set(['create', 'revise', 'delete']);

export const CALL_LIMITS: LineLimits = { timeoutMs: CALL_TIMEOUT, maxBytes: REPLY_BYTES_MAX };

/** One operation on one line: its result. Throws SyncError only. */
export async function ask(line: Line, name: OperationName, parameters: Parameters, now: number): Promise<unknown> {
  const verb = VERBS[name];
  const form = new URLSearchParams({ operation: name, ...parameters }).toString();
  const isWrite = WRITES.has(name);
  const reply = await answered(() => line.send({
    method: verb, body: verb === 'POST' ? form : '', ...(verb === 'GET' ? { query: form } : {}),
    headers: {
      'accept': 'application/json', 'user-agent': 'Concord', ...(verb === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    },
  }), isWrite);
  return resultOf({ status: reply.status, retryAfter: reply.headers['retry-after'], text: reply.text }, now, isWrite);
}

async function answered<T>(work: () => Promise<T>, isWrite: boolean): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw lineError(error, isWrite);
  }
}

export interface Client {
  /** The result of an operation. Throws SyncError only; a session that is over is renewed once, and the operation asked again. */
  call(name: OperationName, parameters: Parameters): Promise<unknown>;
}

/** A client for one user's connection; one run makes one. */
export function createClient(access: Access, network: Network): Client {
  const pools = new Map<string, LinePool>();
  const poolOf = (url: string): LinePool => {
    const known = pools.get(url) ?? linePool(() => openLine(network)(url, CALL_LIMITS));
    pools.set(url, known);
    return known;
  };
  return {
    async call(name, parameters) {
      const token = await access.token();
      const once = ({ value, endpoint }: typeof token): Promise<unknown> =>
        poolOf(endpoint).use((line) => ask(line, name, { sessionName: value, ...parameters }, network.clock.now()));
      try {
        return await once(token);
      } catch (error) {
        if (!isSessionOver(error)) throw error;
        return once(await access.renew(token));
      }
    },
  };
}

interface LinePool { use<T>(work: (line: Line) => Promise<T>): Promise<T> }

/** A line carries one request at a time. Lines end by themselves when nobody uses them. */
function linePool(open: () => Line): LinePool {
  const free: Line[] = [];
  const waiting: ((line: Line) => void)[] = [];
  let count = 0;
  const take = (): Line | Promise<Line> => {
    const line = free.pop();
    if (line) return line;
    if (count >= CALLS_AT_ONCE) return new Promise((resolve) => { waiting.push(resolve); });
    const made = open();
    count += 1;
    return made;
  };
  return {
    use: async (work) => {
      const line = await take();
      try {
        return await work(line);
      } finally {
        const next = waiting.shift();
        if (next) next(line); else free.push(line);
      }
    },
  };
}
