/** Office 365 through Microsoft Graph: makes the mailbox Side, and says how a person signs in. */
import type { FieldName, Kind } from '../../engine/record.ts';
import type { Access, Account, OAuthConnector } from '../../ports/connector.ts';
import type { Scope, Side } from '../../ports/side.ts';
import type { Clock } from '../../ports/world.ts';
import { ianaZone } from '../windows-zones.ts';
import { microsoftSignIn } from './auth.ts';
import { makeCensus } from './census.ts';
import { contactFeed } from './changes-contacts.ts';
import { eventFeed } from './changes-events.ts';
import { taskFeed } from './changes-tasks.ts';
import { changesReader } from './changes.ts';
import { graphClient } from './client.ts';
import type { Feed } from './feed.ts';
import { makeRounds } from './feed.ts';
import { verifyIdentityToken } from './identity.ts';
import { EVENT_FIELDS } from './map-event.ts';
import { TASK_FIELDS } from './map-task.ts';
import { HELD_FIELDS } from './map.ts';
import type { EventWorld } from './read-events.ts';
import { eventReader } from './read-events.ts';
import type { TaskWorld } from './read-tasks.ts';
import { taskReader } from './read-tasks.ts';
import type { Reader } from './read.ts';
import { makeReader } from './read.ts';
import { makeSeriesBook } from './series.ts';
import { readSettings } from './settings.ts';
import { graphNotices } from './subscriptions.ts';
import { makeTaskLists } from './task-lists.ts';
import { contactWriter } from './write-contacts.ts';
import { eventWriter } from './write-events.ts';
import { taskWriter } from './write-tasks.ts';
import type { Writer } from './write.ts';
import { writeAll } from './write.ts';

/** `env` holds the MICROSOFT_ settings; throws an Error that names the one that is missing. */
export function createGraphConnector(env: Readonly<Record<string, string | undefined>>, tools: { readonly clock: Clock }): OAuthConnector {
  const settings = readSettings(env);
  return {
    id: 'graph',
    side: 'm',
    kinds: KINDS,
    signIn: { system: 'graph', side: 'm', name: 'Microsoft Office 365', by: 'oauth', choices: [{ id: 'default', label: 'office365', fields: [] }] },
    flow: microsoftSignIn(settings, tools.clock),
    open: (access, account, scope) => openSide(access, account, scope, tools.clock),
    identify: verifyIdentityToken(settings, tools.clock),
    notices: graphNotices(tools.clock),
  };
}

function openSide(access: Access, account: Account, scope: Scope, clock: Clock): Side {
  const client = graphClient(access, clock);
  const rounds = makeRounds();
  const zone = ianaZone(scope.timeZone) ?? 'UTC';
  const lists = makeTaskLists(client);
  const events: EventWorld = { client, series: makeSeriesBook(client), scope: { login: account.login, zone, window: scope.window } };
  const tasks: TaskWorld = { client, lists, zone };
  const readers: Readonly<Record<Kind, Reader>> = { contact: makeReader({ client, zone }), event: eventReader(events), task: taskReader(tasks) };
  const writers: Readonly<Record<Kind, Writer>> = { contact: contactWriter(zone), event: eventWriter(client, events.scope), task: taskWriter(lists, zone) };
  const feeds: Readonly<Record<Kind, Feed>> = {
    contact: contactFeed({ client, rounds, zone, census: makeCensus(client), read: readers.contact.read }),
    event: eventFeed({ ...events, rounds }),
    task: taskFeed({ ...tasks, rounds, read: readers.task.read }),
  };
  return {
    name: 'Outlook',
    holds: (kind) => Promise.resolve(HELD[kind]),
    changes: changesReader(client, KINDS.filter((kind) => scope.kinds.includes(kind)).map((kind) => feeds[kind])),
    read: (kind, ids) => readers[kind].read(ids),
    search: (kind, probes) => readers[kind].search(probes),
    recall: (kind, lost) => readers[kind].recall(lost),
    write: async (operations, until) => (operations.length === 0 ? [] : writeAll(operations, client, writers, until)),
  };
}

const KINDS: readonly Kind[] = ['contact', 'event', 'task'];
const HELD: Readonly<Record<Kind, ReadonlySet<FieldName>>> = { contact: HELD_FIELDS, event: EVENT_FIELDS, task: TASK_FIELDS };
