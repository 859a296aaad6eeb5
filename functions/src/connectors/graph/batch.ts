/** $batch: twenty requests in one call, each with its own outcome; what may be asked again at once is, exactly once. */
import { SyncError } from '../../engine/errors.ts';
import type { Instant } from '../../engine/record.ts';
import { parseRetryAfter } from '../../ports/retry-after.ts';
import { notSent } from '../../ports/side.ts';
import type { Request } from './client.ts';
import type { Reply } from './errors.ts';
import { errorOf, kindOf, refusal } from './errors.ts';
import type { JsonObject } from './json.ts';
import { isObject, listOf, stringOf } from './json.ts';
import { BATCH_PARTS, PAGE_SIZE } from './limits.ts';

/** What became of one request of a batch: an answer, or why there is none. */
export type Outcome = { readonly reply: Reply } | { readonly error: SyncError };

/** The answer to a reading request. Throws what concerns the whole call: then no decision may be taken on any of it. */
export function replyOf(outcome: Outcome | undefined): Reply {
  if (!outcome) throw refusal('bug', { code: 'GRAPH_NO_OUTCOME' });
  if ('error' in outcome) throw outcome.error;
  const kind = kindOf(outcome.reply, 'record');
  if (kind === 'throttled' || kind === 'credentialsRejected') throw errorOf(outcome.reply, 'record');
  return outcome.reply;
}

interface BatchWorld {
  readonly send: (request: Request) => Promise<Reply>;
  /** Takes the API's own address off a link. Throws SyncError `bug` for a link elsewhere. */
  readonly relative: (url: string) => Promise<string>;
  readonly now: () => Instant;
  /** Gets another access token; throws SyncError. */
  readonly renew: () => Promise<void>;
  /** No batch is sent after it. */
  readonly until: Instant;
}

/** Immutable ids are asked for on every request, parts of batches included: else records change their ids when they are moved. */
const PREFER = `IdType="ImmutableId", odata.maxpagesize=${PAGE_SIZE}`;

export const headersOf = (request: Request): Record<string, string> => ({
  prefer: request.prefer ? `${PREFER}, ${request.prefer}` : PREFER,
  accept: 'application/json',
  ...(request.body ? { 'content-type': 'application/json' } : {}),
  ...(request.ifMatch ? { 'if-match': request.ifMatch } : {}),
});

/**
 * Batch after batch, never two at once: Graph runs four parts of each, and four is what a mailbox bears. After a failure that
 * concerns the service, later batches are not sent and share its reason.
 */
export async function runBatches(requests: readonly Request[], world: BatchWorld): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let stop: SyncError | undefined;
  for (let at = 0; at < requests.length; at += BATCH_PARTS) {
    const chunk = requests.slice(at, at + BATCH_PARTS);
    stop ??= isOver(world) ? notSent() : undefined;
    if (stop) {
      const error = stop;
      outcomes.push(...chunk.map(() => ({ error })));
    } else {
      const done = await runChunk(chunk, world);
      outcomes.push(...done);
      stop = stopReason(done);
    }
  }
  return withLongestWait(outcomes);
}

const isOver = ({ now, until }: BatchWorld): boolean => now() > until;

async function runChunk(chunk: readonly Request[], world: BatchWorld): Promise<readonly Outcome[]> {
  const first = await sendBatch(chunk, world);
  const again = chunk.flatMap((request, index) => (isWorthRepeating(request, first[index]) ? [{ request, index }] : []));
  if (again.length === 0 || isOver(world)) return first;
  const isExpired = first.some((outcome) => 'reply' in outcome && outcome.reply.status === 401);
  const second = await afterRenewal(
    isExpired,
    again.map(({ request }) => request),
    world,
  );
  const repeated = new Map(again.map(({ index }, at) => [index, second[at]]));
  return first.map((outcome, index) => repeated.get(index) ?? outcome);
}

