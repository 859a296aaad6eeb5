/**
 * Further people of events: EventRelation rows that are parents, never invitees (Shared Activities). Written after their events,
 * because a new event has its id only then.
 */
import { SyncError } from '../../engine/errors.ts';
import { collect, entriesOf, faultsOf, type Entry } from './collection.ts';
import { COLLECTION_MAX } from './limits.ts';
import { attendeesOf, type Member } from './map-event.ts';
import type { CarryNote } from '../../engine/link.ts';
import type { Instant } from '../../engine/record.ts';
import { notSent, type WriteResult } from '../../ports/side.ts';
import type { Client } from './client.ts';
import type { Prepared, WriteParts } from './prepare.ts';

interface Wish {
  readonly eventId: string;
  readonly prepared: Prepared;
  readonly member: Member;
  readonly isAdd: boolean;
}

/** Completes the results of the events that were written. */
export async function writeRelations(
  { client, clock }: Pick<WriteParts, 'client' | 'clock'>, prepared: readonly Prepared[], results: WriteResult[], until: Instant,
): Promise<void> {
  const wishes = prepared.flatMap((one): Wish[] => {
    const result = results[one.place];
    if (!result?.ok) return [];
    const { add, drop } = one.carried;
    const wish = (member: Member, isAdd: boolean): Wish => ({ eventId: result.id, prepared: one, member, isAdd });
    return [...add.map((member) => wish(member, true)), ...drop.map((member) => wish(member, false))];
  });
  for (const isAdd of [true, false]) {
    for (const chunk of collect(wishes.filter((wish) => wish.isAdd === isAdd), COLLECTION_MAX)) {
      if (clock.now() > until) fail(chunk, notSent(), results);
      else await sendChunk(client, chunk, isAdd, results);
    }
  }
}

async function sendChunk(client: Client, chunk: readonly Wish[], isAdd: boolean, results: WriteResult[]): Promise<void> {
  try {
    const entries = entriesOf(await send(client, chunk, isAdd), chunk.length);
    chunk.forEach((wish, index) => { if (!isDone(entries[index])) leave(wish, results); });
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    fail(chunk, error, results);
  }
}

function fail(chunk: readonly Wish[], error: SyncError, results: WriteResult[]): void {
  for (const wish of chunk) {
    // A creation stands: told as failed, it would be made again. An update is tried again as a whole, which does no harm.
    if (wish.prepared.operation.op === 'create') leave(wish, results);
    else results[wish.prepared.place] = { ok: false, error };
  }
}

function send(client: Client, chunk: readonly Wish[], isAdd: boolean): ReturnType<Client['call']> {
  if (!isAdd) {
    const ids = chunk.map(({ member }) => member.relationId ?? '').join(',');
    return client.call({ method: 'DELETE', path: `/composite/sobjects?ids=${ids}&allOrNone=false` });
  }
  const records = chunk.map(({ eventId, member }) => ({
    attributes: { type: 'EventRelation' }, EventId: eventId, RelationId: member.personId, IsParent: true, IsWhat: false, IsInvitee: false,
  }));
  return client.call({ method: 'POST', path: '/composite/sobjects', body: { allOrNone: false, records } });
}

/** What is as it should be already was done by somebody else meanwhile. */
const ALREADY: ReadonlySet<string> = new Set(['DUPLICATE_VALUE', 'ENTITY_IS_DELETED', 'INVALID_CROSS_REFERENCE_KEY', 'NOT_FOUND']);

function isDone(entry: Entry | undefined): boolean {
  return entry?.success === true || (entry !== undefined && faultsOf(entry).some(({ code }) => ALREADY.has(code)));
}

/** The person stays as they were, which the answer tells. */
function leave({ prepared: { place, carried }, member, isAdd }: Wish, results: WriteResult[]): void {
  const result = results[place];
  if (!result?.ok) return;
  const written = result.written.attendees ?? carried.written.attendees;
  const others = (Array.isArray(written) ? written as readonly string[] : []).filter((email) => email !== member.email);
  const attendees = attendeesOf([...others, ...isAdd ? [] : [member.email]].map((email) => ({ personId: '', email })));
  const note: CarryNote = { field: 'attendees', what: 'notCarried', reason: 'accessDenied' };
  const notes = result.notes.some(({ field, reason }) => field === note.field && reason === note.reason) ? result.notes : [...result.notes, note];
  results[place] = { ...result, written: { ...result.written, attendees }, notes };
}
