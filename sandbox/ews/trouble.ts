/** What a server or what stands before it says in place of an answer, on request. */
import type { StandInReply } from '../server.ts';
import { EwsError, EwsFault, answer, failure, faultReply, serverBusy } from './fault.ts';
import type { Trouble } from './settings.ts';
import type { EwsWorld } from './world.ts';

const HTML = { 'content-type': 'text/html; charset=utf-8' } as const;
const XML = { 'content-type': 'text/xml; charset=utf-8' } as const;
const HUGE_BYTES = 50 * 1024 * 1024;
const LOGIN = '<!DOCTYPE html><html><head><title>Outlook</title></head><body><form action="/owa/auth.owa" method="post"></form></body></html>';
/** A billion laughs (CWE-776), and a file of the reader's (CWE-611). */
const BOMB = `<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">${
  'cdefghi'.split('').map((name, n) => `<!ENTITY ${name} "${`&${'bcdefgh'[n] ?? 'b'};`.repeat(10)}">`).join('')
}<!ENTITY file SYSTEM "file:///etc/passwd">]><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>&i;&file;</s:Body></s:Envelope>`;

export function takeTrouble({ troubles }: EwsWorld, operation: string): Trouble | undefined {
  const found = troubles.find((trouble) => trouble.left > 0 && (trouble.operation ?? operation) === operation);
  if (found) found.left -= 1;
  return found;
}

/** `parts` is how many messages the answer would have. What is no answer of the service is not recorded as one. */
export function troubleReply({ kind, backOffMs }: Trouble, operation: string, parts: number): StandInReply {
  switch (kind) {
    case 'busy': return faultReply(serverBusy(backOffMs));
    case 'busyInner': return faultReply(innerBusy(backOffMs));
    case 'busyItem': return busyItem(operation, parts, backOffMs);
    case 'unavailable': return { status: 503, headers: HTML, body: '<html><body><h2>HTTP Error 503. The service is unavailable.</h2></body></html>' };
    case 'unauthorized': return { status: 401, headers: HTML, repeatedHeaders: { 'www-authenticate': ['Negotiate', 'NTLM'] }, body: '' };
    case 'forbidden': return { status: 403, headers: HTML, body: '<html><body>403 - Forbidden: Access is denied.</body></html>' };
    case 'loginPage': case 'html': return { status: 200, headers: HTML, body: LOGIN, isForeign: true };
    case 'redirectToOwa': return { status: 302, headers: { location: '/owa/auth/logon.aspx?reason=0' }, body: '' };
    case 'truncated': return { status: 200, headers: XML, body: answerText(operation).slice(0, -60), isForeign: true };
    case 'entityBomb': return { status: 200, headers: XML, body: BOMB, isForeign: true };
    case 'huge': return { status: 200, headers: XML, body: hugeAnswer(operation), isForeign: true };
    case 'serverError': return {
      status: 500, headers: { ...HTML, 'x-cas-error-code': 'ErrorMailboxStoreUnavailable' }, isForeign: true,
      body: "<html><head><title>Runtime Error</title></head><body><h1>Server Error in '/EWS' Application.</h1></body></html>",
    };
    case 'storeUnavailable': return faultReply(new EwsFault('ErrorMailboxStoreUnavailable', 'The mailbox database is temporarily unavailable.'));
    case 'timeout': return faultReply(new EwsFault('ErrorTimeoutExpired', 'The operation has timed out.'));
    case 'moved': return faultReply(new EwsFault('ErrorMailboxMoveInProgress', 'The mailbox is being moved.'));
  }
}

/** The same inside another error (ecederstrand/exchangelib#356). */
function innerBusy(backOffMs: number): EwsFault {
  const inner = '<t:Value Name="InnerErrorResponseCode">ErrorServerBusy</t:Value><t:Value Name="InnerErrorMessageText">The server is busy.</t:Value>';
  return new EwsFault('ErrorInternalServerError', 'An internal server error occurred. Try again later.', inner + serverBusy(backOffMs).detail);
}

/** Within a 200: the first item meets it, the others were not tried. */
function busyItem(operation: string, parts: number, backOffMs: number): StandInReply {
  const busy = serverBusy(backOffMs);
  const stopped = new EwsError('ErrorBatchProcessingStopped', 'Batch processing stopped because of a critical error.');
  const empty = operation === 'SyncFolderItems' ? '<m:SyncState/><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>'
    : operation === 'SyncFolderHierarchy' ? '<m:SyncState/><m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange>'
      : /^(Get|Create|Update)Item$/.test(operation) ? '<m:Items/>' : '';
  return answer(operation, Array.from({ length: Math.max(1, parts) }, (_, n) => failure(operation, n === 0 ? busy : stopped, empty)));
}

const answerText = (operation: string): string => String(answer(operation, [`<m:${operation}ResponseMessage ResponseClass="Success">`
  + `<m:ResponseCode>NoError</m:ResponseCode></m:${operation}ResponseMessage>`]).body);

/** Well-formed to the end, but too much. */
const hugeAnswer = (operation: string): string => answerText(operation).replace('</s:Body>', `${' '.repeat(HUGE_BYTES)}</s:Body>`);
