/** The front door of /v1.0: who is calling, is there room, which route; and the same again for each part of a batch. */
import type { StandInReply, StandInRequest } from '../server.ts';
import { readAccess } from '../identity/token-endpoint.ts';
import { findUser } from '../identity/state.ts';
import type { IdentityState } from '../identity/state.ts';
import { batchReply } from './batch.ts';
import { calendarReply, calendarViewReply, calendarsReply } from './calendar-view.ts';
import { contactsReply, defaultContactsReply, folderBySegment, folderReply, foldersReply } from './contacts.ts';
import { contactsDelta } from './contacts-delta.ts';
import { eventsReply } from './events.ts';
import { admit, countRequest, refuseThrottled } from './limits.ts';
import { ROOT_FOLDER } from './mailbox.ts';
import { mailboxSettingsReply, meReply, messagesReply, sendMailReply } from './people.ts';
import { GraphError, badBody, errorReply, noSuchSegment, splitPath } from './reply.ts';
import type { Call, Caller } from './reply.ts';
import { subscriptionsReply } from './subscriptions.ts';
import { todoReply } from './tasks.ts';
import { callersMailbox } from './world.ts';
import type { GraphWorld } from './world.ts';

const VERSION = '/v1.0/';

export const isGraphPath = (path: string): boolean => path.startsWith(VERSION);

export async function graphReply(world: GraphWorld, identity: IdentityState, request: StandInRequest): Promise<StandInReply> {
  const clientRequestId = request.headers['client-request-id'];
  try {
    const caller = authenticate(world, identity, request.headers['authorization']);
    const call = readCall(request, caller);
    if (call.path[0] === '$batch') return await batchReply(world, call, (part) => servePart(world, part));
    const slots = admit(world, caller.user.id, 1);
    try {
      if (slots.granted === 0) throw slots.refusal();
      await world.settings.serviceTime();
      return await serve(world, call);
    } finally {
      slots.release();
    }
  } catch (error) {
    if (error instanceof GraphError) return errorReply(error, world.clock.now(), clientRequestId);
    throw error;
  }
}

function authenticate(world: GraphWorld, identity: IdentityState, header: string | undefined): Caller {
  const refuse = (message: string): GraphError => new GraphError(401, 'InvalidAuthenticationToken', message, {
    'www-authenticate': 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"',
  });
  const value = /^Bearer\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (!value) throw refuse('Access token is empty.');
  const content = readAccess(identity, value);
  const user = content && findUser(identity, content.user);
  if (!content || !user) throw refuse('Access token validation failure. Invalid audience.');
  const isWorthless = content.epoch !== (identity.accessEpochs.get(user.id) ?? 0);
  if (isWorthless || content.expires <= world.clock.now()) throw refuse('Lifetime validation failed, the token is expired.');
  return { user, scopes: new Set(content.scopes) };
}

function readCall(request: StandInRequest, caller: Caller): Call {
  const hasBody = request.body !== '';
  if (hasBody && !/^application\/json/i.test(request.headers['content-type'] ?? '')) {
    throw new GraphError(415, 'UnsupportedMediaType', 'The content type of the request is not supported. Send application/json.');
  }
  return {
    method: request.method,
    path: splitPath(request.url.pathname.slice(VERSION.length)),
    query: request.url.searchParams,
    headers: request.headers,
    body: hasBody ? parseJson(request.body) : undefined,
    origin: request.url.origin,
    caller,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw badBody('Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.');
    }
    throw error;
  }
}

/** A part of a batch: it is counted and throttled like a request of its own, and its refusal is its own answer. */
async function servePart(world: GraphWorld, readPart: () => Call): Promise<StandInReply> {
  try {
    return await serve(world, readPart());
  } catch (error) {
    if (error instanceof GraphError) return errorReply(error, world.clock.now());
    throw error;
  }
}

function serve(world: GraphWorld, call: Call): StandInReply | Promise<StandInReply> {
  refuseThrottled(world, call.caller.user.id);
  countRequest(world, call.caller.user.id);
  return route(world, call);
}

function route(world: GraphWorld, call: Call): StandInReply | Promise<StandInReply> {
  const [me = '', resource, ...rest] = call.path;
  if (me === 'subscriptions') return subscriptionsReply(world, callersMailbox(world, call), call, call.path.slice(1));
  if (me !== 'me') throw noSuchSegment(me);
  switch (resource) {
    case undefined: return meReply(call);
    case 'mailboxSettings': return mailboxSettingsReply(world, callersMailbox(world, call), call);
    case 'messages': {
      callersMailbox(world, call);
      return messagesReply(world, call, rest);
    }
    case 'sendMail': return sendMailReply(world, call);
    case 'contacts': return contactsRoute(world, call, rest);
    case 'contactFolders': return foldersRoute(world, call, rest);
    case 'events': return eventsReply(world, callersMailbox(world, call), call, rest);
    case 'calendar': return calendarReply(world, callersMailbox(world, call), call, rest);
    case 'calendars': return calendarsReply(world, callersMailbox(world, call), call, rest);
    case 'calendarView': return calendarViewReply(world, callersMailbox(world, call), call, rest);
    case 'todo': return todoReply(world, callersMailbox(world, call), call, rest);
    default: throw noSuchSegment(resource);
  }
}

/** /me/contacts/delta is in the metadata, but only the form below a folder is documented: it is not offered here. */
function contactsRoute(world: GraphWorld, call: Call, rest: readonly string[]): StandInReply {
  if (rest[0] === 'delta') throw noSuchSegment('delta');
  return defaultContactsReply(world, callersMailbox(world, call), call, rest);
}

function foldersRoute(world: GraphWorld, call: Call, rest: readonly string[]): StandInReply {
  const mailbox = callersMailbox(world, call);
  const [id, below, ...deeper] = rest;
  if (id === undefined) return foldersReply(world, mailbox, ROOT_FOLDER, call);
  const folder = folderBySegment(mailbox, id);
  if (below === undefined) return folderReply(mailbox, folder, call);
  if (below === 'childFolders' && deeper.length === 0) return foldersReply(world, mailbox, folder.n, call);
  if (below !== 'contacts') throw noSuchSegment(below);
  if (deeper[0] !== 'delta') return contactsReply(world, mailbox, folder, call, deeper);
  if (call.method !== 'GET' || deeper.length > 1) throw noSuchSegment('delta');
  return contactsDelta(world, mailbox, folder, call);
}

