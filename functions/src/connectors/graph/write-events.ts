/** What is peculiar to writing events: nothing is ever sent that could make the server mail somebody. */
import type { SyncError } from '../../engine/errors.ts';
import type { Operation } from '../../ports/side.ts';
import { replyOf } from './batch.ts';
import type { GraphClient } from './client.ts';
import type { Reply } from './errors.ts';
import { errorOf, isMissing, refusal } from './errors.ts';
import { isObject, stringOf } from './json.ts';
import { KEY_PROPERTY, PREFER_TEXT } from './limits.ts';
import { versionOf } from './map.ts';
import type { EventScope } from './map-event.ts';
import { eventFields, eventPatch, meetingOf } from './map-event.ts';
import type { Writer } from './write.ts';

const path = (id: string): string => `/me/events/${encodeURIComponent(id)}`;

export function eventWriter(client: GraphClient, scope: EventScope): Writer {
  return {
    check: (operations) => refuseMeetings(operations, client, scope),
    place: () => Promise.resolve({ method: 'POST', url: '/me/events' }),
    // The transaction id makes a repeated creation the same one; the property is what it is found by. No attendees: their invitations
    // could not be held back (microsoft-graph-docs#7483).
    createPatch: ({ fields, linkId }) => {
      const patch = eventPatch(fields, null, scope);
      return { ...patch, body: { ...patch.body, transactionId: linkId, singleValueExtendedProperties: [{ id: KEY_PROPERTY, value: linkId }] } };
    },
    updatePatch: ({ current, patch }) => eventPatch(patch, current, scope),
    path,
    fieldsOf: (shown) => eventFields(shown, scope),
    idOf: (shown) => stringOf(shown['id']),
    versionOf,
    prefer: PREFER_TEXT,
  };
}

/**
 * Updating or deleting an event with guests mails them (microsoft-graph-docs#16366, event-delete), whoever asked for it. The look
 * that the operation rests on may be older than the guests, so each event is looked at once more; a series is never touched at all.
 */
async function refuseMeetings(operations: readonly Operation[], client: GraphClient, scope: EventScope): Promise<ReadonlyMap<Operation, SyncError>> {
  const existing = operations.filter((operation) => operation.op !== 'create');
  const ids = existing.map((operation) => (operation.op === 'update' ? operation.current.id : operation.id));
  const outcomes = await client.batch(ids.map((id) => ({ method: 'GET', url: `${path(id)}?$select=${GUARDED}` })));
  const refused = new Map<Operation, SyncError>();
  existing.forEach((operation, index) => {
    const isMeeting = operation.op === 'update' && operation.current.meeting !== undefined;
    const error = isMeeting ? withGuests() : refusalIn(replyOf(outcomes[index]), scope);
    if (error) refused.set(operation, error);
  });
  return refused;
}

const GUARDED = 'attendees,isOrganizer,organizer,type';

const withGuests = (): SyncError => refusal('invalid', { code: 'GRAPH_GUESTS' });

/** What cannot be looked at is not written: who is invited to it is not known. */
function refusalIn(reply: Reply, scope: EventScope): SyncError | undefined {
  if (reply.status !== 200 || !isObject(reply.body)) return isMissing(reply) ? refusal('gone', { code: 'GRAPH_EVENT_GONE' }) : errorOf(reply, 'record');
  if (reply.body['type'] === 'seriesMaster') return refusal('invalid', { code: 'GRAPH_SERIES' });
  return meetingOf(reply.body, scope) ? withGuests() : undefined;
}
