/** A mailbox of the Exchange stand-in for the contract suites, reached as the product does. */
import { movableClock } from '../../../sandbox/clock.ts';
import type { MovableClock } from '../../../sandbox/clock.ts';
import type { MailboxAccess } from '../../../sandbox/ews/access.ts';
import { startExchange } from '../../../sandbox/ews/server.ts';
import type { Exchange } from '../../../sandbox/ews/server.ts';
import type { OddSettings } from '../../../sandbox/ews/settings.ts';
import { suiteRecorder } from '../../../sandbox/recorder.ts';
import type { Fault, Recorder } from '../../../sandbox/server.ts';
import { ewsClient, writeCredentials } from '../../src/connectors/ews/client.ts';
import { mailboxSide } from '../../src/connectors/ews/side.ts';
import type { EwsCall } from '../../src/connectors/ews/soap.ts';
import type { Kind } from '../../src/engine/record.ts';
import type { Access } from '../../src/ports/connector.ts';
import type { ActivityWorld } from '../contract/activity-contract.ts';
import type { SideWorld, Trouble } from '../contract/side-world.ts';
import { RETRY_AFTER_SECONDS } from '../contract/side-world.ts';
import { scopeAround } from '../scope.ts';
import { networkTo } from './exchange-network.ts';
import { rawContact, rawEvent, rawTask } from './ews-records.ts';

export type { RawChange, RawItem } from '../../../sandbox/ews/access.ts';

export interface EwsWorld extends SideWorld, ActivityWorld {
  readonly exchange: Exchange;
  readonly mailbox: MailboxAccess;
  readonly clock: MovableClock;
  readonly login: string;
  readonly call: EwsCall;
}

export interface EwsWorldOptions {
  readonly recorder?: Recorder;
  readonly kinds?: readonly Kind[];
  /** What the server does by chance; by default it repeats items, sends empty pages and has assistants that write. */
  readonly odd?: Partial<OddSettings>;
  /** How the server lets people in; by Windows sign-in alone, as its own default is. */
  readonly schemes?: readonly ('NTLM' | 'Basic')[];
}

/** Operations: the handshake of a sign-in, whose body is empty, is not meant. */
const API = '* /EWS/*';
const TROUBLES: Readonly<Record<Exclude<Trouble, 'throttled'>, Omit<Fault, 'route' | 'count'>>> = {
  down: { status: 503, headers: { 'content-type': 'text/html' }, body: '<html><body>503</body></html>' },
  html: { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Proxy</title>' },
  empty: { status: 200, body: '' },
  noAnswer: { dropRequest: true },
  lostReply: { dropReply: true },
};

export async function openEwsWorld({ recorder, kinds = ['contact'], odd = {}, schemes }: EwsWorldOptions = {}): Promise<EwsWorld> {
  const clock = movableClock();
  const exchange = await startExchange({
    port: 0, pagePort: 0, clock, ...(recorder ? { recorder: trafficOf(recorder) } : {}),
    settings: { serviceTime: () => Promise.resolve(), signIn: { schemes: schemes ?? ['NTLM'] }, odd },
  });
  const mailbox = exchange.mailbox('anna');
  const { account } = mailbox;
  const call = callTo(exchange, clock, mailbox);
  return {
    exchange, mailbox, clock, call, login: account.address,
    side: mailboxSide(call, account.address, scopeAround(clock.now(), kinds), clock),
    addRecord: (fields) => Promise.resolve(mailbox.addContact(rawContact(fields))),
    editRecord: (id, fields) => Promise.resolve(mailbox.update(id, rawContact(fields))),
    removeRecord: (id) => Promise.resolve(mailbox.remove(id)),
    now: () => clock.now(),
    add: (kind, fields) => Promise.resolve(kind === 'event' ? mailbox.addEvent(rawEvent(fields)) : mailbox.addTask(rawTask(fields))),
    edit: (kind, id, fields) => Promise.resolve(mailbox.update(id, kind === 'event' ? rawEvent(fields) : rawTask(fields))),
    remove: (_kind, id) => Promise.resolve(mailbox.remove(id)),
    mailsSent: () => exchange.mailsSent.length,
    calls: () => exchange.server.calls.get('ews') ?? 0,
    trouble: (what, count) => {
      if (what === 'throttled') exchange.controls.trouble('busy', { count, backOffMs: RETRY_AFTER_SECONDS * 1000 });
      else exchange.server.addFault({ route: API, count, bodyHolds: 'Envelope', ...TROUBLES[what] });
    },
    expireToken: () => Promise.resolve(),
    renewals: () => 1,
    close: () => exchange.close(),
  };
}

function callTo(exchange: Exchange, clock: MovableClock, { account }: MailboxAccess): EwsCall {
  const token = { value: writeCredentials({ login: account.upn, password: account.password, address: account.address }), endpoint: exchange.ewsUrl };
  const access: Access = { token: () => Promise.resolve(token), renew: () => Promise.reject(new Error('nobody renews a password')) };
  return ewsClient(access, networkTo(exchange, clock));
}

/** Worlds whose traffic is kept for the contract check when `npm run contracts` asks for it; one suite, one name. */
export function recordedEwsWorlds(name: string, options: Omit<EwsWorldOptions, 'recorder'> = {}): { open(): Promise<EwsWorld>; flush(): void } {
  const recorder = suiteRecorder(name);
  return {
    open: () => openEwsWorld({ ...options, ...(recorder ? { recorder: recorder.record } : {}) }),
    flush: () => {
      recorder?.flush();
    },
  };
}

/** A value that no contract allows: the request that must be refused. */
export const IMPOSSIBLE_BIRTHDAY = '1980-13-45';

/** Left out: what a proxy would answer in the service's place, and the request that is wrong on purpose: no contract is about them. */
const trafficOf =
  (recorder: Recorder): Recorder =>
  (service, at, request, reply) => {
    const isProxy = reply?.status === 200 && typeof reply.body === 'string' && !reply.body.startsWith('<?xml');
    if (!isProxy && !request.body.includes(IMPOSSIBLE_BIRTHDAY)) recorder(service, at, request, reply);
  };
