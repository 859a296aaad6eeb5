/** A vTiger world for tests: the stand-in, one user signed in with his access key, and a Side on top. */
import { movableClock, type MovableClock } from '../../../sandbox/clock.ts';
import { suiteRecorder, type FileRecorder } from '../../../sandbox/recorder.ts';
import type { Fault, StandInRequest } from '../../../sandbox/server.ts';
import type { Hands } from '../../../sandbox/vtiger/access.ts';
import { startVtiger, type Vtiger } from '../../../sandbox/vtiger/server.ts';
import type { VtigerSettings } from '../../../sandbox/vtiger/settings.ts';
import { createVtigerConnector } from '../../src/connectors/vtiger/index.ts';
import { instantAt } from '../../src/connectors/local-time.ts';
import type { Fields, Kind } from '../../src/engine/record.ts';
import { parseWhen } from '../../src/engine/when.ts';
import type { Access, AccessToken, Account, Connector, CredentialsFlow, Grant } from '../../src/ports/connector.ts';
import type { Scope, Side } from '../../src/ports/side.ts';
import type { ActivityWorld } from '../contract/activity-contract.ts';
import type { ActivityKind } from '../contract/activity-samples.ts';
import type { SideWorld, Trouble } from '../contract/side-contract.ts';
import { RETRY_AFTER_SECONDS } from '../contract/side-world.ts';
import { scopeAround } from '../scope.ts';

export const REP = 'anna.weber';
export const COLLEAGUE = 'mia.schmidt';
/** Monday, 2 November 2026, 08:00 UTC. */
export const START = Date.UTC(2026, 10, 2, 8);

export interface VtigerWorld extends SideWorld, ActivityWorld {
  readonly crm: Vtiger;
  readonly clock: MovableClock;
  readonly connector: Connector & { readonly flow: CredentialsFlow };
  readonly account: Account;
  /** The user's own hands in the CRM, and a colleague's. */
  readonly hands: Hands;
  readonly colleague: Hands;
  /** Operations so far, sign-in apart, oldest first. */
  readonly requests: { readonly operation: string; readonly parameters: URLSearchParams }[];
  /** Makes the next calls go wrong; what they answer is not recorded. */
  inject(fault: Fault): void;
  /** A second Side of the same connection, as a later run opens it; `isCold`: in a new process. */
  openAgain(isCold?: boolean, scope?: Scope): Side;
  mailsSent(): number;
}

export interface VtigerWorldOptions {
  /** Name of the recording for the contract check, unique to the test file. */
  readonly recordAs?: string;
  readonly kinds?: readonly Kind[];
  readonly settings?: Partial<VtigerSettings>;
  readonly login?: string;
}

export const vtigerEnv = (crm: Pick<Vtiger, 'origin'>): Record<string, string> => ({ CONCORD_ALLOWED_HOSTS: new URL(crm.origin).host });

/** One file of recordings for each test file; a second recorder would empty the first one's. */
const recordings = new Map<string, FileRecorder | null>();

function recording(name: string): FileRecorder | null {
  const known = recordings.get(name);
  if (known !== undefined) return known;
  const made = suiteRecorder(name);
  recordings.set(name, made);
  return made;
}

const parametersOf = ({ url, method, body }: StandInRequest): URLSearchParams => (method === 'POST' ? new URLSearchParams(body) : url.searchParams);

/** What signs in is not counted among the calls. */
const SIGN_IN = ['getchallenge', 'login', 'listtypes'];

export function vtigerConnector(crm: Vtiger, clock: MovableClock, env: Record<string, string> = {}): VtigerWorld['connector'] {
  const connector = createVtigerConnector({ ...vtigerEnv(crm), ...env }, { clock });
  const { flow } = connector;
  if (flow.by !== 'credentials') throw new Error('a vTiger is signed in to with what is typed');
  return { ...connector, flow };
}

