/** The stand-in for Salesforce: login host and instance on one port, with pages for people, state and the vendor's rules. */
import type { MovableClock } from '../clock.ts';
import { createSaver } from '../saver.ts';
import { serveStandIn, type Recorder, type StandInServer } from '../server.ts';
import { createOrgApi, type SalesforceOrg } from './org-api.ts';
import { createOrg } from './org.ts';
import { createPages } from './pages/router.ts';
import { loadOrg, saveOrg } from './persist.ts';
import { createRest } from './rest.ts';
import { seedOrg, seedQueue, seedTaskStatuses } from './seed.ts';
import type { OrgSettings } from './settings.ts';
import { createAuthorize } from './sign-in/authorize.ts';
import { createCodes } from './sign-in/codes.ts';
import { oauthRoute, type SignIn } from './sign-in/oauth.ts';
import { createSessions } from './sign-in/sessions.ts';

export interface SalesforceOptions {
  /** 0 = any free port. */
  readonly port: number;
  readonly clock: MovableClock;
  /** Where the state is kept as JSON between starts; in memory without it. */
  readonly dataDir?: string;
  readonly recorder?: Recorder;
  readonly settings?: Partial<OrgSettings>;
  /** Fills a new organization with a few invented customers. */
  readonly withSamples?: boolean;
}

export interface SalesforceStandIn {
  readonly origin: string;
  readonly server: StandInServer;
  org(): SalesforceOrg;
  /** Stops listening and writes the state. */
  close(): Promise<void>;
}

const AUTHORIZE = '/services/oauth2/authorize';

/** The login and approval pages are for people: they are neither counted nor recorded. */
const isApi = (path: string): boolean =>
  (path.startsWith('/services/') && path !== AUTHORIZE) || /^\/id\/\w+\/\w+$/.test(path);

export async function startSalesforce(options: SalesforceOptions): Promise<SalesforceStandIn> {
  const { clock, dataDir } = options;
  const org = createOrg(clock, options.settings);
  const sessions = createSessions(org, dataDir === undefined ? undefined : loadOrg(org, dataDir));
  const api = createOrgApi(org, sessions);
  const isNew = org.people.size === 0;
  if (isNew) seedOrg(org);
  seedQueue(org);
  seedTaskStatuses(org);
  if (isNew && options.withSamples) api.addSamples();
  const saver = dataDir === undefined ? undefined : createSaver(() => { saveOrg(org, sessions.save(), dataDir); });
  org.changed = () => saver?.soon();

  let origin = '';
  const signIn: SignIn = { org, sessions, codes: createCodes(clock), origin: () => origin };
  const rest = createRest(org, sessions);
  const authorize = createAuthorize(signIn);
  const pages = createPages(org, api, (fault) => { server.addFault(fault); });
  const server = await serveStandIn({
    service: 'salesforce', port: options.port, clock, isApi,
    ...(options.recorder ? { recorder: options.recorder } : {}),
    api: (request) => (request.url.pathname.startsWith('/services/data') ? rest(request) : oauthRoute(signIn, request)),
    page: (request) => (request.url.pathname === AUTHORIZE ? authorize(request) : pages(request)),
  });
  origin = server.origin;
  return {
    origin, server, org: () => api,
    close: async () => {
      await server.close();
      saver?.now();
    },
  };
}
