/** What the tests of sign-in, sessions and activation share: tables in memory, a clock they move, two made-up vendors. */
import { randomBytes } from 'node:crypto';
import type { Attempt, Claimed, ClaimAttempt, SessionTokens, StartAttempt } from '@concord/api';
import type { ApiServices } from '../src/app/api.ts';
import { openSide } from '../src/app/auth/access.ts';
import { claimAttempt } from '../src/app/auth/claim.ts';
import { checkSession } from '../src/app/auth/sessions.ts';
import { finishSignIn, startSignIn } from '../src/app/auth/sign-in.ts';
import { SyncError } from '../src/engine/errors.ts';
import type { Account, CodeAnswer, Connector, Grant, OAuthConnector, TypedAnswer } from '../src/ports/connector.ts';
import type { Clock, Log, LogFacts, Queue, QueueMessage, QueueName } from '../src/ports/world.ts';
import { keyringOf } from '../src/store/keyring.ts';
import { MemoryTable, type MemoryTableOptions } from '../src/store/memory-table.ts';
import { sealerOf } from '../src/store/seal.ts';

export const START = Date.UTC(2026, 0, 5, 9);

export interface TestClock extends Clock { advance(milliseconds: number): void }

export function testClock(): TestClock {
  let now = START;
  return { now: () => now, advance: (milliseconds) => { now += milliseconds; } };
}

export interface LogLine { readonly level: 'info' | 'warn' | 'error'; readonly event: string; readonly facts: LogFacts }

export function testLog(): Log & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: LogLine['level']) => (event: string, facts: LogFacts = {}): void => { lines.push({ level, event, facts }); };
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}

export function testQueue(): Queue & { readonly sent: readonly { readonly queue: QueueName; readonly message: QueueMessage }[] } {
  const sent: { queue: QueueName; message: QueueMessage }[] = [];
  return { sent, send: (queue, message) => { sent.push({ queue, message }); return Promise.resolve(); } };
}

export interface FakeVendor extends OAuthConnector {
  /** Who signs in next, and what the next calls answer instead; each refusal is used once. */
  next: { account: Account; finish?: SyncError; refresh?: SyncError; revoke?: SyncError };
  readonly calls: { readonly finish: CodeAnswer[]; readonly refresh: string[]; readonly revoke: string[] };
  /** Waits inside refresh until it is opened; for races. */
  gate?: Promise<void>;
}

export const ANNA: Account = {
  organization: 'org-1', user: 'anna', login: 'anna@contoso.example', displayName: 'Anna Weber', organizationName: 'Contoso',
  timeZone: 'Europe/Berlin', country: 'DE', loginHost: 'https://login.crm.example',
};
export const ANNAS_MAILBOX: Account = {
  organization: 'tenant-1', user: 'anna-object', login: 'anna@contoso.example', displayName: 'Anna Weber',
  loginHost: 'https://login.mail.example',
};

/** A vendor whose refresh tokens rotate: each grant has a new secret and a new token of an hour. */
export function fakeVendor(side: 'm' | 'c', clock: Clock, account: Account): FakeVendor {
  let count = 0;
  const calls: FakeVendor['calls'] = { finish: [], refresh: [], revoke: [] };
  const grant = (owner: Account): Grant => {
    count += 1;
    return {
      secret: `${side}-secret-${count}`, account: owner,
      token: { value: `${side}-token-${count}`, endpoint: 'https://api.vendor.example', expiresAt: clock.now() + 3_600_000 },
    };
  };
  const take = (what: 'finish' | 'refresh' | 'revoke'): void => {
    const error = vendor.next[what];
    delete vendor.next[what];
    if (error) throw error;
  };
  const id = side === 'c' ? 'crm' : 'mail';
  const vendor: FakeVendor = {
    id, side, kinds: ['contact'], calls, next: { account },
    signIn: {
      system: id, side, name: side === 'c' ? 'Testcrm' : 'Testmail', by: 'oauth',
      choices: [
        { id: 'production', label: 'production', fields: [] },
        { id: 'own', label: 'own', fields: [{ id: 'domain', label: 'domain', isRequired: true, kind: 'url' }] },
      ],
    },
    flow: {
      by: 'oauth',
      authorizeUrl: ({ choice, domain, state, challenge, redirectUri, loginHint }) => {
        if (domain === 'evil.example') throw new SyncError('invalid', 'Not an address of ours.', { code: 'BAD_DOMAIN', field: 'domain' });
        const query = new URLSearchParams({ choice, state, challenge, redirectUri, ...(loginHint ? { loginHint } : {}) });
        return `https://login.vendor.example/authorize?${query.toString()}`;
      },
      finish: (answer) => settle(() => { calls.finish.push(answer); take('finish'); return grant(vendor.next.account); }),
      refresh: async (secret, owner) => {
        calls.refresh.push(secret);
        await vendor.gate;
        take('refresh');
        return grant(owner);
      },
      revoke: (secret) => settle(() => { calls.revoke.push(secret); take('revoke'); }),
      refused: ({ error }) => new SyncError(
        'denied', 'Refused.', { code: error === 'app_not_allowed' ? 'ADMIN_MUST_AGREE' : 'CONSENT_REFUSED' },
      ),
    },
    open: () => { throw new Error('these tests open no side'); },
    identify: (token) => settle(() => {
      if (token !== 'good-token') throw new SyncError('credentialsRejected', 'Not a good token.', { code: 'BAD_TOKEN' });
      return { organization: ANNAS_MAILBOX.organization, user: ANNAS_MAILBOX.user, login: ANNAS_MAILBOX.login };
    }),
  };
  return vendor;
}

