/** Which canonical field a column of the service belongs to, whatever the module. */
import { CONTACT, personColumns } from './map.ts';
import { EVENT_COLUMNS } from './map-event.ts';
import { LEAD } from './map-lead.ts';
import { TASK_COLUMNS } from './map-task.ts';
import type { FieldName } from '../../engine/record.ts';
import type { ModuleName } from './modules.ts';

/** The canonical name of a column, for errors that name one; a column that is none of ours keeps its own name. */
export function canonicalField(column: string): string {
  const event = Object.entries(EVENT_COLUMNS).find(([, columns]) => columns.some((own) => own === column));
  const task = Object.entries(TASK_COLUMNS).find(([, own]) => own === column);
  return personColumns(CONTACT).get(column) ?? personColumns(LEAD).get(column) ?? event?.[0] ?? task?.[0] ?? column;
}

/** The canonical fields that a module holds with these columns. */
export function heldBy(name: ModuleName, columns: { has(column: string): boolean }): ReadonlySet<FieldName> {
  const ofPerson = (all: ReadonlyMap<string, FieldName>): ReadonlySet<FieldName> =>
    new Set([...all].flatMap(([column, field]) => (columns.has(column) ? [field] : [])));
  switch (name) {
    case 'Contacts': return ofPerson(personColumns(CONTACT));
    case 'Leads': return ofPerson(personColumns(LEAD));
    case 'Events': return new Set(namesIn(EVENT_COLUMNS).filter((field) => EVENT_COLUMNS[field].every((column) => columns.has(column))));
    case 'Calendar': return new Set(namesIn(TASK_COLUMNS).filter((field) => columns.has(TASK_COLUMNS[field])));
    default: return name satisfies never;
  }
}

const namesIn = <Table extends object>(table: Table): (keyof Table)[] => Object.keys(table) as (keyof Table)[];
