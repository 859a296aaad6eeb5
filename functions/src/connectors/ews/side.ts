/** The mailbox of an Exchange server as a Side, over one function that sends operations. */
import type { FieldName, Kind } from '../../engine/record.ts';
import type { Scope, Side } from '../../ports/side.ts';
import type { Clock } from '../../ports/world.ts';
import { ianaZone } from '../windows-zones.ts';
import { eventFeed } from './changes-events.ts';
import { itemFeed } from './changes-items.ts';
import { changesReader } from './changes.ts';
import type { Feed } from './feed.ts';
import { contactKind, taskKind } from './kinds.ts';
import { EVENT_FIELDS } from './map-event.ts';
import { TASK_FIELDS } from './map-task.ts';
import { HELD_FIELDS } from './map.ts';
import { eventReader } from './read-events.ts';
import type { Reader } from './read.ts';
import { itemReader } from './read.ts';
import { makeSender } from './sender.ts';
import type { EwsCall } from './soap.ts';
import { writeAll } from './write.ts';
import { makeWriters } from './writers.ts';

/** `login`: the mailbox's primary address, under which the person is listed in meetings. */
export function mailboxSide(call: EwsCall, login: string, scope: Scope, clock: Clock): Side {
  const zone = ianaZone(scope.timeZone) ?? 'UTC';
  const events = { call, scope: { login, zone, window: scope.window } };
  const [contacts, tasks] = [contactKind(zone), taskKind(zone)];
  const readers: Readonly<Record<Kind, Reader>> = { contact: itemReader(call, contacts), event: eventReader(events), task: itemReader(call, tasks) };
  const writers = makeWriters(readers, events.scope);
  const feeds: Readonly<Record<Kind, Feed>> = {
    contact: itemFeed(call, contacts, readers.contact.read), event: eventFeed(events), task: itemFeed(call, tasks, readers.task.read),
  };
  const sender = makeSender(call, clock);
  return {
    name: 'Exchange',
    holds: (kind) => Promise.resolve(HELD[kind]),
    changes: changesReader(KINDS.filter((kind) => scope.kinds.includes(kind)).map((kind) => feeds[kind])),
    read: (kind, ids) => readers[kind].read(ids),
    search: (kind, probes) => readers[kind].search(probes),
    recall: (kind, lost) => readers[kind].recall(lost),
    write: (operations, until) => writeAll(operations, writers, sender, until),
  };
}

const KINDS: readonly Kind[] = ['contact', 'event', 'task'];
const HELD: Readonly<Record<Kind, ReadonlySet<FieldName>>> = { contact: HELD_FIELDS, event: EVENT_FIELDS, task: TASK_FIELDS };
