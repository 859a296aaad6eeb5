/** Starts the stand-in for an Exchange server: EWS and Autodiscover over TLS, and beside them plain http with a page for people. */
import type { MovableClock } from '../clock.ts';
import { makeDice } from '../graph/settings.ts';
import { serveStandIn } from '../server.ts';
import type { Recorder, StandInReply, StandInRequest, StandInServer } from '../server.ts';
import { accessTo } from './access.ts';
import type { MailboxAccess } from './access.ts';
import { EXCHANGE_ACCOUNTS } from './accounts.ts';
import type { ExchangeAccount } from './accounts.ts';
import { autodiscoverReply, isAutodiscoverPath } from './autodiscover.ts';
import { autodiscoverState } from './autodiscover-state.ts';
import type { Leak } from './autodiscover-state.ts';
import { endPointOf, selfSigned } from './certificate.ts';
import { controlsOf } from './controls.ts';
import type { Controls } from './controls.ts';
import { pageReply } from './doors.ts';
import { SAMPLE_CONTACTS } from './samples.ts';
import { ewsReply, isEwsPath } from './service.ts';
import { ewsSettings } from './settings.ts';
import type { SettingsInput } from './settings.ts';
import { doorkeeper } from './sign-in.ts';
import type { Doorkeeper, Refusal } from './sign-in.ts';
import { SERVICE_FILE, mailboxFile, openStore, storedMailbox } from './store.ts';
import { demandAccount, mailboxOf } from './world.ts';
import type { EwsWorld, SentMail } from './world.ts';

export interface ExchangeOptions {
  /** TLS: EWS and Autodiscover. */
  readonly port: number;
  /** Plain http: the page, the doors for programs, and the redirect of Autodiscover. */
  readonly pagePort: number;
  readonly clock: MovableClock;
  /** Absent: nothing outlives the process. */
  readonly dataDir?: string;
  readonly recorder?: Recorder;
  readonly accounts?: readonly ExchangeAccount[];
  /** Host names of the certificate beside localhost and 127.0.0.1. */
  readonly hostNames?: readonly string[];
  readonly settings?: SettingsInput;
  /** Sample contacts for each mailbox that starts empty. */
  readonly hasSamples?: boolean;
}

export interface Exchange {
  /** https://localhost:port */
  readonly origin: string;
  readonly ewsUrl: string;
  readonly pageOrigin: string;
  /** PEM: what a client trusts to reach it. */
  readonly certificate: string;
  /** Of the TLS side; both sides count calls and take faults together. */
  readonly server: StandInServer;
  readonly world: EwsWorld;
  readonly accounts: readonly ExchangeAccount[];
  readonly mailsSent: readonly SentMail[];
  /** Passwords that were sent where none may be sent. */
  readonly leaks: readonly Leak[];
  /** The latest reasons for which sign-ins over TLS were refused; clients see 401 and no reason. */
  readonly refusals: readonly Refusal[];
  /** By account id, address, UPN or DOMAIN\login. */
  mailbox(account: string): MailboxAccess;
  readonly controls: Controls;
  close(): Promise<void>;
}

const NAMES = ['localhost', 'mail.contoso.example', 'autodiscover.contoso.example', 'contoso.example', '127.0.0.1'];

export async function startExchange(options: ExchangeOptions): Promise<Exchange> {
  const store = openStore(options.dataDir);
  const stored = store.readService();
  const certificate = stored?.certificate ?? selfSigned([...NAMES, ...options.hostNames ?? []], options.clock.now());
  const mailsSent: SentMail[] = [...stored?.mailsSent ?? []];
  const settings = ewsSettings(options.settings);
  const serviceChanged = (): void => {
    store.touch(SERVICE_FILE, () => ({ certificate, standings: Object.fromEntries(world.standings), mailsSent }));
  };
  const world: EwsWorld = {
    clock: options.clock, accounts: options.accounts ?? EXCHANGE_ACCOUNTS, settings, standings: new Map(Object.entries(stored?.standings ?? {})),
    autodiscover: autodiscoverState(), troubles: [], dice: makeDice(settings.odd.seed), load: new Map(), mailsSent, serviceChanged,
    mailed: (mail) => {
      mailsSent.push(mail);
      serviceChanged();
    },
    mailboxes: new Map(store.readMailboxes().map((mailbox) => [mailbox.account, mailbox])),
    changed: (mailbox) => { store.touch(mailboxFile(mailbox), () => storedMailbox(mailbox)); },
  };
  if (options.hasSamples) addSamples(world);
  serviceChanged();
  const controls = controlsOf(world);
  const secureKeeper = doorkeeper(world, endPointOf(certificate.cert));
  const shared = { clock: options.clock, ...(options.recorder ? { recorder: options.recorder } : {}) };
  const server = await serveStandIn({ ...shared, ...sideOf(world, secureKeeper, true), port: options.port, tls: certificate, page: () => ({ status: 404 }) });
  const page = await serveStandIn({
    ...shared, ...sideOf(world, doorkeeper(world, undefined), false), port: options.pagePort, twin: server,
    page: (request) => pageReply({ world, controls, addFault: (fault) => { server.addFault(fault); } }, request),
  });
  return {
    origin: server.origin, ewsUrl: `${server.origin}/EWS/Exchange.asmx`, pageOrigin: page.origin, certificate: certificate.cert, server, world, controls,
    accounts: world.accounts, mailsSent, leaks: world.autodiscover.leaks, refusals: secureKeeper.refusals,
    mailbox: (name) => accessTo(world, demandAccount(world, name)),
    close: async () => {
      await page.close();
      await server.close();
      store.flush();
    },
  };
}

/** What stands before the operations (a handshake, Autodiscover) is counted under names of its own and is no part of the recorded contract. */
function sideOf(world: EwsWorld, keeper: Doorkeeper, isSecure: boolean): {
  readonly service: string; serviceOf(path: string, request: StandInRequest): string; isApi(path: string): boolean;
  api(request: StandInRequest): StandInReply | Promise<StandInReply>;
} {
  return {
    service: 'ews',
    isApi: (path) => isEwsPath(path) || isAutodiscoverPath(path),
    serviceOf: (path, { body }) => (isAutodiscoverPath(path) ? 'autodiscover' : body === '' ? 'ews-sign-in' : 'ews'),
    api: (request) => (isEwsPath(request.url.pathname) ? ewsReply(world, keeper, request, isSecure) : autodiscoverReply(world, keeper, request, isSecure)),
  };
}

function addSamples(world: EwsWorld): void {
  for (const account of world.accounts.filter(({ hasMailbox }) => hasMailbox)) {
    if (mailboxOf(world, account).items.size > 0) continue;
    for (const props of SAMPLE_CONTACTS) accessTo(world, account).addContact(props);
  }
}
