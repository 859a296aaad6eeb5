/** Merging: the losers go to the bin and point at the winner, which takes over what was about them. */
import { repointActivities } from './activities/links.ts';
import { convertedLead } from './activities/people.ts';
import { nowStamp, store } from './org.ts';
import type { ObjectType } from './objects/catalog.ts';
import { findForWrite, type Writer } from './records.ts';
import { refuse } from './refusal.ts';
import { patched } from './table.ts';

const LOSERS_MAX = 2;

/** The winner's own values stay; three records are merged at most (Object Reference, merge()). */
export function mergeRecords(writer: Writer, type: ObjectType, winnerId: string, loserIds: readonly string[]): void {
  const { org } = writer;
  if (!type.isMergeable) throw refuse(400, 'INVALID_TYPE', `${type.name} cannot be merged`);
  if (loserIds.length === 0 || loserIds.length > LOSERS_MAX) throw refuse(400, 'INVALID_OPERATION', 'one or two records can be merged into another');
  const winner = findForWrite(writer, type, winnerId);
  const losers = loserIds.map((id) => findForWrite(writer, type, id));
  if (new Set([winner.Id, ...losers.map(({ Id }) => Id)]).size !== losers.length + 1) {
    throw refuse(400, 'INVALID_OPERATION', 'a record cannot be merged with itself');
  }
  if ([winner, ...losers].some((row) => row['IsConverted'] === true)) throw convertedLead();
  const now = nowStamp(org);
  for (const loser of losers) {
    store(org, type.name, patched(loser, { IsDeleted: true, MasterRecordId: winner.Id, SystemModstamp: now }), !writer.isApi);
    repointActivities(org, loser.Id, winner.Id);
    for (const contact of type.name === 'Account' ? org.tables.Contact.equal('AccountId', loser.Id) ?? [] : []) {
      if (!contact.IsDeleted) store(org, 'Contact', patched(contact, { AccountId: winner.Id, SystemModstamp: now }), !writer.isApi);
    }
  }
  store(org, type.name, patched(winner, { LastModifiedDate: now, SystemModstamp: now }), !writer.isApi);
}
