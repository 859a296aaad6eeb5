/** POST /v1.0/$batch: checks the envelope, runs the parts, answers 200 whatever became of them. */
import type { StandInReply } from '../server.ts';
import { isObject } from './body.ts';
import { admit, overConcurrency } from './limits.ts';
import { GraphError, errorReply, splitPath, successHeaders } from './reply.ts';
import type { Call } from './reply.ts';
import type { GraphWorld } from './world.ts';

const PARTS_MAX = 20;
/** Graph forwards up to four parts of an unordered batch at a time (learn.microsoft.com/graph/throttling-limits, Outlook). */
const FORWARDED = 4;
const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];

interface Part {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly dependsOn: readonly string[];
}

/** Reads a part as a call and serves it; a refusal of either step is the part's answer. */
type Serve = (readPart: () => Call) => Promise<StandInReply>;
type Answers = Map<string, StandInReply>;

export async function batchReply(world: GraphWorld, call: Call, serve: Serve): Promise<StandInReply> {
  if (call.method !== 'POST') throw badBatch('A batch must be sent with POST.');
  const parts = readParts(call.body);
  const isSerial = parts.some(({ dependsOn }) => dependsOn.length > 0);
  const slots = admit(world, call.caller.user.id, isSerial ? 1 : Math.min(FORWARDED, parts.length));
  const answers: Answers = new Map();
  try {
    await world.settings.serviceTime();
    const room = roomOf(world, parts.length);
    // Whoever waits for nobody comes first; a chain is in order already.
    const ordered = [...parts].sort((left, right) => left.dependsOn.length - right.dependsOn.length);
    for (const [index, part] of ordered.entries()) {
      // With places taken by other requests, that many of each four parts find none.
      const isCrowded = (isSerial ? 0 : index % FORWARDED) >= slots.granted;
      const refusal = isCrowded ? slots.refusal() : index >= room ? overConcurrency(world.trouble.retryAfter) : undefined;
      answers.set(part.id, refusal ? errorReply(refusal, world.clock.now()) : await answerPart(world, call, part, answers, serve));
    }
  } finally {
    slots.release();
  }
  // Answers come in any order: the last first, so that nobody relies on the order of the requests.
  const responses = [...answers].reverse().map(([id, reply]) => ({
    id, status: reply.status, headers: innerHeaders(reply), ...(reply.body === undefined ? {} : { body: reply.body }),
  }));
  return { status: 200, headers: successHeaders(call), body: { responses } };
}

function roomOf(world: GraphWorld, parts: number): number {
  if (world.trouble.narrowBatches === 0) return parts;
  world.trouble.narrowBatches -= 1;
  return world.trouble.batchRuns;
}

async function answerPart(world: GraphWorld, outer: Call, part: Part, answers: Answers, serve: Serve): Promise<StandInReply> {
  const failed = part.dependsOn.some((id) => (answers.get(id)?.status ?? 424) >= 400);
  if (failed) {
    const error = new GraphError(424, 'FailedDependency', 'The request was not run because a request it depends on failed.');
    return errorReply(error, world.clock.now());
  }
  const [path = '', query = ''] = part.url.split(/\?(.*)/s);
  if (/^\/?\$batch/.test(part.url)) {
    return errorReply(new GraphError(400, 'BadRequest', 'Nested batch requests are not supported.'), world.clock.now());
  }
  // Preferences count per part; only the sign-in is taken from the batch.
  return serve(() => ({
    method: part.method, path: splitPath(path), query: new URLSearchParams(query), headers: part.headers, body: part.body,
    origin: outer.origin, caller: outer.caller,
  }));
}

function innerHeaders(reply: StandInReply): Record<string, string> {
  const named: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    named[name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase())] = value;
  }
  if (reply.body !== undefined) named['Content-Type'] = 'application/json;odata.metadata=minimal;charset=utf-8';
  return named;
}

function readParts(body: unknown): Part[] {
  const requests = isObject(body) ? body['requests'] : undefined;
  if (!Array.isArray(requests) || requests.length === 0) throw badBatch('Invalid batch payload format.');
  if (requests.length > PARTS_MAX) throw badBatch(`Number of batch request steps exceeds the maximum value of ${PARTS_MAX}.`);
  const parts = requests.map(readPart);
  const ids = new Set(parts.map(({ id }) => id));
  if (ids.size < parts.length) throw badBatch('Request Id has to be unique in a batch.');
  checkDependencies(parts, ids);
  return parts;
}

function readPart(request: unknown): Part {
  if (!isObject(request)) throw badBatch('Invalid batch payload format.');
  const { id, method, url, body } = request;
  if (typeof id !== 'string' || !id) throw badBatch('Invalid batch payload format. Every request needs an id.');
  if (typeof method !== 'string' || !METHODS.includes(method)) throw badBatch(`Invalid method of request id : ${id}.`);
  if (typeof url !== 'string' || /^(\/?\w+:|\/\/|\/?v1\.0\/)/.test(url)) {
    throw badBatch(`Invalid request Url of request id : ${id}. It must be relative to the version.`);
  }
  const headers = isObject(request['headers'])
    ? Object.fromEntries(Object.entries(request['headers']).map(([name, value]) => [name.toLowerCase(), String(value)]))
    : {};
  if (body !== undefined && body !== null && !headers['content-type']) {
    throw badBatch(`Write request id : ${id} does not contain Content-Type header or body.`);
  }
  const dependsOn = Array.isArray(request['dependsOn']) ? request['dependsOn'].map(String) : [];
  return { id, method, url, headers, body: body ?? undefined, dependsOn };
}

/** Legal are: none, all in series, or all on one (learn.microsoft.com/graph/json-batching, 2026-02). */
function checkDependencies(parts: readonly Part[], ids: ReadonlySet<string>): void {
  const dependants = parts.filter(({ dependsOn }) => dependsOn.length > 0);
  if (dependants.length === 0) return;
  if (dependants.some(({ id, dependsOn }) => dependsOn.some((other) => other === id || !ids.has(other)))) {
    throw badBatch('A dependsOn property names a request that is not in the batch.');
  }
  const isWhole = dependants.length === parts.length - 1 && dependants.every(({ dependsOn }) => dependsOn.length === 1);
  const isSeries = isWhole && parts.every(({ dependsOn }, index) => index === 0 || dependsOn[0] === parts[index - 1]?.id);
  const isStar = isWhole && new Set(dependants.map(({ dependsOn }) => dependsOn[0])).size === 1;
  if (!isSeries && !isStar) throw badBatch('The dependsOn properties must chain all requests or make all depend on the same one.');
}

const badBatch = (message: string): GraphError => new GraphError(400, 'BadRequest', message);
