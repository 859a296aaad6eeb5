/** The front door of /EWS/Exchange.asmx: who is calling, is there room, which operation, and what the envelope says about the call. */
import type { StandInReply, StandInRequest } from '../server.ts';
import type { ExchangeAccount } from './accounts.ts';
import { createItem } from './create-item.ts';
import { deleteItem } from './delete-item.ts';
import { EwsError, EwsFault, faultReply, notValid, serverBusy } from './fault.ts';
import { findFolders, getFolder } from './folders.ts';
import { findItem, getItem } from './reads.ts';
import type { Doorkeeper } from './sign-in.ts';
import { syncHierarchy, syncItems } from './sync.ts';
import { isZone } from './times.ts';
import { takeTrouble, troubleReply } from './trouble.ts';
import { updateItem } from './update-item.ts';
import { mailboxOf } from './world.ts';
import type { Call, EwsWorld, Load } from './world.ts';
import { BadXml, hasIllegalReference, kidOf, localName, parseXml, textOf } from './xml.ts';
import type { Xml } from './xml.ts';

/** IIS does not care for the case of a path. */
export const isEwsPath = (path: string): boolean => /^\/ews(\/|$)/i.test(path);

/** What a request may name. Newer ones that replies name themselves are refused (ecederstrand/exchangelib#605, #927). */
const VERSIONS = [
  'Exchange2007', 'Exchange2007_SP1', 'Exchange2010', 'Exchange2010_SP1', 'Exchange2010_SP2', 'Exchange2013', 'Exchange2013_SP1', 'Exchange2015',
  'Exchange2016',
];
const FIRST_WITH_ZONES = 2;
const BUSY_MS = 30_000;

const OPERATIONS: Readonly<Record<string, (call: Call, request: Xml) => StandInReply>> = {
  SyncFolderHierarchy: syncHierarchy, SyncFolderItems: syncItems, GetItem: getItem, FindItem: findItem, GetFolder: getFolder, FindFolder: findFolders,
  CreateItem: createItem, UpdateItem: updateItem, DeleteItem: deleteItem,
};

export async function ewsReply(world: EwsWorld, keeper: Doorkeeper, request: StandInRequest, isSecure: boolean): Promise<StandInReply> {
  const path = request.url.pathname.toLowerCase();
  const html = { 'content-type': 'text/html' };
  if (!isSecure && world.settings.signIn.needsTls) return { status: 403, headers: html, body: '403.4 - Forbidden: SSL is required to view this resource.' };
  const caller = keeper.admit(request);
  if ('status' in caller) return caller;
  if (path !== '/ews/exchange.asmx') return { status: 404, headers: html, body: '404 - File or directory not found.' };
  // The page about the service itself; POST alone is an operation.
  if (request.method !== 'POST') return { status: 302, headers: { location: '/EWS/Services.wsdl' }, body: '' };
  if (!/^text\/xml\b/i.test(request.headers['content-type'] ?? '')) return { status: 415, headers: html, body: '' };
  try {
    return judgeable(await serve(world, caller, request.body));
  } catch (error) {
    if (error instanceof EwsError) return faultReply(error);
    if (error instanceof BadXml) return faultReply(notValid(error.message));
    throw error;
  }
}

/** A reply whose references XML 1.0 forbids is what the real service sends, and what no schema can judge. */
const judgeable = (reply: StandInReply): StandInReply =>
  (typeof reply.body === 'string' && hasIllegalReference(reply.body) ? { ...reply, isForeign: true } : reply);

async function serve(world: EwsWorld, caller: ExchangeAccount, text: string): Promise<StandInReply> {
  const root = parseXml(text);
  const [body, header] = [kidOf(root, 's:Body'), kidOf(root, 's:Header')];
  const operation = body?.kids[0];
  if (root.name !== 's:Envelope' || !operation || body.kids.length > 1) throw notValid('The request is no envelope with one operation.');
  const name = localName(operation);
  const work = operation.name.startsWith('m:') ? OPERATIONS[name] : undefined;
  if (!work) throw new EwsFault('ErrorInvalidRequest', `The sandbox does not know the operation ${name}.`);
  const trouble = takeTrouble(world, name);
  if (trouble) return troubleReply(trouble, name, operation.kids.find((kid) => /^m:(ItemIds|Items|ItemChanges|FolderIds)$/.test(kid.name))?.kids.length ?? 1);
  const owner = ownerOf(world, caller, header);
  const load = admit(world, owner, name);
  try {
    await world.settings.serviceTime();
    return work(callOf(world, owner, header), operation);
  } finally {
    load();
  }
}

/** Without a version the server is Exchange 2007. */
function callOf(world: EwsWorld, owner: ExchangeAccount, header: Xml | undefined): Call {
  const version = kidOf(header, 't:RequestServerVersion')?.attrs['Version'] ?? 'Exchange2007';
  const rank = VERSIONS.indexOf(version);
  if (rank < 0) throw new EwsFault('ErrorInvalidRequest', 'The request is invalid.');
  const zone = kidOf(kidOf(header, 't:TimeZoneContext'), 't:TimeZoneDefinition')?.attrs['Id'];
  if (zone !== undefined && !isZone(zone)) throw new EwsFault('ErrorTimeZone', 'An error occurred while processing a time zone.');
  return { world, mailbox: mailboxOf(world, owner), owner, zone, hasZones: rank >= FIRST_WITH_ZONES };
}

/** The caller's own mailbox, or the one he speaks for by the role ApplicationImpersonation. */
function ownerOf(world: EwsWorld, caller: ExchangeAccount, header: Xml | undefined): ExchangeAccount {
  const impersonation = kidOf(kidOf(header, 't:ExchangeImpersonation'), 't:ConnectingSID');
  const address = textOf(impersonation, 't:PrimarySmtpAddress') ?? textOf(impersonation, 't:SmtpAddress');
  const same = (left: string): boolean => left.toLowerCase() === address?.toLowerCase();
  const owner = impersonation ? world.accounts.find((account) => same(account.address)) : caller;
  if (impersonation && !caller.canImpersonate) {
    throw new EwsFault('ErrorImpersonateUserDenied', 'The account does not have permission to impersonate the requested user.');
  }
  if (!owner?.hasMailbox) throw new EwsFault('ErrorNonExistentMailbox', 'The SMTP address has no mailbox associated with it.');
  return owner;
}

/** Answers what frees the place again. */
function admit(world: EwsWorld, owner: ExchangeAccount, operation: string): () => void {
  const { limits } = world.settings;
  const load: Load = world.load.get(owner.id) ?? { running: 0, syncing: 0 };
  world.load.set(owner.id, load);
  const isSync = operation.startsWith('Sync');
  if (load.running >= limits.concurrency) {
    throw new EwsFault('ErrorExceededConnectionCount',
      'You have exceeded the available concurrent connections for your account. Try again once your other requests have completed.');
  }
  if (isSync && load.syncing >= limits.concurrentSyncCalls) throw serverBusy(BUSY_MS);
  load.running += 1;
  load.syncing += isSync ? 1 : 0;
  return () => {
    load.running -= 1;
    load.syncing -= isSync ? 1 : 0;
  };
}
