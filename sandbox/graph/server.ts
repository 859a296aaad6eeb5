/** Starts the stand-in for Microsoft: identity and Graph in one server, with a page for people and a door for programs. */
import type { MovableClock } from '../clock.ts';
import { SANDBOX_REGISTRATION, SEEDED_USERS } from '../identity/accounts.ts';
import type { Registration, User } from '../identity/accounts.ts';
import { identityReply, isIdentityPath } from '../identity/server.ts';
import { identityState, storedIdentity } from '../identity/state.ts';
import type { IdentitySettings, IdentityState } from '../identity/state.ts';
import { loadKeys, makeKeys } from '../identity/tokens.ts';
import { serveStandIn } from '../server.ts';
import type { Recorder, StandInServer } from '../server.ts';
import { accessTo } from './access.ts';
import type { MailboxAccess } from './access.ts';
import { controlsOf, demandUser } from './controls.ts';
import type { Controls } from './controls.ts';
import { pageReply } from './doors.ts';
import { deliverNotifications } from './notifications.ts';
import type { Delivered } from './notifications.ts';
import { SAMPLE_CONTACTS } from './samples.ts';
import { graphReply, isGraphPath } from './service.ts';
import { graphSettings, makeDice, noTrouble } from './settings.ts';
import type { SettingsInput } from './settings.ts';
import { mailboxFile, openStore, serviceFile, storedMailbox } from './store.ts';
import { mailboxOf } from './world.ts';
import type { GraphWorld, SentMail } from './world.ts';

export interface MicrosoftOptions {
  readonly port: number;
  readonly clock: MovableClock;
  /** Absent: nothing outlives the process. */
  readonly dataDir?: string;
  readonly recorder?: Recorder;
  readonly users?: readonly User[];
  readonly registration?: Registration;
  readonly settings?: SettingsInput & { readonly identity?: Partial<IdentitySettings> };
  /** Sample contacts for each mailbox that starts empty, for a first look; off for tests and the demo. */
  readonly hasSamples?: boolean;
}

export interface Microsoft {
  readonly origin: string;
  readonly server: StandInServer;
  readonly registration: Registration;
  readonly users: readonly User[];
  readonly identity: IdentityState;
  readonly world: GraphWorld;
  readonly mailsSent: readonly SentMail[];
  /** By object id or login. */
  mailbox(user: string): MailboxAccess;
  readonly controls: Controls;
  /** Sends what subscriptions are owed; nothing is sent by itself. */
  deliverNotifications(): Promise<Delivered>;
  close(): Promise<void>;
}

export async function startMicrosoft(options: MicrosoftOptions): Promise<Microsoft> {
  const store = openStore(options.dataDir);
  const stored = store.readService();
  const keys = await loadKeys(stored?.keys ?? await makeKeys());
  const registration = options.registration ?? SANDBOX_REGISTRATION;
  const users = options.users ?? SEEDED_USERS;
  const mailsSent: SentMail[] = [...stored?.mailsSent ?? []];
  const identity: IdentityState = identityState({
    clock: options.clock, users, registration, keys, stored: stored?.identity,
    ...(options.settings?.identity ? { settings: options.settings.identity } : {}),
    changed: () => { store.touch(serviceFile(), () => ({ keys: keys.stored, identity: storedIdentity(identity), mailsSent })); },
  });
  const settings = graphSettings(options.settings);
  const world: GraphWorld = {
    clock: options.clock, users, keys, settings, trouble: noTrouble(), dice: makeDice(settings.delta.seed), load: new Map(),
    mailsSent,
    mailed: (mail) => {
      mailsSent.push(mail);
      identity.changed();
    },
    mailboxes: new Map(store.readMailboxes().map((mailbox) => [mailbox.userId, mailbox])),
    changed: (mailbox) => { store.touch(mailboxFile(mailbox), () => storedMailbox(mailbox)); },
  };
  if (options.hasSamples) addSamples(world);
  identity.changed();
  const controls = controlsOf(world, identity);
  const server = await serveStandIn({
    service: 'graph', port: options.port, clock: options.clock,
    ...(options.recorder ? { recorder: options.recorder } : {}),
    isApi: (path) => isGraphPath(path) || isIdentityPath(path),
    serviceOf: (path) => (isGraphPath(path) ? 'graph' : 'identity'),
    api: (request) => (isGraphPath(request.url.pathname) ? graphReply(world, identity, request) : identityReply(identity, request)),
    page: (request) => pageReply({ world, identity, controls, addFault: (fault) => { server.addFault(fault); } }, request),
  });
  identity.origin = server.origin;
  return {
    origin: server.origin, server, registration, users, identity, world, mailsSent, controls,
    deliverNotifications: () => deliverNotifications(world),
    mailbox: (user) => accessTo(world, demandUser(identity, user)),
    close: async () => {
      await server.close();
      store.flush();
    },
  };
}

function addSamples(world: GraphWorld): void {
  for (const user of world.users.filter(({ hasMailbox }) => hasMailbox)) {
    const mailbox = mailboxOf(world, user.id);
    if (mailbox.seq > 0) continue;
    for (const body of SAMPLE_CONTACTS) accessTo(world, user).addContact(body);
  }
}
