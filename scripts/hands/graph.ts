/** Anna's hands in the Microsoft 365 stand-in: past HTTP, straight at her mailbox. */
import { ANNA } from '../../sandbox/rep.ts';
import type { Outside } from '../../sandbox/world.ts';
import type { MailboxContact, MailboxHand } from './mailbox.ts';

export function graphHand(microsoft: Outside['microsoft']): MailboxHand {
  const mailbox = microsoft.mailbox(ANNA.login);
  const raw = (contact: MailboxContact): Readonly<Record<string, unknown>> => contact as Record<string, unknown>;
  return {
    system: 'graph', services: ['graph'],
    connect: async (rep) => { await rep.connectMailbox('graph', 'default', ANNA.mailboxSteps, ANNA.login); },
    contacts: () => Promise.resolve(mailbox.contacts()),
    addContact: async (contact) => mailbox.addContact(raw(contact)),
    updateContact: async (id, patch) => { mailbox.updateContact(id, raw(patch)); },
    addEvent: async (body) => mailbox.addEvent(body),
    occurrences: (from, to) => Promise.resolve(mailbox.occurrences(from, to)),
    updateEvent: async (id, patch) => { mailbox.updateEvent(id, patch); },
    removeEvent: async (id) => { mailbox.removeEvent(id); },
    tasks: () => Promise.resolve(mailbox.tasks()),
    addTask: async (body) => mailbox.addTask(body),
    updateTask: async (id, patch) => { mailbox.updateTask(id, patch); },
    fingerprint: () => Promise.resolve(JSON.stringify([mailbox.contacts(), mailbox.events(), mailbox.tasks()])),
    calls: () => Object.fromEntries(microsoft.server.calls),
    mailsSent: () => microsoft.mailsSent.length,
  };
}