async function afterRenewal(isExpired: boolean, requests: readonly Request[], world: BatchWorld): Promise<readonly Outcome[]> {
  try {
    if (isExpired) await world.renew();
  } catch (error) {
    return requests.map(() => ({ error: ours(error) }));
  }
  return sendBatch(requests, world);
}

/** A part that names a time to wait is not repeated, and a write only where it cannot have happened. */
function isWorthRepeating(request: Request, outcome: Outcome | undefined): boolean {
  if (!outcome || 'error' in outcome) return false;
  const { reply } = outcome;
  if (reply.status === 401) return true;
  if (reply.retryAfterMs !== undefined) return false;
  const kind = kindOf(reply, 'record');
  return kind === 'throttled' || (kind === 'unavailable' && request.method === 'GET' && reply.status >= 500);
}

async function sendBatch(requests: readonly Request[], world: BatchWorld): Promise<readonly Outcome[]> {
  const isRead = requests.every((request) => request.method === 'GET');
  try {
    const urls = await Promise.all(requests.map(({ url }) => world.relative(url)));
    const parts = requests.map((request, index) => ({
      id: String(index + 1),
      method: request.method,
      url: urls[index] ?? request.url,
      headers: headersOf(request),
      ...(request.body ? { body: request.body } : {}),
    }));
    const reply = await world.send({ method: 'POST', url: '/$batch', body: { requests: parts }, isRead });
    if (reply.status !== 200) throw errorOf(reply, 'call', !isRead);
    const answers = new Map(
      listOf(isObject(reply.body) ? reply.body['responses'] : undefined)
        .filter(isObject)
        .map((part) => [stringOf(part['id']), part]),
    );
    return requests.map((request, index) => outcomeOf(answers.get(String(index + 1)), request, world.now()));
  } catch (error) {
    return requests.map(() => ({ error: ours(error) }));
  }
}

/** Anything but a SyncError is a mistake in this program and goes on as it is. */
function ours(error: unknown): SyncError {
  if (error instanceof SyncError) return error;
  throw error;
}

function outcomeOf(part: JsonObject | undefined, request: Request, now: Instant): Outcome {
  const status = part?.['status'];
  if (!part || typeof status !== 'number') {
    return {
      error: refusal('unavailable', { code: 'GRAPH_PART_MISSING', ...(request.method === 'GET' ? {} : { isOutcomeUnknown: true }) }),
    };
  }
  const headers = isObject(part['headers']) ? part['headers'] : {};
  const named = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after')?.[1];
  const retryAfterMs = parseRetryAfter(typeof named === 'number' ? String(named) : stringOf(named), now);
  return { reply: { status, body: part['body'], ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } };
}

/** Why no further batch may be sent now; requests that were not sent have no unknown outcome. */
function stopReason(outcomes: readonly Outcome[]): SyncError | undefined {
  for (const outcome of outcomes) {
    if ('error' in outcome) return refusal(outcome.error.kind, { ...outcome.error.details, isOutcomeUnknown: false });
    if (isThrottled(outcome)) return errorOf(outcome.reply, 'record');
  }
  return undefined;
}

const isThrottled = (outcome: Outcome): boolean =>
  ('error' in outcome ? outcome.error.kind : kindOf(outcome.reply, 'record')) === 'throttled';
const waitOf = (outcome: Outcome): number => ('error' in outcome ? outcome.error.details.retryAfterMs : outcome.reply.retryAfterMs) ?? 0;

/** Every part names its own time to wait; the longest is the one that is enough for all (learn.microsoft.com/graph/throttling). */
function withLongestWait(outcomes: readonly Outcome[]): readonly Outcome[] {
  const retryAfterMs = Math.max(0, ...outcomes.filter(isThrottled).map(waitOf));
  if (retryAfterMs === 0) return outcomes;
  return outcomes.map((outcome) => {
    if (!isThrottled(outcome)) return outcome;
    if ('error' in outcome) return { error: refusal('throttled', { ...outcome.error.details, retryAfterMs }) };
    return { reply: { ...outcome.reply, retryAfterMs } };
  });
}