export async function vtigerWorld({ recordAs, kinds = ['contact'], settings, login = REP }: VtigerWorldOptions = {}): Promise<VtigerWorld> {
  const clock = movableClock(START);
  const requests: { operation: string; parameters: URLSearchParams }[] = [];
  const recorder = recordAs === undefined ? null : recording(recordAs);
  let isHealthy = true;
  const crm = await startVtiger({
    port: 0, clock, settings: { sync: 'registered', ...settings },
    recorder: (service, at, request, reply) => {
      const parameters = parametersOf(request);
      const operation = parameters.get('operation') ?? '';
      if (!SIGN_IN.includes(operation)) requests.push({ operation, parameters });
      // What a fault answers is not the vendor's contract.
      if (isHealthy) recorder?.record(service, at, request, reply);
    },
  });
  const connector = vtigerConnector(crm, clock);
  const hands = crm.crm(login);
  const typed = { url: crm.origin, login, accessKey: hands.user.accessKey };
  let grant: Grant = await connector.flow.connect({ choice: 'default', values: typed });
  let renewals = 0;
  let renewing: Promise<Grant> | undefined;
  // As the app does: calls of one run share one renewal.
  const renew = async (refused: AccessToken): Promise<AccessToken> => {
    if (refused.value !== grant.token.value) return grant.token;
    renewals += renewing ? 0 : 1;
    renewing ??= connector.flow.refresh(grant.secret, grant.account).finally(() => { renewing = undefined; });
    grant = await renewing;
    return grant.token;
  };
  const isFresh = ({ expiresAt = Infinity }: AccessToken): boolean => expiresAt - 60_000 > clock.now();
  const access: Access = { token: () => (isFresh(grant.token) ? Promise.resolve(grant.token) : renew(grant.token)), renew };
  const inject = (fault: Fault): void => {
    isHealthy = false;
    crm.server.addFault(fault);
  };
  const { account } = grant;
  const scope = scopeAround(START, kinds);
  const zone = hands.user.timeZone;
  return {
    crm, clock, connector, account, hands, colleague: crm.crm(COLLEAGUE), requests,
    side: connector.open(access, account, scope),
    openAgain: (isCold = false, other = scope) => (isCold ? vtigerConnector(crm, clock) : connector).open(access, account, other),
    addRecord: (fields) => Promise.resolve(hands.addContact(personColumns(fields))),
    editRecord: (id, fields) => Promise.resolve(hands.update(id, personColumns(fields))),
    removeRecord: (id) => Promise.resolve(hands.remove(id)),
    now: () => clock.now(),
    add: (kind, fields) => Promise.resolve(
      kind === 'event' ? hands.addEvent(activityColumns(kind, fields, zone)) : hands.addTask(activityColumns(kind, fields, zone))),
    edit: (kind, id, fields) => Promise.resolve(hands.update(id, activityColumns(kind, fields, zone))),
    remove: (_kind, id) => Promise.resolve(hands.remove(id)),
    mailsSent: () => crm.mailsSent.length,
    calls: () => requests.length,
    inject,
    trouble: (what, count) => inject({ route: '* /webservice.php', count, ...TROUBLES[what] }),
    expireToken: () => Promise.resolve(crm.controls.endSessions('lost')),
    renewals: () => renewals,
    close: async () => {
      recorder?.flush();
      await crm.close();
    },
  };
}

const HTML = { 'content-type': 'text/html' };
const TROUBLES: Readonly<Record<Trouble, object>> = {
  throttled: { status: 429, headers: { 'retry-after': String(RETRY_AFTER_SECONDS) }, body: '' },
  down: { status: 503, headers: HTML, body: '<html><body>Down for maintenance</body></html>' },
  html: { status: 200, headers: HTML, body: '<html><body>Please log in to the proxy</body></html>' },
  empty: { status: 200, body: '' },
  noAnswer: { dropRequest: true },
  lostReply: { dropReply: true },
};

/** The columns that the tests' records use; kept apart from the connector's own tables on purpose. */
const COLUMN: Readonly<Record<string, string>> = {
  givenName: 'firstname', familyName: 'lastname', primaryEmail: 'email', jobTitle: 'title', 'phones.mobile': 'mobile', 'phones.work': 'phone',
  subject: 'subject', location: 'location', body: 'description', dueDate: 'due_date', status: 'taskstatus', importance: 'taskpriority',
};

/** The service's own words for the closed lists of the tests. */
const WORD: Readonly<Record<string, string>> = {
  low: 'Low', normal: 'Medium', high: 'High', notStarted: 'Not Started', inProgress: 'In Progress', waiting: 'Pending Input', deferred: 'Deferred',
  completed: 'Completed',
};

function columnOf(name: string): string {
  const column = COLUMN[name];
  if (column === undefined) throw new Error(`the test world has no column for ${name}`);
  return column;
}

const personColumns = (fields: Fields): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [columnOf(name), value ?? '']));

function activityColumns(kind: ActivityKind, fields: Fields, zone: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]): [string, unknown][] => {
    if (name === 'when' && typeof value === 'string') return timeColumns(value, zone);
    // The CRM knows no busy and free.
    if (name === 'showAs' && kind === 'event') return [];
    const isWord = name === 'status' || name === 'importance';
    return [[columnOf(name), isWord && typeof value === 'string' ? WORD[value] : value ?? '']];
  }));
}

/** Whole days as another program of this kind keeps them: the owner's midnight to 23:59 of the last day, marked. */
function timeColumns(text: string, zone: string): [string, unknown][] {
  const when = parseWhen(text);
  if (!when) throw new Error(`${text} is no interval`);
  const lastDay = (day: string): string => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
  const [start, end] = when.isAllDay
    ? [instantAt(`${when.startDate}T00:00:00`, zone) ?? 0, instantAt(`${lastDay(when.endDate)}T23:59:00`, zone) ?? 0] : [when.start, when.end];
  const [from, to] = [start, end].map((at) => new Date(at).toISOString());
  return [
    ['date_start', from?.slice(0, 10)], ['time_start', from?.slice(11, 19)], ['due_date', to?.slice(0, 10)], ['time_end', to?.slice(11, 19)],
    ['notime', when.isAllDay ? '1' : '0'],
  ];
}
