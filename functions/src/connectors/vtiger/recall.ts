/** What became of creations whose outcome is unknown: there is no field for a key of ours, so they are among the user's records made since. */
import { shapesOf } from './describe.ts';
import { SKEW } from './limits.ts';
import { modulesOf } from './modules.ts';
import { seenRows, type SideParts } from './records.ts';
import { allRows, quote, stampOf } from './vtql.ts';
import type { LinkId } from '../../engine/link.ts';
import type { Kind } from '../../engine/record.ts';
import type { LostCreation, Recall } from '../../ports/side.ts';

/** Which of the records it is, the engine tells by key fields, some of which may have been edited. */
export async function recallRecords(parts: SideParts, kind: Kind, lost: readonly LostCreation[]): Promise<ReadonlyMap<LinkId, Recall>> {
  const [spec] = modulesOf(kind);
  if (lost.length === 0 || !spec) return new Map();
  // Nothing was ever made where the module is not seen.
  if (!(await shapesOf(parts, [spec.name]))[spec.name].isSeen) return new Map(lost.map(({ linkId }) => [linkId, { found: [], isByKey: true }]));
  const from = Math.max(0, Math.min(...lost.map(({ startedAt }) => startedAt)) - SKEW);
  const where = [`assigned_user_id = ${quote(parts.me)}`, `createdtime >= ${quote(stampOf(Math.floor(from / 1000)))}`];
  const rows = await allRows(parts.client, { module: spec.name, where });
  // What a person enters has another source, where this user sees it.
  const seen = await seenRows(parts, spec.name, rows.filter(({ source }) => typeof source !== 'string' || source === '' || source === 'WEBSERVICE'));
  return new Map(lost.map(({ linkId, startedAt }) => [
    linkId, { found: seen.filter(({ createdAt }) => (createdAt ?? startedAt) >= startedAt - SKEW), isByKey: false }]));
}
