/** The row that the object Name shows for a parent of any object. */
import { fullName } from './computed.ts';
import type { ObjectName } from './objects/catalog.ts';
import { find, type Org } from './org.ts';
import type { Row, Value } from './table.ts';

const OBJECTS: Readonly<Record<string, ObjectName>> = {
  '001': 'Account', '003': 'Contact', '00Q': 'Lead', '005': 'User', '00G': 'Group', '00U': 'Event', '00T': 'Task',
};

/** The object of an id, told by its first three characters. */
export const objectOfId = (id: string): ObjectName | undefined => OBJECTS[id.slice(0, 3)];

/** The living row that a reference leads to. */
export function target(org: Org, id: Value | undefined): { readonly name: ObjectName; readonly row: Row } | undefined {
  const name = typeof id === 'string' ? objectOfId(id) : undefined;
  const row = name && find(org, name, String(id));
  return name && row && !row.IsDeleted ? { name, row } : undefined;
}

const USER_ONLY = ['Alias', 'Email', 'Phone', 'Title', 'Username', 'IsActive'];

export function namedRow(org: Org, id: Value): Row | undefined {
  const found = target(org, id);
  if (!found) return undefined;
  const { name, row } = found;
  const isPerson = name === 'User' || name === 'Contact' || name === 'Lead';
  const kept = [...(isPerson ? ['FirstName', 'LastName'] : []), ...(name === 'User' ? USER_ONLY : [])];
  return {
    Id: row.Id, IsDeleted: row.IsDeleted, SystemModstamp: row.SystemModstamp,
    ...Object.fromEntries(kept.flatMap((field) => (row[field] === undefined ? [] : [[field, row[field]]]))),
    Name: isPerson ? fullName(row) : row['Name'] ?? row['Subject'] ?? null,
    Type: name === 'Group' ? 'Queue' : name,
  };
}