export interface TypedVendor extends Connector {
  /** Who is behind what is typed next, and what the next call answers instead; used once. */
  next: { account: Account; connect?: SyncError };
  readonly connected: TypedAnswer[];
  readonly revoked: string[];
  /** Waits inside connect until it is opened; for races. */
  gate?: Promise<void>;
}

export const ANNAS_EXCHANGE: Account = {
  organization: 'mail.contoso.example', user: 'anna-folder', login: 'anna@contoso.example', displayName: 'Anna Weber',
  loginHost: 'https://mail.contoso.example/EWS',
};

/** A vendor that signs people in with what they type. */
export function typedVendor(side: 'm' | 'c', account: Account): TypedVendor {
  const grant = (secret: string, owner: Account): Grant => ({ secret, account: owner, token: { value: secret, endpoint: owner.loginHost } });
  const system = `typed-${side}`;
  const vendor: TypedVendor = {
    id: system, side, kinds: ['contact'], next: { account }, connected: [], revoked: [],
    signIn: {
      system, side, name: 'Typed', by: 'credentials',
      choices: [{
        id: 'server', label: 'server', fields: [
          { id: 'login', label: 'login', isRequired: true, kind: 'text' },
          { id: 'password', label: 'password', isRequired: true, kind: 'secret' },
          { id: 'url', label: 'ewsLink', isRequired: false, kind: 'url', isMore: true },
          { id: 'zone', label: 'zone', isRequired: true, kind: 'text', preset: 'main' },
        ],
      }],
    },
    flow: {
      by: 'credentials',
      connect: async (typed) => {
        vendor.connected.push(typed);
        await vendor.gate;
        const { connect, account: owner } = vendor.next;
        delete vendor.next.connect;
        if (connect) throw connect;
        return grant(JSON.stringify(typed.values), owner);
      },
      refresh: (secret, owner) => Promise.resolve(grant(secret, owner)),
      revoke: (secret) => settle(() => { vendor.revoked.push(secret); }),
    },
    open: () => { throw new Error('these tests open no side'); },
  };
  return vendor;
}

/** Runs at once; a throw becomes a rejection. */
function settle<Value>(work: () => Value): Promise<Value> {
  return new Promise((resolve) => { resolve(work()); });
}

type Fate = NonNullable<MemoryTableOptions['fate']>;

export interface SignInWorld extends ApiServices {
  readonly accounts: MemoryTable;
  readonly state: MemoryTable;
  readonly due: MemoryTable;
  readonly clock: TestClock;
  readonly log: ReturnType<typeof testLog>;
  readonly queue: ReturnType<typeof testQueue>;
  readonly crm: FakeVendor;
  readonly mail: FakeVendor;
  readonly typedCrm: TypedVendor;
  readonly typedMail: TypedVendor;
  /** What table `state` does to a request. */
  fate: Fate;
}

export function signInWorld(): SignInWorld {
  const clock = testClock();
  const random = { bytes: (count: number) => randomBytes(count) };
  const table = (fate: Fate = () => 'serve'): MemoryTable => new MemoryTable({ now: () => clock.now(), fate });
  const [accounts, state, due] = [table(), table((request) => world.fate(request)), table()];
  const wrapping = sealerOf(random.bytes(32));
  const keyring = keyringOf(accounts, {
    wrap: (key) => Promise.resolve(wrapping.seal(key, 'test')), unwrap: (wrapped) => Promise.resolve(wrapping.open(wrapped, 'test')),
  }, random);
  const crm = fakeVendor('c', clock, ANNA);
  const mail = fakeVendor('m', clock, ANNAS_MAILBOX);
  const [typedCrm, typedMail] = [typedVendor('c', ANNA), typedVendor('m', ANNAS_EXCHANGE)];
  const world: SignInWorld = {
    clock, random, accounts, state, due, keyring, crm, mail, typedCrm, typedMail, connectors: [crm, mail, typedCrm, typedMail],
    log: testLog(), queue: testQueue(), fate: () => 'serve',
    apiUrl: 'https://api.concord.example', paneUrl: 'https://pane.concord.example', paneOrigins: ['https://pane.concord.example'],
    openSide: (control, side, kinds) => openSide(world, control, side, kinds),
  };
  return world;
}

/** Step 1 as a person does it, up to the session. */
export async function claimSignIn(world: SignInWorld, before?: string): Promise<SessionTokens & { userId: string }> {
  const attempt = await startSignIn(world, { system: 'crm', choice: 'production' }, 'c', before);
  const claimed = await claimAttempt(world, await finished(world, 'crm', attempt));
  if (!claimed.session) throw new Error('a sign-in brings a session');
  return { ...claimed.session, userId: (await checkSession(world, claimed.session.access)).userId };
}

/** Step 2 as a person does it. */
export async function claimMailbox(world: SignInWorld, userId: string, more: Partial<StartAttempt> = {}): Promise<Claimed> {
  const attempt = await startSignIn(world, { system: 'mail', choice: 'production', ...more }, 'm', userId);
  return claimAttempt(world, await finished(world, 'mail', attempt));
}

/** The window comes back from the vendor; what the pane then claims with. */
export async function finished(world: SignInWorld, system: string, attempt: Attempt): Promise<ClaimAttempt> {
  const next = await finishSignIn(world, system, { state: stateOf(attempt.url), code: 'the-code' });
  return { attempt: attempt.attempt, secret: attempt.secret, code: hashOf(next)['code'] ?? '' };
}

/** The code of the SyncError that a call is refused with; fails the test when it is not refused. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof SyncError) return error.details.code;
    throw error;
  }
  throw new Error('expected a refusal, got an answer');
}

/** What the sign-in window's next address says behind the hash. */
export function hashOf(address: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(new URL(address).hash.slice(1)));
}

export const stateOf = (url: string): string => new URL(url).searchParams.get('state') ?? '';
