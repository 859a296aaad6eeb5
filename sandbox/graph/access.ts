/** One mailbox without HTTP, for the demo, tests and pages. The rules are those of the API; a refusal is an Error with its sentence. */
import type { User } from '../identity/accounts.ts';
import { changeContact, createContact, deleteContact, folderBySegment, showContact } from './contacts.ts';
import { CONTACTS_FOLDER, findItem, moveItem } from './mailbox.ts';
import type { Folder, Item, Mailbox } from './mailbox.ts';
import { notFound } from './reply.ts';
import { mailboxOf } from './world.ts';
import type { GraphWorld } from './world.ts';

/** A contact as Graph shows it, with its immutable id and its extended properties. */
export type RawContact = Readonly<Record<string, unknown>>;

export interface MailboxAccess {
  readonly mailbox: Mailbox;
  /** The default folder, in order of creation. */
  contacts(): RawContact[];
  contact(id: string): RawContact;
  /** Answers the immutable id. */
  addContact(body: RawContact): string;
  updateContact(id: string, patch: RawContact): void;
  deleteContact(id: string): void;
  /** As a person does by dragging; `folder` is a folder's id. */
  moveContact(id: string, folder: string): void;
}

export function accessTo(world: GraphWorld, user: User): MailboxAccess {
  const mailbox = mailboxOf(world, user.id);
  const folder = defaultFolder(mailbox);
  const itemOf = (id: string): Item => {
    const item = findItem(mailbox, id);
    if (!item) throw notFound();
    return item;
  };
  const show = (item: Item): RawContact =>
    showContact(mailbox, item, { isImmutable: true, select: undefined, expand: item.fields.extended.map(({ id }) => id) });
  return {
    mailbox,
    contacts: () => [...mailbox.items.values()].filter((item) => item.folder === folder.n).map(show),
    contact: (id) => show(itemOf(id)),
    addContact: (body) => String(show(createContact(world, mailbox, folder, body))['id']),
    updateContact: (id, patch) => { changeContact(world, mailbox, itemOf(id), patch); },
    deleteContact: (id) => { deleteContact(world, mailbox, itemOf(id)); },
    moveContact: (id, target) => {
      moveItem(mailbox, itemOf(id), folderBySegment(mailbox, target), world.clock.now());
      world.changed(mailbox);
    },
  };
}

function defaultFolder(mailbox: Mailbox): Folder {
  const folder = mailbox.folders.get(CONTACTS_FOLDER);
  if (!folder) throw new Error('a mailbox without its Contacts folder');
  return folder;
}
