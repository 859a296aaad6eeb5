/** Routes below /me/contacts and /me/contactFolders, delta apart. */
import type { StandInReply } from '../server.ts';
import { isObject } from './body.ts';
import { ADDRESSES, LISTS, NO_FIELDS, TEXTS, applyBody } from './contact-fields.ts';
import { folderId, immutableId, mutableId } from './ids.ts';
import { CONTACTS_FOLDER, addFolder, addItem, changeItem, findFolder, findItem, removeItem } from './mailbox.ts';
import type { Folder, Item, Mailbox } from './mailbox.ts';
import { CONTACTS, allowOnly, listOptions, readExpand, readSelect } from './query.ts';
import {
  GraphError, badBody, contextOf, demandScope, nextLink, noContent, noSuchSegment, notFound, ok, stamp, wantsImmutableIds, wrongVerb,
} from './reply.ts';
import type { Call } from './reply.ts';
import { changeKey, demandMatch, etag } from './version.ts';
import type { GraphWorld } from './world.ts';

export interface Projection {
  readonly isImmutable: boolean;
  readonly select: readonly string[] | undefined;
  readonly expand: readonly string[];
}

/** `rest` is what follows the folder: [] for the collection, [id] for one contact. */
export function contactsReply(world: GraphWorld, mailbox: Mailbox, folder: Folder, call: Call, rest: readonly string[]): StandInReply {
  const [id, deeper] = rest;
  if (deeper !== undefined) throw noSuchSegment(deeper);
  const isRead = call.method === 'GET';
  if (isRead) demandScope(call, 'Contacts.Read', 'Contacts.ReadWrite');
  else demandScope(call, 'Contacts.ReadWrite');
  if (id === undefined) {
    if (isRead) return list(mailbox, folder, call);
    if (call.method === 'POST') return create(world, mailbox, folder, call);
    throw wrongVerb();
  }
  const item = findItem(mailbox, id);
  if (!item || item.folder !== folder.n) throw notFound();
  switch (call.method) {
    case 'GET': return one(mailbox, item, call, 200);
    case 'PATCH': return change(world, mailbox, item, call);
    case 'DELETE': return remove(world, mailbox, item, call);
    default: throw wrongVerb();
  }
}

/** /me/contacts/{id} reaches every folder; the list and a creation mean the default folder. */
export function defaultContactsReply(world: GraphWorld, mailbox: Mailbox, call: Call, rest: readonly string[]): StandInReply {
  const item = rest[0] === undefined ? undefined : findItem(mailbox, rest[0]);
  const folder = mailbox.folders.get(item?.folder ?? CONTACTS_FOLDER);
  if (!folder) throw notFound();
  return contactsReply(world, mailbox, folder, call, rest);
}

/** /me/contactFolders: the default folder is not in the list (microsoft-graph-docs#6273). */
export function foldersReply(world: GraphWorld, mailbox: Mailbox, parent: number, call: Call): StandInReply {
  demandScope(call, ...call.method === 'GET' ? ['Contacts.Read', 'Contacts.ReadWrite'] : ['Contacts.ReadWrite']);
  if (call.method === 'GET') {
    allowOnly(call.query, ['$top', '$skip']);
    const value = [...mailbox.folders.values()].filter((folder) => folder.parent === parent && folder.n !== CONTACTS_FOLDER);
    return ok(call, 200, { '@odata.context': contextOf(call, 'contactFolders'), value: value.map((folder) => showFolder(mailbox, folder)) });
  }
  if (call.method !== 'POST') throw wrongVerb();
  const name = isObject(call.body) ? call.body['displayName'] : undefined;
  if (typeof name !== 'string' || !name) throw badBody("The property 'displayName' is required.");
  if ([...mailbox.folders.values()].some((folder) => folder.parent === parent && folder.name === name)) {
    throw new GraphError(409, 'ErrorFolderExists', 'A folder with the specified name already exists.');
  }
  const made = addFolder(mailbox, name, parent);
  world.changed(mailbox);
  return ok(call, 201, { '@odata.context': contextOf(call, 'contactFolders/$entity'), ...showFolder(mailbox, made) });
}

export function folderReply(mailbox: Mailbox, folder: Folder, call: Call): StandInReply {
  demandScope(call, 'Contacts.Read', 'Contacts.ReadWrite');
  if (call.method !== 'GET') throw wrongVerb();
  allowOnly(call.query, ['$select']);
  const all = showFolder(mailbox, folder);
  const names = readSelect(call.query, new Set(Object.keys(all)), 'microsoft.graph.contactFolder') ?? Object.keys(all);
  const shown = Object.fromEntries(Object.entries(all).filter(([name]) => name === 'id' || names.includes(name)));
  return ok(call, 200, { '@odata.context': contextOf(call, 'contactFolders/$entity'), ...shown });
}

