/** A Salesforce world for tests: the stand-in, one user signed in through its pages, and a Side on top. */
import { createHash, randomBytes } from 'node:crypto';
import { movableClock, type MovableClock } from '../../../sandbox/clock.ts';
import { suiteRecorder, type FileRecorder } from '../../../sandbox/recorder.ts';
import type { Fault, StandInRequest } from '../../../sandbox/server.ts';
import { SEED_PASSWORD } from '../../../sandbox/salesforce/seed.ts';
import { startSalesforce, type SalesforceStandIn } from '../../../sandbox/salesforce/server.ts';
import { SANDBOX_APP, type OrgSettings } from '../../../sandbox/salesforce/settings.ts';
import { scopeAround } from '../scope.ts';
import { createSalesforceConnector } from '../../src/connectors/salesforce/index.ts';
import { parseWhen } from '../../src/engine/when.ts';
import type { Fields, Kind } from '../../src/engine/record.ts';
import type { AccessToken, Account, OAuthConnector, Grant } from '../../src/ports/connector.ts';
import type { Scope, Side } from '../../src/ports/side.ts';
import type { ActivityWorld } from '../contract/activity-contract.ts';
import type { ActivityKind } from '../contract/activity-samples.ts';
import type { SideWorld, Trouble } from '../contract/side-contract.ts';

export const REP = 'anna.weber@contoso.example';
export const COLLEAGUE = 'ben.keller@contoso.example';
const REDIRECT = 'http://localhost/api/oauth/salesforce';
/** Monday, 2 November 2026, 08:00 UTC. */
export const START = Date.UTC(2026, 10, 2, 8);

export interface SalesforceWorld extends SideWorld, ActivityWorld {
  readonly standIn: SalesforceStandIn;
  readonly clock: MovableClock;
  readonly connector: OAuthConnector;
  readonly account: Account;
  /** Paths and bodies of the API calls so far, oldest first. */
  readonly requests: StandInRequest[];
  /** Makes the next calls go wrong in Salesforce's own ways; what they answer is not recorded. */
  inject(fault: Fault): void;
  /** The refresh token in force. */
  secret(): string;
  /** A second Side of the same connection, as a later run opens it; `isCold`: in a new process. */
  openAgain(isCold?: boolean, scope?: Scope): Side;
  /** How many invitations the service would have mailed. */
  mailsSent(): number;
}

export const salesforceEnv = (origin: string): Record<string, string> => ({
  SALESFORCE_CLIENT_ID: SANDBOX_APP.clientId, SALESFORCE_CLIENT_SECRET: SANDBOX_APP.clientSecret,
  SALESFORCE_LOGIN_URL: origin, SALESFORCE_SANDBOX_LOGIN_URL: origin,
});

/** One file of recordings for each test file; a second recorder would empty the first one's. */
const recordings = new Map<string, FileRecorder | null>();

function recording(name: string): FileRecorder | null {
  const known = recordings.get(name);
  if (known !== undefined) return known;
  const made = suiteRecorder(name);
  recordings.set(name, made);
  return made;
}

/** `recordAs`: name of the recording for the contract check, unique to the test file. `kinds`: what the side is asked for. */
export async function salesforceWorld(
  settings: Partial<OrgSettings> = {}, recordAs?: string, kinds: readonly Kind[] = ['contact'],
): Promise<SalesforceWorld> {
  const clock = movableClock(START);
  const requests: StandInRequest[] = [];
  const recorder = recordAs === undefined ? null : recording(recordAs);
  // What a fault answers is not the vendor's contract.
  let isHealthy = true;
  const standIn = await startSalesforce({
    port: 0, clock, settings,
    recorder: (service, at, request, reply) => {
      if (request.url.pathname.startsWith('/services/data')) requests.push(request);
      if (isHealthy) recorder?.record(service, at, request, reply);
    },
  });
  const env = salesforceEnv(standIn.origin);
  const connector = createSalesforceConnector(env, { clock });
  let grant: Grant = await signIn(connector, REP);
  let renewals = 0;
  const access = {
    token: (): Promise<AccessToken> => Promise.resolve(grant.token),
    renew: async (): Promise<AccessToken> => {
      renewals += 1;
      grant = await connector.flow.refresh(grant.secret, grant.account);
      return grant.token;
    },
  };
  const inject = (fault: Fault): void => {
    isHealthy = false;
    standIn.server.addFault(fault);
  };
  const { account } = grant;
  const org = standIn.org();
  const scope = scopeAround(START, kinds);
  requests.length = 0;
  return {
    standIn, clock, connector, account, requests,
    side: connector.open(access, account, scope),
    openAgain: (isCold = false, other = scope) => (isCold ? createSalesforceConnector(env, { clock }) : connector).open(access, account, other),
    secret: () => grant.secret,
    addRecord: (fields) => Promise.resolve(org.insert('Contact', columns(fields), REP)),
    editRecord: (id, fields) => Promise.resolve(org.update('Contact', id, columns(fields))),
    removeRecord: (id) => Promise.resolve(org.remove('Contact', id)),
    now: () => clock.now(),
    add: (kind, fields) => Promise.resolve(org.insert(OBJECT[kind], activityColumns(fields), REP)),
    edit: (kind, id, fields) => Promise.resolve(org.update(OBJECT[kind], id, activityColumns(fields))),
    remove: (kind, id) => Promise.resolve(org.remove(OBJECT[kind], id)),
    mailsSent: () => org.mailsSent(),
    calls: () => requests.length,
    inject,
    trouble: (what, count) => inject({ route: '* /services/data/*', count, ...TROUBLES[what] }),
    expireToken: () => Promise.resolve(org.endSessions()),
    renewals: () => renewals,
    close: async () => {
      recorder?.flush();
      await standIn.close();
    },
  };
}

