/** Old activities leave `query` and stay in `queryAll`: a year after they ended or were closed (Salesforce Help, "Archived Activities"). */
import type { ObjectName } from '../objects/catalog.ts';
import type { Org } from '../org.ts';
import { toStamp } from '../stamps.ts';
import type { Row } from '../table.ts';

const ARCHIVED_AFTER_MS = 365 * 86_400_000;

export function isArchived(org: Org, name: ObjectName, row: Row): boolean {
  if (name !== 'Event' && !(name === 'Task' && row['IsClosed'] === true)) return false;
  const last = name === 'Event' ? row['EndDate'] : row['ActivityDate'] ?? row['CreatedDate'];
  return typeof last === 'string' && last.slice(0, 10) < toStamp(org.clock.now() - ARCHIVED_AFTER_MS).slice(0, 10);
}
