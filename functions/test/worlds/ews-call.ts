/** The plainest way to speak to the Exchange stand-in: Basic over its own certificate, no retries. */
import https from 'node:https';
import { SyncError } from '../../src/engine/errors.ts';
import type { CallOptions, EwsCall } from '../../src/connectors/ews/soap.ts';
import { envelope, valuesOf } from '../../src/connectors/ews/soap.ts';
import { at, child, parseXml } from '../../src/connectors/ews/xml.ts';

export interface Door { readonly url: string; readonly certificate: string; readonly user: string; readonly password: string }

export const plainCall = (door: Door): EwsCall => async (operation, bodyXml, options = {}) => {
  const { status, text } = await post(door, envelope(bodyXml, options.timeZone), options);
  if (status === 401) throw new SyncError('credentialsRejected', 'refused', { code: 'EWS_UNAUTHORIZED' });
  if (status !== 200 && status !== 500) throw failure(`EWS_HTTP_${status}`, options);
  const body = at(await parseXml(text), 'Body');
  if (!body) throw failure('EWS_NO_BODY', options);
  const detail = at(body, 'Fault', 'detail');
  if (!detail) return body;
  const code = child(detail, 'ResponseCode')?.text ?? operation;
  const wait = Number(valuesOf(detail)['BackOffMilliseconds']);
  if (wait > 0) throw new SyncError('throttled', code, { code: 'EWS_BUSY', retryAfterMs: wait });
  throw code === 'ErrorSchemaValidation' ? new SyncError('bug', code, { code: 'EWS_ERROR_SCHEMA_VALIDATION' }) : failure(code, options);
};

const failure = (code: string, { writes = false }: CallOptions): SyncError =>
  new SyncError('unavailable', code, { code, ...(writes ? { isOutcomeUnknown: true } : {}) });

function post({ url, certificate, user, password }: Door, body: string, options: CallOptions): Promise<{ status: number; text: string }> {
  const headers = {
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`, 'content-type': 'text/xml; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const request = https.request(url, { method: 'POST', headers, ca: certificate, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', () => { reject(failure('EWS_NO_ANSWER', options)); });
      answer.on('end', () => { resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }); });
    });
    request.on('error', () => { reject(failure('EWS_NO_ANSWER', options)); });
    request.end(body);
  });
}
