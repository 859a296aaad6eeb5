/** /composite and /composite/batch: several calls in one, with references between them or independent. */
import { answering, isObject, objectBody, segmentsOf, wrongMethod, type Answer, type Call } from './call.ts';
import { transact } from './org.ts';
import { refuse } from './refusal.ts';

const PARTS_MAX = 25;
const HEAVY_MAX = 5;
const HEAVY = /^\/services\/data\/v\d\d\.0\/(query|queryAll|composite\/sobjects)([/?]|$)/;

export type Dispatch = (call: Call) => Answer;

interface Part {
  readonly method: string;
  readonly url: string;
  readonly referenceId: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

const halted = (message: string): Answer => ({ status: 400, body: [{ errorCode: 'PROCESSING_HALTED', message }] });
const ROLLED_BACK = halted('The transaction was rolled back since another operation in the same transaction failed.');

export function compositeRoute(call: Call, dispatch: Dispatch): Answer {
  if (call.method !== 'POST') throw wrongMethod(call, 'GET,HEAD,POST');
  const sent = objectBody(call.body);
  const parts = partsOf(sent['compositeRequest']);
  const allOrNone = sent['allOrNone'] === true;
  const answers = transact(call.org, () => {
    const done = new Map<string, Answer>();
    for (const part of parts) {
      const isOver = allOrNone && [...done.values()].some((answer) => answer.status >= 400);
      done.set(part.referenceId, isOver ? ROLLED_BACK : runPart(call, part, done, dispatch));
    }
    const isKept = !allOrNone || [...done.values()].every((answer) => answer.status < 400);
    const shown = isKept ? [...done] : [...done].map(([id, answer]): [string, Answer] => [id, answer.status < 400 ? ROLLED_BACK : answer]);
    return { keep: isKept, result: shown };
  });
  const compositeResponse = answers.map(([referenceId, { status, body, headers }]) => ({
    body: body ?? null, httpHeaders: headers?.['location'] ? { Location: headers['location'] } : {}, httpStatusCode: status, referenceId,
  }));
  return { status: 200, body: { compositeResponse } };
}

function partsOf(list: unknown): Part[] {
  if (!Array.isArray(list) || list.length === 0) throw refuse(400, 'INVALID_INPUT', 'compositeRequest is required');
  if (list.length > PARTS_MAX) throw refuse(400, 'LIMIT_EXCEEDED', `The request exceeded the limit of ${PARTS_MAX} subrequests`);
  const parts = list.map(readPart);
  if (parts.filter(({ url }) => HEAVY.test(url)).length > HEAVY_MAX) {
    throw refuse(400, 'LIMIT_EXCEEDED', `A composite takes at most ${HEAVY_MAX} queries and sObject collections`);
  }
  if (new Set(parts.map(({ referenceId }) => referenceId)).size !== parts.length) {
    throw refuse(400, 'INVALID_INPUT', 'Duplicate referenceId provided in request');
  }
  return parts;
}

function readPart(raw: unknown): Part {
  const part = objectBody(raw);
  const { method, url, referenceId, body, httpHeaders } = part;
  if (typeof method !== 'string' || typeof url !== 'string' || typeof referenceId !== 'string') {
    throw refuse(400, 'INVALID_INPUT', 'method, url and referenceId are required');
  }
  if (!/^[A-Za-z]\w*$/.test(referenceId)) {
    throw refuse(400, 'INVALID_INPUT', 'Provided referenceId must start with a letter and hold letters, digits and underscores');
  }
  if (!/^\/services\/data\/v\d\d\.0\//.test(url)) {
    throw refuse(400, 'INVALID_INPUT', `The url must be relative and start with /services/data/: ${url}`);
  }
  const headers = Object.entries(isObject(httpHeaders) ? httpHeaders : {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { method: method.toUpperCase(), url, referenceId, body, headers: Object.fromEntries(headers) as Record<string, string> };
}

function runPart(call: Call, part: Part, done: ReadonlyMap<string, Answer>, dispatch: Dispatch): Answer {
  return answering(() => {
    const url = String(substitute(part.url, done));
    return dispatch(subCall(call, part.method, url, substitute(part.body, done), part.headers));
  });
}

/** A part sees the headers of the whole, its own first. */
function subCall(call: Call, method: string, url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Call {
  const { pathname, searchParams } = new URL(url, 'http://composite');
  const [, , version = '', ...path] = segmentsOf(pathname);
  return { ...call, method, version, path, query: searchParams, body, headers: { ...call.headers, ...headers } };
}

const REFERENCE = /@\{([A-Za-z]\w*)((?:\.\w+|\[\d+\])*)\}/g;

/** Replaces `@{ref.field}` everywhere; a text that is one reference takes the value with its type. */
function substitute(value: unknown, done: ReadonlyMap<string, Answer>): unknown {
  if (typeof value === 'string') {
    const whole = new RegExp(`^${REFERENCE.source}$`).exec(value);
    if (whole) return resolve(whole[1] ?? '', whole[2] ?? '', done);
    return value.replace(REFERENCE, (_, name: string, path: string) => String(resolve(name, path, done)));
  }
  if (Array.isArray(value)) return value.map((one) => substitute(one, done));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, substitute(one, done)]));
  return value;
}

function resolve(name: string, path: string, done: ReadonlyMap<string, Answer>): unknown {
  const answer = done.get(name);
  let value: unknown = answer && answer.status < 400 ? answer.body : undefined;
  for (const step of path.match(/\w+/g) ?? []) {
    value = Array.isArray(value) || isObject(value) ? (value as Record<string, unknown>)[step] : undefined;
  }
  if (value !== undefined) return value;
  throw refuse(400, 'PROCESSING_HALTED', `Invalid reference specified. No value for ${name}${path} found in ${name}`);
}

/** Independent calls; `haltOnError` leaves the rest undone with 412. */
export function batchRoute(call: Call, dispatch: Dispatch): Answer {
  if (call.method !== 'POST') throw wrongMethod(call, 'HEAD,POST');
  const { batchRequests, haltOnError } = objectBody(call.body);
  if (!Array.isArray(batchRequests) || batchRequests.length === 0 || batchRequests.length > PARTS_MAX) {
    throw refuse(400, 'INVALID_INPUT', `batchRequests takes 1 to ${PARTS_MAX} subrequests`);
  }
  let hasErrors = false;
  const results = batchRequests.map((raw: unknown) => {
    const { method, url, richInput } = objectBody(raw);
    if (haltOnError === true && hasErrors) return { statusCode: 412, result: ROLLED_BACK.body };
    const whole = `/services/data/${String(url).replace(/^\/?(services\/data\/)?/, '')}`;
    const answer = answering(() => dispatch(subCall(call, String(method).toUpperCase(), whole, richInput)));
    if (answer.status >= 400) hasErrors = true;
    return { statusCode: answer.status, result: answer.body ?? null };
  });
  return { status: 200, body: { hasErrors, results } };
}
