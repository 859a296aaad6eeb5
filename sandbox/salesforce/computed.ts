/** Reading a field: stored values, and those that the service makes from others. */
import { isArchived } from './activities/archive.ts';
import type { ObjectType } from './objects/catalog.ts';
import type { Field } from './objects/field.ts';
import type { Org } from './org.ts';
import type { Row, Value } from './table.ts';

export type Address = Readonly<Record<string, Value>>;

export function readField(org: Org, type: ObjectType, row: Row, field: Field): Value | Address {
  if (field.type === 'address') return readAddress(row, field.name.replace(/Address$/, ''));
  if (field.name === 'IsArchived') return isArchived(org, type.name, row);
  if (field.name === 'Name' && type.name !== 'Name' && type.byName.has('lastname')) return fullName(row);
  if (field.name === 'PhotoUrl') return `/services/images/photo/${row.Id}`;
  if (field.name === 'IsEmailBounced') return Boolean(row['EmailBouncedDate']);
  return row[field.name] ?? (field.type === 'boolean' ? false : null);
}

/** The parts of a person's name in order; the salutation is no part of it. */
export const fullName = (row: Readonly<Record<string, Value>>): string =>
  [row['FirstName'], row['LastName']].filter((part) => typeof part === 'string').join(' ');

const ADDRESS_PARTS = ['city', 'country', 'geocodeAccuracy', 'latitude', 'longitude', 'postalCode', 'state', 'street'] as const;

function readAddress(row: Row, prefix: string): Address | null {
  const parts = ADDRESS_PARTS.map((part): [string, Value] => {
    return [part, row[`${prefix}${part.charAt(0).toUpperCase()}${part.slice(1)}`] ?? null];
  });
  return parts.every(([, value]) => value === null) ? null : Object.fromEntries(parts);
}
