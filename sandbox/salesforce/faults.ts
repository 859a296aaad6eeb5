/** Faults that users of the service have met, ready to inject; the numbers name the reports. */
import type { Fault } from '../server.ts';

interface NamedFault {
  readonly label: string;
  readonly fault: Omit<Fault, 'count'>;
}

const REST = '* /services/data/*';
const refusal = (code: string, message: string): unknown => [{ message, errorCode: code }];

export const SALESFORCE_FAULTS = {
  pool: { label: 'Daily calls used up (403)',
    fault: { route: REST, status: 403, body: refusal('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.') } },
  concurrent: { label: 'Too many calls at once (403)', fault: {
    route: REST, status: 403, body: refusal('REQUEST_LIMIT_EXCEEDED', 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.') } },
  unavailable: { label: 'Server unavailable (503)',
    fault: { route: REST, status: 503, body: refusal('SERVER_UNAVAILABLE', 'Server is too busy') } },
  tooMany: { label: 'Too many requests (429)', fault: {
    route: REST, status: 429, headers: { 'retry-after': '30' }, body: refusal('REQUEST_LIMIT_EXCEEDED', 'Too many requests') } },
  declined: { label: 'A burst is declined (400, HTML; OrgCheck#74)', fault: {
    route: REST, status: 400, headers: { 'content-type': 'text/html' }, body: '<html><body><h1>Access Declined</h1></body></html>' } },
  badGateway: { label: 'Maintenance page (502, HTML)', fault: {
    route: REST, status: 502, headers: { 'content-type': 'text/html' },
    body: '<html><body><h1>We are down for maintenance</h1></body></html>' } },
  lostReply: { label: 'Saved, but the reply is lost', fault: { route: '* /services/data/*/composite*', dropReply: true } },
  lostRequest: { label: 'The connection breaks before the call', fault: { route: REST, dropRequest: true } },
  busyToken: { label: 'Token request already being processed', fault: {
    route: 'POST /services/oauth2/token', status: 400,
    body: { error: 'invalid_grant', error_description: 'token request is already being processed' } } },
} as const satisfies Readonly<Record<string, NamedFault>>;

export type FaultName = keyof typeof SALESFORCE_FAULTS;

export const isFaultName = (text: string): text is FaultName => Object.hasOwn(SALESFORCE_FAULTS, text);

export const faultNamed = (name: FaultName, count: number): Fault => ({ ...SALESFORCE_FAULTS[name].fault, count });
