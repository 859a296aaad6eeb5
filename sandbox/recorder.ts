/** Writes exchanges as JSON Lines for the contract check, with every secret replaced by "[redacted]". */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Recorder, StandInReply, StandInRequest } from './server.ts';

const HIDDEN = '[redacted]';
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'bpmcsrf']);
const SECRET_KEYS = new Set([
  'password', 'UserPassword', 'client_secret', 'access_token', 'refresh_token', 'id_token', 'accessKey', 'sessionName',
  'assertion', 'client_assertion', 'code_verifier', 'device_code',
]);
/** A `code` is a secret in forms, queries and Location, but an error code in JSON. */
const SECRET_IN_FORMS = new Set([...SECRET_KEYS, 'code', 'token']);
/** Pages for people and the identity provider are no part of a vendor's contract. */
const RECORDED = new Set(['graph', 'salesforce', 'ews', 'vtiger']);
const FLUSH_LINES = 200;

export interface FileRecorder {
  readonly record: Recorder;
  readonly file: string;
  /** Writes what is still in memory. */
  flush(): void;
}

/** Starts a new file. Lines are written in the order in which the exchanges happened. */
export function fileRecorder(file: string): FileRecorder {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '');
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.length > 0) appendFileSync(file, lines.join(''));
    lines = [];
  };
  return {
    file,
    flush,
    record: (service, at, request, reply) => {
      if (!RECORDED.has(service)) return;
      lines.push(`${JSON.stringify(exchange(service, at, request, reply))}\n`);
      if (lines.length >= FLUSH_LINES) flush();
    },
  };
}

function exchange(service: string, at: number, request: StandInRequest, reply: StandInReply | null): unknown {
  return {
    service,
    at: new Date(at).toISOString(),
    request: {
      method: request.method,
      url: redactUrl(`${request.url.pathname}${request.url.search}`),
      headers: redactHeaders(request.headers),
      body: redactText(request.body, request.headers['content-type'] ?? ''),
    },
    response: reply && {
      status: reply.status,
      headers: redactHeaders({ ...contentType(reply), ...reply.headers, ...joined(reply) }),
      body: typeof reply.body === 'string' ? redactText(reply.body, reply.headers?.['content-type'] ?? '') : redactJson(reply.body ?? ''),
    },
  };
}

function contentType(reply: StandInReply): Record<string, string> {
  return typeof reply.body === 'object' && reply.body !== null ? { 'content-type': 'application/json; charset=utf-8' } : {};
}

/** As a client reads headers that come several times. */
function joined({ repeatedHeaders = {} }: StandInReply): Record<string, string> {
  return Object.fromEntries(Object.entries(repeatedHeaders).map(([name, values]) => [name, values.join(', ')]));
}

function redactHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => {
    const key = name.toLowerCase();
    if (SECRET_HEADERS.has(key)) return [key, HIDDEN];
    return [key, key === 'location' ? redactUrl(value) : value];
  }));
}

function redactUrl(text: string): string {
  return text.replace(/([?&#])([^=&#]+)=([^&#]*)/g, (whole, mark: string, key: string) => (
    SECRET_IN_FORMS.has(decodeURIComponent(key)) ? `${mark}${key}=${HIDDEN}` : whole));
}

function redactText(body: string, type: string): unknown {
  if (body === '') return '';
  if (type.includes('form-urlencoded')) return redactUrl(`?${body}`).slice(1);
  if (!type.includes('json')) return body;
  try {
    return redactJson(JSON.parse(body) as unknown);
  } catch {
    // Malformed JSON is itself what the check should see.
    return body;
  }
}

function redactJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => (
    SECRET_KEYS.has(key) && typeof inner === 'string' ? [key, HIDDEN] : [key, redactJson(inner)])));
}

/** A recorder for a test suite, when `npm run contracts` asks for recordings by CONCORD_RECORDINGS; else null. */
export function suiteRecorder(name: string): FileRecorder | null {
  const folder = process.env['CONCORD_RECORDINGS'];
  return folder ? fileRecorder(path.join(folder, `${name}.jsonl`)) : null;
}
