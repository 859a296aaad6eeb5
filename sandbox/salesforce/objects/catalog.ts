/** The objects of the organization, and how names in any case find their fields. */
import { ACCOUNT_FIELDS } from './account.ts';
import { CONTACT_FIELDS, KEY_FIELD } from './contact.ts';
import type { Field } from './field.ts';
import { ORGANIZATION_FIELDS, USER_FIELDS } from './user.ts';

export type ObjectName = 'Contact' | 'Account' | 'User' | 'Organization';

export interface ObjectType {
  readonly name: ObjectName;
  readonly label: string;
  readonly plural: string;
  readonly prefix: string;
  /** Records are owned, shared, written and deleted; the others are only read. */
  readonly isRecord: boolean;
  readonly fields: readonly Field[];
  /** By lower-case name. */
  readonly byName: ReadonlyMap<string, Field>;
  /** Reference fields by the lower-case name of their relationship. */
  readonly byRelationship: ReadonlyMap<string, Field>;
}

export type Catalog = ReadonlyMap<string, ObjectType>;

/** The objects by lower-case name, less the fields hidden from this user ("Contact.Birthdate"), as describe omits them. */
export function catalogOf(hasKeyField: boolean, hidden: readonly string[] = []): Catalog {
  const key = `${hasKeyField}:${hidden.join()}`;
  const known = made.get(key) ?? makeCatalog(hasKeyField, hidden);
  made.set(key, known);
  return known;
}

/** Every call asks for its catalog; there are as many as there are settings tried. */
const made = new Map<string, Catalog>();

function makeCatalog(hasKeyField: boolean, hidden: readonly string[]): Catalog {
  const contact = hasKeyField ? [...CONTACT_FIELDS, KEY_FIELD] : CONTACT_FIELDS;
  const isHidden = new Set(hidden.map((name) => name.toLowerCase()));
  const make = (name: ObjectName, plural: string, prefix: string, isRecord: boolean, all: readonly Field[]): ObjectType => {
    const fields = all.filter((one) => !isHidden.has(`${name}.${one.name}`.toLowerCase()));
    const related = fields.flatMap((one): [string, Field][] => (one.relationship ? [[one.relationship.toLowerCase(), one]] : []));
    return {
      name, label: name, plural, prefix, isRecord, fields,
      byName: new Map(fields.map((one) => [one.name.toLowerCase(), one])),
      byRelationship: new Map(related),
    };
  };
  const types = [
    make('Contact', 'Contacts', '003', true, contact),
    make('Account', 'Accounts', '001', true, ACCOUNT_FIELDS),
    make('User', 'Users', '005', false, USER_FIELDS),
    make('Organization', 'Organizations', '00D', false, ORGANIZATION_FIELDS),
  ];
  return new Map(types.map((type) => [type.name.toLowerCase(), type]));
}
