/** The REST API on the wire: versions, sessions, limits, JSON, and the routes behind them. */
import type { StandInReply, StandInRequest } from '../server.ts';
import { answering, askerFor, segmentsOf, wrongMethod, type Answer, type Call } from './call.ts';
import { collectionRoute } from './collection-routes.ts';
import { batchRoute, compositeRoute } from './composite-routes.ts';
import { catalogFor, type Org } from './org.ts';
import { createQueries } from './query.ts';
import { recordRoute } from './record-routes.ts';
import { notFound, refuse } from './refusal.ts';
import type { Sessions } from './sign-in/sessions.ts';
import { createUsage } from './usage.ts';

const OLDEST_VERSION = 31;
const URL_MAX = 16_384;

export function createRest(org: Org, sessions: Sessions): (request: StandInRequest) => StandInReply {
  const queries = createQueries(org);
  const usage = createUsage(org);
  const limitInfo = (): string => `api-usage=${usage.used()}/${org.settings.dailyRequests}`;

  function open(request: StandInRequest): Answer {
    const [, , version, ...path] = segmentsOf(request.url.pathname);
    if (request.url.href.length > URL_MAX) return { status: 414, headers: HTML, body: '<html><body>URI Too Long</body></html>' };
    if (version === undefined) return { status: 200, body: versions(org) };
    const person = sessions.personOf(request.headers['authorization']);
    if (!person.hasApi) throw refuse(403, 'API_DISABLED_FOR_ORG', 'The REST API is not enabled for this Organization');
    if (!usage.take()) throw refuse(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
    if (!isVersion(org, version)) throw notFound();
    const call: Call = {
      org, queries, person, catalog: catalogFor(org, person), version, method: request.method, path,
      query: request.url.searchParams, headers: request.headers, body: readBody(request),
    };
    return dispatch(call, () => limits(org, usage.used()));
  }

  return (request) => {
    const { status, body, headers } = answering(() => open(request));
    return { status, headers: { 'sforce-limit-info': limitInfo(), 'cache-control': NO_CACHE, ...headers }, body };
  };
}

const NO_CACHE = 'no-cache,must-revalidate,max-age=0,no-store,private';
const HTML = { 'content-type': 'text/html; charset=UTF-8' };

function dispatch(call: Call, showLimits: () => unknown): Answer {
  const [area, ...rest] = call.path;
  if (area === undefined) return { status: 200, body: resources(call.version) };
  if (area === 'sobjects') return recordRoute(call, rest);
  if (area === 'query' || area === 'queryAll') return queryRoute(call, rest[0]);
  if (area === 'limits' && call.method === 'GET') return { status: 200, body: showLimits() };
  if (area !== 'composite') throw notFound();
  const again = (part: Call): Answer => dispatch(part, showLimits);
  if (rest[0] === undefined) return compositeRoute(call, again);
  if (rest[0] === 'batch') return batchRoute(call, again);
  if (rest[0] === 'sobjects') return collectionRoute(call, rest.slice(1));
  throw notFound();
}

function queryRoute(call: Call, locator: string | undefined): Answer {
  if (call.method !== 'GET') throw wrongMethod(call, 'HEAD,GET');
  const withBin = call.path[0] === 'queryAll';
  const asked = /batchSize\s*=\s*(\d+)/i.exec(call.headers['sforce-query-options'] ?? '')?.[1];
  const batchSize = asked === undefined ? undefined : Number(asked);
  if (locator !== undefined) return { status: 200, body: call.queries.next(askerFor(call), locator, withBin, batchSize) };
  const text = call.query.get('q');
  if (!text) throw refuse(400, 'MALFORMED_QUERY', 'SOQL statements cannot be empty or null');
  return { status: 200, body: call.queries.first(askerFor(call), text, withBin, batchSize) };
}

function readBody(request: StandInRequest): unknown {
  if (request.body === '' || request.method === 'GET') return undefined;
  if (!/^application\/json/i.test(request.headers['content-type'] ?? '')) {
    throw refuse(415, 'UNSUPPORTED_MEDIA_TYPE', `Content type '${request.headers['content-type'] ?? ''}' not supported`);
  }
  try {
    return JSON.parse(request.body) as unknown;
  } catch (error) {
    throw refuse(400, 'JSON_PARSER_ERROR', `Unexpected character at [line:1, column:1]: ${(error as Error).message}`);
  }
}

const isVersion = (org: Org, text: string): boolean => {
  const number = Number(/^v(\d\d)\.0$/.exec(text)?.[1]);
  return number >= OLDEST_VERSION && number <= org.settings.newestVersion;
};

/** Three releases a year; v67.0 is Summer '26. */
function versions(org: Org): unknown[] {
  const seasons = ['Spring', 'Summer', 'Winter'];
  return Array.from({ length: org.settings.newestVersion - OLDEST_VERSION + 1 }, (_, place) => {
    const number = OLDEST_VERSION + place;
    const since = number - 66;
    const season = seasons[((since % 3) + 3) % 3] ?? '';
    const year = 26 + Math.floor((since + (season === 'Winter' ? 1 : 0)) / 3);
    return { label: `${season} '${year}`, url: `/services/data/v${number}.0`, version: `${number}.0` };
  });
}

const resources = (version: string): unknown => Object.fromEntries(['sobjects', 'query', 'queryAll', 'limits', 'composite']
  .map((name) => [name, `/services/data/${version}/${name}`]));

const limits = (org: Org, used: number): unknown => ({
  DailyApiRequests: { Max: org.settings.dailyRequests, Remaining: Math.max(0, org.settings.dailyRequests - used) },
  DataStorageMB: { Max: 5120, Remaining: 5100 },
  FileStorageMB: { Max: 20_480, Remaining: 20_480 },
});
