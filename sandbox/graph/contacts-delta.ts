/** Delta of the contacts of one folder. */
import type { StandInReply } from '../server.ts';
import { showContact } from './contacts.ts';
import type { Projection } from './contacts.ts';
import { deltaReply } from './delta.ts';
import { immutableId, mutableId } from './ids.ts';
import { isCurrent } from './mailbox.ts';
import type { Folder, LogEntry, Mailbox } from './mailbox.ts';
import { readSelect } from './query.ts';
import { demandScope, wantsImmutableIds } from './reply.ts';
import type { Call } from './reply.ts';
import type { GraphWorld } from './world.ts';

export function contactsDelta(world: GraphWorld, mailbox: Mailbox, folder: Folder, call: Call): StandInReply {
  demandScope(call, 'Contacts.Read', 'Contacts.ReadWrite');
  const isImmutable = wantsImmutableIds(call);
  return deltaReply(world, mailbox, {
    shelf: mailbox, folder, name: 'Contacts', type: 'contact', options: ['$select'],
    open: () => ({ select: readSelect(call.query) }),
    rows: (entry, { position }, { select }) =>
      (isTold(mailbox, folder, entry, position) ? [showEntry(mailbox, folder, entry, position, { isImmutable, select, expand: [] })] : []),
  }, call);
}

/** What came and went between two calls is never told (microsoft-graph-docs#5301). */
function isTold(mailbox: Mailbox, folder: Folder, entry: LogEntry, position: number): boolean {
  return isCurrent(mailbox, folder, entry) && (!entry.removed || (entry.entered ?? 0) <= position);
}

function showEntry(mailbox: Mailbox, folder: Folder, entry: LogEntry, position: number, projection: Projection): Record<string, unknown> {
  const item = mailbox.items.get(entry.n);
  if (entry.removed || !item) return showRemoval(mailbox, entry, projection);
  // There and back again between two calls: with immutable ids only the removal is told (microsoft-graph-docs#21752).
  const cameBack = projection.isImmutable && item.entered > position && (item.left?.[folder.n] ?? 0) > position;
  return cameBack ? showRemoval(mailbox, { ...entry, removed: 'changed' }, projection) : showContact(mailbox, item, projection);
}

function showRemoval(mailbox: Mailbox, entry: LogEntry, { isImmutable }: Projection): Record<string, unknown> {
  const id = isImmutable ? immutableId(mailbox.tag, entry.n) : mutableId(mailbox.tag, entry.n, entry.moves ?? 0);
  return { id, '@removed': { reason: entry.removed ?? 'deleted' } };
}
