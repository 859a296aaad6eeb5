/** Starts the stand-in for a vTiger CRM server: webservice.php, and on the same port pages for people and doors for programs. */
import type { MovableClock } from '../clock.ts';
import { createSaver } from '../saver.ts';
import { serveStandIn } from '../server.ts';
import type { Recorder, StandInServer } from '../server.ts';
import { handsOf, type Hands } from './access.ts';
import { VTIGER_GROUPS, VTIGER_USERS, type CrmUser } from './accounts.ts';
import { controlsOf, type Controls } from './controls.ts';
import { pageReply } from './doors.ts';
import { USUAL_FILTERS } from './filters.ts';
import { loadCrm, saveCrm } from './persist.ts';
import { addSamples } from './samples.ts';
import { isServicePath, serviceReply } from './service.ts';
import { newSessions } from './sessions.ts';
import { vtigerSettings, type VtigerSettings } from './settings.ts';
import { demandUser, idIn, type SentMail, type World } from './world.ts';

export interface VtigerOptions {
  /** 0 = any free port. */
  readonly port: number;
  readonly clock: MovableClock;
  /** Where the state is kept as JSON between starts; in memory without it. */
  readonly dataDir?: string;
  readonly recorder?: Recorder;
  readonly settings?: Partial<VtigerSettings>;
  /** Fills a new install with a few invented customers. */
  readonly hasSamples?: boolean;
}

/** `id` is the vendor's, as login answers it ("19x5"). */
export type SeededUser = CrmUser & { readonly id: string };

export interface Vtiger {
  /** http://localhost:port; the address that a person types at the sign-in. */
  readonly origin: string;
  readonly serviceUrl: string;
  readonly server: StandInServer;
  readonly world: World;
  readonly users: readonly SeededUser[];
  /** A person's hands, by login; writes at once, and unseen by `calls`. */
  crm(login: string): Hands;
  readonly controls: Controls;
  readonly mailsSent: readonly SentMail[];
  /** Stops listening and writes the state. */
  close(): Promise<void>;
}

export async function startVtiger(options: VtigerOptions): Promise<Vtiger> {
  const { dataDir } = options;
  const world = worldOf(options);
  const saver = dataDir === undefined ? undefined : createSaver(() => { saveCrm(world, dataDir); });
  if (options.hasSamples && world.rows.size === 0) addSamples(world);
  world.changed = () => saver?.soon();
  const controls = controlsOf(world);
  const server = await serveStandIn({
    service: 'vtiger', port: options.port, clock: options.clock, isApi: isServicePath,
    ...(options.recorder ? { recorder: options.recorder } : {}),
    api: (request) => serviceReply(world, request),
    page: (request) => pageReply({ world, controls, addFault: (fault) => { server.addFault(fault); } }, request),
  });
  return {
    origin: server.origin, serviceUrl: `${server.origin}/webservice.php`, server, world, controls, mailsSent: world.mailsSent,
    users: world.users.map((user) => ({ ...user, id: idIn(world, 'Users', user.n) })),
    crm: (login) => handsOf(world, demandUser(world, login)),
    close: async () => {
      await server.close();
      saver?.now();
    },
  };
}

const NO_CHANGE = (): void => undefined;
/** The number of the install's own entity: the first record of an account was 2. */
const FIRST_RECORD = 1;

function worldOf({ clock, dataDir, settings }: VtigerOptions): World {
  const saved = dataDir === undefined ? undefined : loadCrm(dataDir);
  return {
    clock, settings: vtigerSettings({ ...settings, ...saved?.settings }), groups: VTIGER_GROUPS, sessions: newSessions(), changed: NO_CHANGE,
    users: (saved?.users ?? VTIGER_USERS).map((user) => ({ ...user })),
    rows: new Map(saved?.rows.map((row) => [row.n, row])), counters: new Map(saved?.counters ?? [['record', FIRST_RECORD]]),
    filters: [...saved?.filters ?? USUAL_FILTERS], mailsSent: [...saved?.mailsSent ?? []],
  };
}
