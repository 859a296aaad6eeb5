/** What is no vendor path: the doors for the sandbox's own programs, and the pages for people. */
import type { Fault, StandInReply, StandInRequest } from '../server.ts';
import { handsOf, type Hands } from './access.ts';
import type { Controls } from './controls.ts';
import { RestrictedFile, VtigerError } from './fault.ts';
import { isModuleName } from './modules/catalog.ts';
import { peoplePage } from './page.ts';
import { SESSION_ENDS } from './sessions.ts';
import type { SyncMode } from './settings.ts';
import { demandUser, idIn, userNamed, type World } from './world.ts';

export interface PageWorld {
  readonly world: World;
  readonly controls: Controls;
  addFault(fault: Fault): void;
}

export function pageReply(pages: PageWorld, request: StandInRequest): StandInReply {
  const { world } = pages;
  switch (`${request.method} ${request.url.pathname}`) {
    case 'GET /_sandbox/mails': return { status: 200, body: { mailsSent: world.mailsSent.length, mails: world.mailsSent } };
    case 'GET /_sandbox/accounts': return { status: 200, body: world.users.map((user) => ({ ...user, id: idIn(world, 'Users', user.n) })) };
    case 'GET /_sandbox/state': return rawState(world, request.url.searchParams.get('user') ?? 'admin');
    case 'POST /_sandbox/controls': return control(pages, request);
    case 'POST /_sandbox/hands': return hands(world, request);
    default: return peoplePage(pages, request);
  }
}

/** ?user= (admin without it): what this person sees, by module. */
function rawState(world: World, login: string): StandInReply {
  if (!userNamed(world, login)) return refused(`no user ${login}`);
  const { all } = handsOf(world, demandUser(world, login));
  return { status: 200, body: { contacts: all('Contacts'), leads: all('Leads'), accounts: all('Accounts'), events: all('Events'), tasks: all('Calendar') } };
}

type Body = Readonly<Record<string, unknown>>;
const SYNC_MODES: readonly SyncMode[] = ['unmodified', 'registered', 'userOnly'];

/**
 * {"action": a name of Controls} with "end", "user" | "mode" | "fields" | "settings" | "milliseconds" | "accessKey" | "isActive" | "filter".
 * Faults of HTTP are POST /_sandbox/faults.
 */
function control({ world, controls }: PageWorld, request: StandInRequest): StandInReply {
  const body = JSON.parse(request.body) as Body;
  const user = typeof body['user'] === 'string' ? body['user'] : undefined;
  if (user !== undefined && !userNamed(world, user)) return refused(`no user ${user}`);
  switch (body['action']) {
    case 'endSessions': {
      const end = SESSION_ENDS.find((one) => one === body['end']);
      if (!end) return refused(`end is one of ${SESSION_ENDS.join(', ')}`);
      controls.endSessions(end, user);
      break;
    }
    case 'voidChallenges': controls.voidChallenges(); break;
    case 'sync': {
      const mode = SYNC_MODES.find((one) => one === body['mode']);
      if (!mode) return refused(`mode is one of ${SYNC_MODES.join(', ')}`);
      controls.sync(mode);
      break;
    }
    case 'unique': controls.unique(Array.isArray(body['fields']) ? body['fields'].map(String) : []); break;
    case 'advance': controls.advance(Number(body['milliseconds']) || 0); break;
    case 'setAccessKey': controls.setAccessKey(user ?? '', String(body['accessKey'] ?? '')); break;
    case 'setActive': controls.setActive(user ?? '', body['isActive'] === true); break;
    default: return refused('unknown action');
  }
  return { status: 200, body: { ok: true } };
}

/** {"user", "action": a name of Hands, "id", "fields", "contacts", "owner", "module"} -> {"result"}; a refusal is 400 with the vendor's code. */
function hands(world: World, request: StandInRequest): StandInReply {
  const body = JSON.parse(request.body) as Body;
  const login = String(body['user'] ?? '');
  if (!userNamed(world, login)) return refused(`no user ${login}`);
  try {
    return { status: 200, body: { result: act(handsOf(world, demandUser(world, login)), body) ?? null } };
  } catch (error) {
    if (error instanceof VtigerError) return { status: 400, body: { error: error.message, code: error.code } };
    if (error instanceof RestrictedFile) return refused('the record was written, but its owner is nobody');
    throw error;
  }
}

function act(person: Hands, body: Body): unknown {
  const id = String(body['id'] ?? '');
  const fields = typeof body['fields'] === 'object' ? { ...body['fields'] } : {};
  switch (body['action']) {
    case 'addContact': return person.addContact(fields);
    case 'addLead': return person.addLead(fields);
    case 'addAccount': return person.addAccount(fields);
    case 'addEvent': return person.addEvent(fields, Array.isArray(body['contacts']) ? body['contacts'].map(String) : []);
    case 'addTask': return person.addTask(fields);
    case 'update': return person.update(id, fields);
    case 'remove': return person.remove(id);
    case 'reassign': return person.reassign(id, String(body['owner'] ?? ''));
    case 'convertLead': return person.convertLead(id);
    case 'record': return person.record(id);
    case 'all': {
      const module = String(body['module']);
      if (!isModuleName(module)) throw new VtigerError('UNKNOWN_OPERATION', `no module ${module}`);
      return person.all(module);
    }
    default: throw new VtigerError('UNKNOWN_OPERATION', 'unknown action');
  }
}

const refused = (error: string): StandInReply => ({ status: 400, body: { error } });
