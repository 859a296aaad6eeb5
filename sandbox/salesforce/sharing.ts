/** Who may read and who may change a record: ownership, the organization-wide default, administrators. */
import type { Org, Person } from './org.ts';
import type { ObjectType } from './objects/catalog.ts';
import type { Row } from './table.ts';

/** `person` undefined is the system itself. */
export function canRead(org: Org, type: ObjectType, row: Row, person: Person | undefined): boolean {
  if (!type.isRecord || isUnbound(row, person)) return true;
  // A contact without an account is private to its owner, whatever the default is (Salesforce Help, "Private contacts").
  if (type.name === 'Contact' && !row['AccountId']) return false;
  return org.settings.orgWideDefault !== 'private';
}

export function canEdit(org: Org, type: ObjectType, row: Row, person: Person | undefined): boolean {
  if (!type.isRecord) return person === undefined;
  return isUnbound(row, person) || (org.settings.orgWideDefault === 'edit' && canRead(org, type, row, person));
}

const isUnbound = (row: Row, person: Person | undefined): boolean =>
  person === undefined || person.isAdmin || row['OwnerId'] === person.id;
