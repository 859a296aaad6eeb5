/** What is no vendor path: the doors for the sandbox's own programs, and the pages for people. */
import type { Fault, StandInReply, StandInRequest } from '../server.ts';
import { accessTo } from './access.ts';
import { HOST_KINDS } from './autodiscover-state.ts';
import type { Controls } from './controls.ts';
import { peoplePage } from './page.ts';
import { TROUBLES } from './settings.ts';
import { demandAccount, standingOf } from './world.ts';
import type { EwsWorld } from './world.ts';

export interface PageWorld {
  readonly world: EwsWorld;
  readonly controls: Controls;
  addFault(fault: Fault): void;
}

export function pageReply(pages: PageWorld, request: StandInRequest): StandInReply {
  const { world } = pages;
  switch (`${request.method} ${request.url.pathname}`) {
    case 'GET /_sandbox/mails': return { status: 200, body: { mailsSent: world.mailsSent.length, mails: world.mailsSent } };
    case 'GET /_sandbox/leaks': return { status: 200, body: world.autodiscover.leaks };
    case 'GET /_sandbox/accounts': return { status: 200, body: world.accounts.map((account) => ({ ...account, ...standingOf(world, account) })) };
    case 'GET /_sandbox/state': return rawState(world, request.url.searchParams.get('user') ?? '');
    case 'POST /_sandbox/controls': return control(pages, request);
    default: return peoplePage(pages, request);
  }
}

/** ?user=: the raw state of one mailbox, as access.ts shows it. */
function rawState(world: EwsWorld, user: string): StandInReply {
  const access = accessTo(world, demandAccount(world, user));
  return { status: 200, body: { contacts: access.contacts(), events: access.events(), tasks: access.tasks(), folders: access.folders() } };
}

/**
 * {"action": a name of Controls} with "kind", "count", "operation", "backOffMs" | "user" | "password" | "state" | "settings" | "name", "host".
 * Faults of HTTP are POST /_sandbox/faults.
 */
function control({ controls }: PageWorld, request: StandInRequest): StandInReply {
  const body = JSON.parse(request.body) as Readonly<Record<string, unknown>>;
  const text = (name: string): string => String(body[name] ?? '');
  const settings = typeof body['settings'] === 'object' ? { ...body['settings'] } : {};
  switch (body['action']) {
    case 'trouble': {
      const kind = TROUBLES.find((one) => one === body['kind']);
      if (!kind) return refused(`kind is one of ${TROUBLES.join(', ')}`);
      const { count, operation, backOffMs } = body as { count?: number; operation?: string; backOffMs?: number };
      controls.trouble(kind, { ...(count ? { count } : {}), ...(operation ? { operation } : {}), ...(backOffMs ? { backOffMs } : {}) });
      break;
    }
    case 'clearTroubles': controls.clearTroubles(); break;
    case 'expireSyncStates': controls.expireSyncStates(text('user')); break;
    case 'setPassword': controls.setPassword(text('user'), text('password')); break;
    case 'setStanding': {
      const state = (['ok', 'locked', 'expired', 'disabled', 'ewsDisabled'] as const).find((one) => one === body['state']);
      if (!state) return refused('unknown state');
      controls.setStanding(text('user'), state);
      break;
    }
    case 'signIn': controls.signIn(settings); break;
    case 'odd': controls.odd(settings); break;
    case 'autodiscover': controls.autodiscover(settings); break;
    case 'host': {
      const { kind: wanted, to } = (body['host'] ?? {}) as { kind?: string; to?: string };
      const kind = HOST_KINDS.find((one) => one === wanted);
      if (wanted !== undefined && !kind) return refused(`kind is one of ${HOST_KINDS.join(', ')}`);
      controls.host(text('name'), kind ? { kind, ...(to === undefined ? {} : { to }) } : null);
      break;
    }
    default: return refused('unknown action');
  }
  return { status: 200, body: { ok: true } };
}

const refused = (error: string): StandInReply => ({ status: 400, body: { error } });
