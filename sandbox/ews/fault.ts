/** Refusals: one item's, which is a message among others in a 200, or a whole request's, which is a SOAP fault on a 500. */
import type { StandInReply } from '../server.ts';
import { element, escapeXml, leaf } from './xml.ts';

/** A response code of messages.xsd with the sentence beside it. */
export class EwsError extends Error {
  override readonly name = 'EwsError';
  readonly code: string;
  /** XML for MessageXml: which property, or how long to wait. */
  readonly detail: string;

  constructor(code: string, message: string, detail = '') {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

/** Ends the whole request. */
export class EwsFault extends EwsError {}

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const TYPES = 'http://schemas.microsoft.com/exchange/services/2006/types';
const MESSAGES = 'http://schemas.microsoft.com/exchange/services/2006/messages';
const ERRORS = 'http://schemas.microsoft.com/exchange/services/2006/errors';
const VERSION = { MajorVersion: 15, MinorVersion: 2, MajorBuildNumber: 1544, MinorBuildNumber: 11, Version: 'V2017_07_11' } as const;
const TYPE = { 'content-type': 'text/xml; charset=utf-8' } as const;

/** The value of Version need not be one that a request may carry (exchangelib, version.py). */
export function envelope(body: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>${element('s:Envelope', { 'xmlns:s': SOAP, 'xmlns:t': TYPES, 'xmlns:m': MESSAGES },
    `<s:Header>${element('t:ServerVersionInfo', VERSION)}</s:Header><s:Body>${body}</s:Body>`)}`;
}

/** HTTP is 200 even when every message is an error. */
export const answer = (operation: string, messages: readonly string[]): StandInReply => ({
  status: 200, headers: TYPE,
  body: envelope(`<m:${operation}Response><m:ResponseMessages>${messages.join('')}</m:ResponseMessages></m:${operation}Response>`),
});

export const success = (operation: string, content = ''): string =>
  element(`m:${operation}ResponseMessage`, { ResponseClass: 'Success' }, `<m:ResponseCode>NoError</m:ResponseCode>${content}`);

/** `content` is what the operation's messages hold even when nothing came of it: m:Items for items. */
export function failure(operation: string, error: EwsError, content = ''): string {
  const isStopped = error.code === 'ErrorBatchProcessingStopped';
  const detail = error.detail ? `<m:MessageXml>${error.detail}</m:MessageXml>` : '';
  return element(`m:${operation}ResponseMessage`, { ResponseClass: isStopped ? 'Warning' : 'Error' },
    `${leaf('m:MessageText', error.message)}<m:ResponseCode>${error.code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>${detail}${content}`);
}

export function faultReply(error: EwsError): StandInReply {
  const text = escapeXml(error.message);
  const detail = `<e:ResponseCode xmlns:e="${ERRORS}">${error.code}</e:ResponseCode><e:Message xmlns:e="${ERRORS}">${text}</e:Message>`
    + (error.detail ? `<t:MessageXml>${error.detail}</t:MessageXml>` : '');
  return {
    status: 500, headers: TYPE,
    body: envelope(`<s:Fault><faultcode xmlns:a="${TYPES}">a:${error.code}</faultcode><faultstring xml:lang="en-US">${text}</faultstring>`
      + `<detail>${detail}</detail></s:Fault>`),
  };
}

/** What the XSD of the service refuses. */
export const notValid = (message: string): EwsFault => new EwsFault('ErrorSchemaValidation', `The request failed schema validation: ${message}`);
export const notFound = (): EwsError => new EwsError('ErrorItemNotFound', 'The specified object was not found in the store.');
export const malformedId = (): EwsError => new EwsError('ErrorInvalidIdMalformed', 'Id is malformed.');
/** `milliseconds` is a number of the sandbox clock. */
export const serverBusy = (milliseconds: number): EwsFault => new EwsFault(
  'ErrorServerBusy', 'The server cannot service this request right now. Try again later.', leaf('t:Value', milliseconds, { Name: 'BackOffMilliseconds' }),
);
