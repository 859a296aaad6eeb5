/** What is no vendor path: the sign-in forms, the doors for the sandbox's own programs, and the pages for people. */
import { signInForm } from '../identity/authorize.ts';
import { nestedAppToken } from '../identity/server.ts';
import { SIGN_IN_FORM } from '../identity/sign-in-page.ts';
import { findUser } from '../identity/state.ts';
import type { IdentityState } from '../identity/state.ts';
import type { Fault, StandInReply, StandInRequest } from '../server.ts';
import { isObject, isOneOf } from './body.ts';
import type { Controls } from './controls.ts';
import { deliverNotifications } from './notifications.ts';
import { peoplePage } from './page.ts';
import { messagesOf } from './samples.ts';
import { LIFECYCLE_EVENTS } from './subscriptions.ts';
import type { GraphWorld } from './world.ts';

export interface PageWorld {
  readonly world: GraphWorld;
  readonly identity: IdentityState;
  readonly controls: Controls;
  addFault(fault: Fault): void;
}

/** The sandbox's Outlook page asks from another port. */
const OPEN = {
  'access-control-allow-origin': '*', 'access-control-allow-headers': 'content-type', 'access-control-allow-methods': 'GET, POST',
};

export async function pageReply(pages: PageWorld, request: StandInRequest): Promise<StandInReply> {
  const { world, identity } = pages;
  const path = request.url.pathname;
  if (request.method === 'OPTIONS' && path.startsWith('/_sandbox/')) return { status: 204, headers: OPEN };
  switch (`${request.method} ${path}`) {
    case `POST ${SIGN_IN_FORM}`: return signInForm(identity, request);
    case 'POST /_sandbox/naa': return open(await nestedAppToken(identity, request));
    case 'GET /_sandbox/mails': return open({ status: 200, body: { mailsSent: world.mailsSent.length, mails: world.mailsSent } });
    case 'GET /_sandbox/messages': return open(sampleMessages(pages, request));
    case 'GET /_sandbox/accounts': return open({ status: 200, body: identity.users });
    case 'POST /_sandbox/notifications': return open({ status: 200, body: await deliverNotifications(world) });
    case 'POST /_sandbox/controls': return open(control(pages, request));
    default: return peoplePage(pages, request);
  }
}

const open = (reply: StandInReply): StandInReply => ({ ...reply, headers: { ...reply.headers, ...OPEN } });

/** ?user=login: the mails of the page that plays Outlook, which has no token for Graph. */
function sampleMessages({ world, identity }: PageWorld, request: StandInRequest): StandInReply {
  const user = findUser(identity, request.url.searchParams.get('user') ?? '');
  return user ? { status: 200, body: { value: messagesOf(user, world.clock.now()) } } : { status: 404, body: { error: 'no such user' } };
}

/** {"action": a name of Controls, "user"?, "tenant"?, "trouble"?}; faults of HTTP are POST /_sandbox/faults. */
function control({ controls }: PageWorld, request: StandInRequest): StandInReply {
  const body: unknown = JSON.parse(request.body);
  if (!isObject(body)) return { status: 400, body: { error: 'expected an object' } };
  const user = String(body['user']);
  switch (body['action']) {
    case 'throttle': controls.throttle(isObject(body['trouble']) ? body['trouble'] : { throttled: 1 }); break;
    case 'expireDeltaTokens': controls.expireDeltaTokens(user); break;
    case 'revokeSignIn': controls.revokeSignIn(user); break;
    case 'expireAccessTokens': controls.expireAccessTokens(user); break;
    case 'grantAdminConsent': controls.grantAdminConsent(String(body['tenant'])); break;
    case 'lifecycle': {
      const event = body['event'];
      if (!isOneOf(LIFECYCLE_EVENTS, event)) return { status: 400, body: { error: 'unknown event' } };
      controls.lifecycle(user, event);
      break;
    }
    default: return { status: 400, body: { error: 'unknown action' } };
  }
  return { status: 200, body: { ok: true } };
}