const TROUBLES: Readonly<Record<Trouble, object>> = {
  throttled: { status: 429, headers: { 'retry-after': '7' },
    body: [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'Too many requests' }] },
  down: { status: 503, headers: { 'content-type': 'text/html' }, body: '<html><body>Down for maintenance</body></html>' },
  html: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html><body>Please log in to the proxy</body></html>' },
  empty: { status: 200, body: '' },
  noAnswer: { dropRequest: true },
  lostReply: { dropReply: true },
};

/** The columns that the tests' people use; kept apart from the connector's own table on purpose. */
const COLUMN: Readonly<Record<string, string>> = {
  givenName: 'FirstName', familyName: 'LastName', primaryEmail: 'Email', jobTitle: 'Title', 'phones.mobile': 'MobilePhone',
  'phones.work': 'Phone',
};

function columns(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => {
    const column = COLUMN[name];
    if (column === undefined) throw new Error(`the test world has no column for ${name}`);
    return [column, value];
  }));
}

const OBJECT: Readonly<Record<ActivityKind, 'Event' | 'Task'>> = { event: 'Event', task: 'Task' };

const ACTIVITY_COLUMN: Readonly<Record<string, string>> = {
  subject: 'Subject', location: 'Location', body: 'Description', showAs: 'ShowAs', dueDate: 'ActivityDate', status: 'Status', importance: 'Priority',
};

/** The service's own words for the closed lists of the tests. */
const WORD: Readonly<Record<string, string>> = {
  busy: 'Busy', free: 'Free', oof: 'OutOfOffice', low: 'Low', normal: 'Normal', high: 'High',
  notStarted: 'Not Started', inProgress: 'In Progress', waiting: 'Waiting on someone else', deferred: 'Deferred', completed: 'Completed',
};

function activityColumns(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]): [string, unknown][] => {
    if (name === 'when' && typeof value === 'string') return timeColumns(value);
    const column = ACTIVITY_COLUMN[name];
    if (column === undefined) throw new Error(`the test world has no column for ${name}`);
    const isWord = name === 'showAs' || name === 'status' || name === 'importance';
    return [[column, isWord && typeof value === 'string' ? WORD[value] : value]];
  }));
}

/** Whole days as the service keeps them: midnights in UTC, the last day included. */
function timeColumns(text: string): [string, unknown][] {
  const when = parseWhen(text);
  if (!when) throw new Error(`${text} is no interval`);
  const [start, end] = when.isAllDay ? [Date.parse(when.startDate), Date.parse(when.endDate) - 86_400_000] : [when.start, when.end];
  return [['StartDateTime', new Date(start).toISOString()], ['EndDateTime', new Date(end).toISOString()], ['IsAllDayEvent', when.isAllDay]];
}

/** An event of an hour at noon, as somebody enters it in the service itself. */
export function insertEvent(world: SalesforceWorld, fields: Record<string, unknown> = {}, owner = REP): string {
  const times = { StartDateTime: '2026-11-05T12:00:00Z', EndDateTime: '2026-11-05T13:00:00Z' };
  return world.standIn.org().insert('Event', { Subject: 'Demo', ...times, ...fields }, owner);
}

/** A contact of an account of its own, so that colleagues can see it. */
export function insertPerson(
  world: SalesforceWorld, name: string, email: string | null = `${name.toLowerCase()}@acme.example`, owner = REP,
): string {
  const org = world.standIn.org();
  return org.insert('Contact', { LastName: name, Email: email, AccountId: org.insert('Account', { Name: `Company of ${name}` }, owner) }, owner);
}

export function insertLead(world: SalesforceWorld, fields: Record<string, unknown> = {}, owner = REP): string {
  return world.standIn.org().insert('Lead', { LastName: 'Albers', Company: 'Acme', ...fields }, owner);
}

/** Signs a seeded user in through the login and approval pages, as a browser does. */
export async function signIn(connector: OAuthConnector, username: string): Promise<Grant> {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const url = connector.flow.authorizeUrl({ choice: 'production', state: 's', challenge, redirectUri: REDIRECT });
  const landed = new URL(await approve(url, username, 'allow'));
  const code = landed.searchParams.get('code');
  if (code === null) throw new Error(`the sign-in pages answered ${landed.search}`);
  return connector.flow.finish({ choice: 'production', code, verifier, redirectUri: REDIRECT });
}

/** Where the sign-in pages send the browser in the end. */
export async function approve(url: string, username: string, decision: 'allow' | 'deny'): Promise<string> {
  const post = (form: Record<string, string>, cookie: string): Promise<Response> =>
    fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form), headers: { cookie } });
  const login = await post({ step: 'login', username, password: SEED_PASSWORD }, '');
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
  const answer = login.status === 302 ? login : await post({ decision }, cookie);
  return answer.headers.get('location') ?? '';
}