const showFolder = (mailbox: Mailbox, folder: Folder): Record<string, unknown> =>
  ({ id: folderId(mailbox.tag, folder.n), parentFolderId: folderId(mailbox.tag, folder.parent), displayName: folder.name });

/** A person or a program writing without HTTP takes the same three steps. */
export function createContact(world: GraphWorld, mailbox: Mailbox, folder: Folder, body: unknown): Item {
  const item = addItem(mailbox, folder, applyBody(NO_FIELDS, body), world.clock.now());
  world.changed(mailbox);
  return item;
}

export function changeContact(world: GraphWorld, mailbox: Mailbox, item: Item, body: unknown): void {
  changeItem(mailbox, item, applyBody(item.fields, body), world.clock.now());
  world.changed(mailbox);
}

export function deleteContact(world: GraphWorld, mailbox: Mailbox, item: Item): void {
  removeItem(mailbox, item, world.clock.now(), world.settings.keepsDeleted);
  world.changed(mailbox);
}

function list(mailbox: Mailbox, folder: Folder, call: Call): StandInReply {
  const options = listOptions(call, CONTACTS);
  const hits: Item[] = [];
  for (const item of mailbox.items.values()) {
    if (item.folder === folder.n && (!options.filter || options.filter(item.fields))) hits.push(item);
  }
  const shown = hits.slice(options.skip, options.skip + options.top);
  const more = options.skip + options.top < hits.length;
  const projection = { isImmutable: wantsImmutableIds(call), select: options.select, expand: options.expand };
  return ok(call, 200, {
    '@odata.context': contextOf(call, 'contacts'),
    ...(options.wantsCount ? { '@odata.count': hits.length } : {}),
    value: shown.map((item) => showContact(mailbox, item, projection)),
    ...(more ? { '@odata.nextLink': nextLink(call, options.top, options.skip) } : {}),
  });
}

function one(mailbox: Mailbox, item: Item, call: Call, status: number): StandInReply {
  if (call.method === 'GET') allowOnly(call.query, ['$select', '$expand']);
  const projection = { isImmutable: wantsImmutableIds(call), select: readSelect(call.query), expand: readExpand(call.query) };
  const shown = showContact(mailbox, item, projection);
  const location = `${call.origin}/v1.0/me/contacts/${encodeURIComponent(String(shown['id']))}`;
  const reply = ok(call, status, { '@odata.context': contextOf(call, 'contacts/$entity'), ...shown });
  return status === 201 ? { ...reply, headers: { ...reply.headers, location } } : reply;
}

function create(world: GraphWorld, mailbox: Mailbox, folder: Folder, call: Call): StandInReply {
  return one(mailbox, createContact(world, mailbox, folder, call.body), call, 201);
}

function change(world: GraphWorld, mailbox: Mailbox, item: Item, call: Call): StandInReply {
  demandMatch(mailbox, item, call);
  changeContact(world, mailbox, item, call.body);
  return one(mailbox, item, call, 200);
}

function remove(world: GraphWorld, mailbox: Mailbox, item: Item, call: Call): StandInReply {
  demandMatch(mailbox, item, call);
  deleteContact(world, mailbox, item);
  return noContent(call);
}

/** The resource as it goes over the wire; id and etag are there whatever $select says. */
export function showContact(mailbox: Mailbox, item: Item, projection: Projection): Record<string, unknown> {
  const { isImmutable, select, expand } = projection;
  const { fields } = item;
  const shown: Record<string, unknown> = {
    '@odata.etag': etag(mailbox, item),
    id: isImmutable ? immutableId(mailbox.tag, item.n) : mutableId(mailbox.tag, item.n, item.moves),
  };
  const show = (name: string, value: () => unknown): void => { if (!select || select.includes(name)) shown[name] = value(); };
  show('createdDateTime', () => stamp(item.createdAt));
  show('lastModifiedDateTime', () => stamp(item.modifiedAt));
  show('changeKey', () => changeKey(mailbox, item));
  show('parentFolderId', () => folderId(mailbox.tag, item.folder));
  show('birthday', () => fields.birthday ?? null);
  for (const name of TEXTS) show(name, () => fields.texts[name] ?? null);
  for (const name of LISTS) show(name, () => [...fields.lists[name] ?? []]);
  show('emailAddresses', () => fields.emailAddresses.map((entry) => ({ ...entry })));
  for (const name of ADDRESSES) show(name, () => ({ ...fields.addresses[name] }));
  const extended = fields.extended.filter(({ id }) => expand.includes(id));
  if (extended.length > 0) shown['singleValueExtendedProperties'] = extended.map((entry) => ({ ...entry }));
  return shown;
}

/** Used by the routes to turn a folder segment into a folder. */
export function folderBySegment(mailbox: Mailbox, id: string): Folder {
  const folder = findFolder(mailbox, id);
  if (!folder) throw notFound();
  return folder;
}
