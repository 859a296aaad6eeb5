/** What changed and what was deleted since: ids only, with the time up to which the answer is complete. */
import type { Call } from './call.ts';
import type { ObjectType } from './objects/catalog.ts';
import { find } from './org.ts';
import { refuse } from './refusal.ts';
import { canRead } from './sharing.ts';
import { fromStamp, toStamp } from './stamps.ts';
import type { Row } from './table.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;

export function updatedIds(call: Call, type: ObjectType): unknown {
  const span = spanOf(call, 30);
  const ids = rowsIn(call, type, span).filter((row) => !row.IsDeleted).map((row) => row.Id);
  return { ids, latestDateCovered: toStamp(covered(call, span.end)) };
}

export function deletedIds(call: Call, type: ObjectType): unknown {
  const span = spanOf(call, 15);
  const deletedRecords = rowsIn(call, type, span).filter((row) => row.IsDeleted)
    .map((row) => ({ id: row.Id, deletedDate: row.SystemModstamp }));
  const earliest = call.org.clock.now() - 15 * DAY;
  return { deletedRecords, earliestDateAvailable: toStamp(earliest), latestDateCovered: toStamp(covered(call, span.end)) };
}

interface Span { readonly start: number; readonly end: number }

/** Seconds are cut off both ends, and the span must be a minute at least (Replication API guide). */
function spanOf(call: Call, days: number): Span {
  const [start, end] = ['start', 'end'].map((name) => fromStamp((call.query.get(name) ?? '').replace(' ', '+')));
  if (start === undefined || end === undefined) {
    throw refuse(400, 'MISSING_ARGUMENT', 'start and end are required, as date-times with a zone');
  }
  const span = { start: start - (start % MINUTE), end: end - (end % MINUTE) };
  if (span.start >= span.end) throw refuse(400, 'INVALID_REPLICATION_DATE', 'startDate must be at least one minute before endDate');
  if (span.start < call.org.clock.now() - days * DAY) {
    throw refuse(400, 'INVALID_REPLICATION_DATE', `startDate cannot be more than ${days} days ago`);
  }
  return span;
}

function rowsIn(call: Call, type: ObjectType, { start, end }: Span): Row[] {
  return call.org.tables[type.name].stampedFrom(toStamp(start)).filter((row) => row.SystemModstamp < toStamp(end)
    && find(call.org, type.name, row.Id) === row && canRead(call.org, type, row, call.person));
}

/** Transactions that have not ended may still stamp rows inside the span: the answer is complete up to the oldest one. */
function covered(call: Call, end: number): number {
  const waiting = [...call.org.late.values()].map((late) => late.until - call.org.settings.lateSeconds * 1000);
  const latest = Math.min(end, call.org.clock.now(), ...waiting);
  return latest - (latest % MINUTE);
}
