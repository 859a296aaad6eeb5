/** The one place that talks to an Exchange server: one operation a request, one request at a time, one signed-in connection a mailbox. */
import { randomUUID } from 'node:crypto';
import { SyncError } from '../../engine/errors.ts';
import type { Access, AccessToken } from '../../ports/connector.ts';
import type { Clock } from '../../ports/world.ts';
import type { LineLimits, LineReply } from '../line.ts';
import { openLine, type Network } from '../open-line.ts';
import { faultError, isPage, lineError, messageError, refusal, statusError, withUnknownOutcome } from './errors.ts';
import { CALL_TIMEOUT_MS, REPLY_BYTES_MAX } from './limits.ts';
import type { Credentials, SignedLine } from './signed-line.ts';
import { signedLine } from './signed-line.ts';
import type { EwsCall, XmlElement } from './soap.ts';
import { envelope, messagesOf } from './soap.ts';
import { child, parseXml } from './xml.ts';

export const CALL_LIMITS: LineLimits = { timeoutMs: CALL_TIMEOUT_MS, maxBytes: REPLY_BYTES_MAX };

/** Calls with the stored sign-in. A refused one is not sent again: `renew` could only bring the same. */
export function ewsClient(access: Access, network: Network): EwsCall {
  let open: { readonly token: AccessToken; readonly call: EwsCall } | undefined;
  return async (operation, bodyXml, options) => {
    const token = await access.token();
    if (open?.token.value !== token.value || open.token.endpoint !== token.endpoint) {
      const line = openLine(network)(token.endpoint, CALL_LIMITS);
      const { host } = new URL(token.endpoint);
      const credentials = readCredentials(token.value);
      const signed = signedLine({ line, host, credentials, tries: { left: 1 }, clock: network.clock });
      open = { token, call: ewsCall(signed, network.clock, credentials.address) };
    }
    return open.call(operation, bodyXml, options);
  };
}

/** The stored form of a sign-in (Grant.secret and token.value). */
export const writeCredentials = ({ login, password, scheme, address }: Credentials): string => JSON.stringify({ login, password, scheme, address });

export function readCredentials(value: string): Credentials {
  const { login, password, scheme, address } = JSON.parse(value) as Readonly<Record<string, unknown>>;
  if (typeof login !== 'string' || typeof password !== 'string') throw refusal('bug', { code: 'EWS_BAD_GRANT' });
  return {
    login, password, ...(scheme === 'NTLM' || scheme === 'Basic' ? { scheme } : {}), ...(typeof address === 'string' ? { address } : {}),
  };
}

/** Operations on a signed-in line. `anchor`: an address that the server knows to be this mailbox's. */
export function ewsCall(line: SignedLine, clock: Clock, anchor?: string): EwsCall {
  return async (operation, bodyXml, { writes = false, timeZone } = {}) => {
    const reply = await answered(() => line.send({ method: 'POST', headers: headersOf(operation, anchor), body: envelope(bodyXml, timeZone) }), writes);
    const body = await bodyOf(reply, operation, clock.now(), writes);
    throwIfBusy(body, writes);
    return body;
  };
}

async function answered(work: () => Promise<LineReply>, isWrite: boolean): Promise<LineReply> {
  try {
    return await work();
  } catch (error) {
    throw lineError(error, isWrite);
  }
}

/** X-AnchorMailbox leads a farm of servers to the right one and means nothing to a single one. */
const headersOf = (operation: string, anchor: string | undefined): Readonly<Record<string, string>> => ({
  'content-type': 'text/xml; charset=utf-8',
  'accept': 'text/xml',
  'user-agent': 'Concord',
  'soapaction': `"http://schemas.microsoft.com/exchange/services/2006/messages/${operation}"`,
  'client-request-id': randomUUID(),
  ...(anchor !== undefined && /^[\x21-\x7e]+@[\x21-\x7e]+$/.test(anchor) ? { 'x-anchormailbox': anchor } : {}),
});

async function bodyOf(reply: LineReply, operation: string, now: number, writes: boolean): Promise<XmlElement> {
  const isAnswer = (reply.status === 200 || reply.status === 500) && !isPage(reply);
  const root = isAnswer ? await readEnvelope(reply, writes) : undefined;
  const body = root?.name === 'Envelope' ? child(root, 'Body') : undefined;
  const fault = faultError(body, writes);
  if (fault) throw fault;
  if (reply.status !== 200 || !isAnswer) throw statusError(reply, now, writes);
  if (body?.children[0]?.name === `${operation}Response`) return body;
  throw refusal('unavailable', { code: 'EWS_NOT_SOAP', ...(writes ? { isOutcomeUnknown: true } : {}) });
}

/** Undefined for a 500 that is no XML: it is judged by its status then. */
async function readEnvelope({ status, text }: LineReply, writes: boolean): Promise<XmlElement | undefined> {
  try {
    return await parseXml(text);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    if (status !== 200) return undefined;
    throw writes ? withUnknownOutcome(error) : error;
  }
}

/** A busy server stops a batch with a 200. What a write has done before that is kept: then each record has its own answer. */
function throwIfBusy(body: XmlElement, writes: boolean): void {
  const messages = messagesOf(body);
  if (writes && messages.some(({ outcome }) => outcome === 'Success')) return;
  for (const message of messages) {
    const error = messageError(message, writes);
    if (error?.kind === 'throttled' || error?.kind === 'credentialsRejected') throw error;
  }
}
