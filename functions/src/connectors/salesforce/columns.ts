/** Which canonical field a column of the service belongs to, whatever the object. */
import { CONTACT, heldFields, personField } from './map.ts';
import { EVENT_COLUMNS } from './map-event.ts';
import { LEAD } from './map-lead.ts';
import { TASK_COLUMNS } from './map-task.ts';
import type { FieldName } from '../../engine/record.ts';
import type { ObjectName } from './objects.ts';

/** The canonical name of a column, for errors that name one; a column that is none of ours keeps its own name. */
export function canonicalField(column: string): string {
  const event = Object.entries(EVENT_COLUMNS).find(([, columns]) => columns.some((own) => own === column));
  const task = Object.entries(TASK_COLUMNS).find(([, own]) => own === column);
  return personField(CONTACT, column) ?? personField(LEAD, column) ?? event?.[0] ?? task?.[0] ?? column;
}

/** The canonical fields that an object holds with these columns. */
export function heldBy(name: ObjectName, columns: { has(column: string): boolean }): ReadonlySet<FieldName> {
  switch (name) {
    case 'Contact': return heldFields(CONTACT, columns);
    case 'Lead': return heldFields(LEAD, columns);
    case 'Event': return new Set(namesIn(EVENT_COLUMNS).filter((field) => EVENT_COLUMNS[field].every((column) => columns.has(column))));
    case 'Task': return new Set(namesIn(TASK_COLUMNS).filter((field) => columns.has(TASK_COLUMNS[field])));
    default: return name satisfies never;
  }
}

const namesIn = <Table extends object>(table: Table): (keyof Table)[] => Object.keys(table) as (keyof Table)[];
