/** The objects of the organization, and how names in any case find their fields. */
import { ACCOUNT_FIELDS } from './account.ts';
import { CONTACT_FIELDS, KEY_FIELD } from './contact.ts';
import { EVENT_FIELDS } from './event.ts';
import type { Field } from './field.ts';
import { GROUP_FIELDS, GROUP_MEMBER_FIELDS } from './group.ts';
import { LEAD_FIELDS } from './lead.ts';
import { NAME_FIELDS } from './name.ts';
import { EVENT_RELATION_FIELDS, TASK_RELATION_FIELDS } from './relation.ts';
import { TASK_STATUS_FIELDS, taskFields, type TaskStatus } from './task.ts';
import { ORGANIZATION_FIELDS, USER_FIELDS } from './user.ts';

export type ObjectName =
  | 'Contact' | 'Account' | 'Lead' | 'Event' | 'EventRelation' | 'Task' | 'TaskRelation' | 'TaskStatus'
  | 'User' | 'Group' | 'GroupMember' | 'Organization' | 'Name';

/** Owned by a user or queue and shared; seen as its activity is seen; or read by everybody and written by nobody. */
export type Access = 'owned' | 'ofActivity' | 'readOnly';

export interface ObjectType {
  readonly name: ObjectName;
  readonly label: string;
  readonly plural: string;
  /** The first three characters of ids; empty for what has no records of its own. */
  readonly prefix: string;
  readonly access: Access;
  /** Records are written and deleted; the others are only read. */
  readonly isRecord: boolean;
  readonly isUpdateable: boolean;
  readonly isMergeable: boolean;
  readonly isQueryable: boolean;
  readonly fields: readonly Field[];
  /** By lower-case name. */
  readonly byName: ReadonlyMap<string, Field>;
  /** Reference fields by the lower-case name of their relationship. */
  readonly byRelationship: ReadonlyMap<string, Field>;
}

export type Catalog = ReadonlyMap<string, ObjectType>;

/** What makes one organization's describe differ from another's. */
export interface Profile {
  readonly keyField: boolean;
  readonly sharedActivities: boolean;
  readonly taskStatuses: readonly TaskStatus[];
  /** Fields hidden from this user ("Contact.Birthdate"), which describe omits. */
  readonly hidden: readonly string[];
}

/** The objects by lower-case name. */
export function catalogOf(profile: Profile): Catalog {
  const { keyField, sharedActivities, taskStatuses, hidden } = profile;
  const key = JSON.stringify([keyField, sharedActivities, taskStatuses, hidden]);
  const known = made.get(key) ?? makeCatalog(profile);
  made.set(key, known);
  return known;
}

/** Every call asks for its catalog; there are as many as there are settings tried. */
const made = new Map<string, Catalog>();

type Shape = readonly [name: ObjectName, label: string, plural: string, prefix: string, access: Access, fields: readonly Field[]];

function makeCatalog({ keyField, sharedActivities, taskStatuses, hidden }: Profile): Catalog {
  const own = keyField ? [KEY_FIELD] : [];
  const shapes: Shape[] = [
    ['Contact', 'Contact', 'Contacts', '003', 'owned', [...CONTACT_FIELDS, ...own]],
    ['Account', 'Account', 'Accounts', '001', 'owned', ACCOUNT_FIELDS],
    ['Lead', 'Lead', 'Leads', '00Q', 'owned', [...LEAD_FIELDS, ...own]],
    ['Event', 'Event', 'Events', '00U', 'owned', [...EVENT_FIELDS, ...own]],
    ['EventRelation', 'Event Relation', 'Event Relations', '0RE', 'ofActivity', EVENT_RELATION_FIELDS],
    ['Task', 'Task', 'Tasks', '00T', 'owned', [...taskFields(taskStatuses), ...own]],
    ['TaskStatus', 'Task Status Value', 'Task Status Values', '01J', 'readOnly', TASK_STATUS_FIELDS],
    ['User', 'User', 'Users', '005', 'readOnly', USER_FIELDS],
    ['Group', 'Group', 'Groups', '00G', 'readOnly', GROUP_FIELDS],
    ['GroupMember', 'Group Member', 'Group Members', '011', 'readOnly', GROUP_MEMBER_FIELDS],
    ['Organization', 'Organization', 'Organizations', '00D', 'readOnly', ORGANIZATION_FIELDS],
    ['Name', 'Name', 'Names', '', 'readOnly', NAME_FIELDS],
  ];
  if (sharedActivities) shapes.push(['TaskRelation', 'Task Relation', 'Task Relations', '0RT', 'ofActivity', TASK_RELATION_FIELDS]);
  const isHidden = new Set(hidden.map((name) => name.toLowerCase()));
  return new Map(shapes.map((shape) => [shape[0].toLowerCase(), makeType(shape, isHidden)]));
}

const MERGEABLE: ReadonlySet<ObjectName> = new Set<ObjectName>(['Contact', 'Account', 'Lead']);

function makeType([name, label, plural, prefix, access, all]: Shape, isHidden: ReadonlySet<string>): ObjectType {
  const fields = all.filter((one) => !isHidden.has(`${name}.${one.name}`.toLowerCase()));
  const isRecord = access !== 'readOnly';
  return {
    name, label, plural, prefix, access, isRecord,
    isUpdateable: isRecord && name !== 'TaskRelation', isMergeable: MERGEABLE.has(name), isQueryable: name !== 'Name', fields,
    byName: new Map(fields.map((one) => [one.name.toLowerCase(), one])),
    byRelationship: new Map(fields.flatMap((one): [string, Field][] => (one.relationship ? [[one.relationship.toLowerCase(), one]] : []))),
  };
}
