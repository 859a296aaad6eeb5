/** Who may read and who may change a record: ownership, the organization-wide defaults, what an activity is about, administrators. */
import { target } from './named.ts';
import type { ObjectName, ObjectType } from './objects/catalog.ts';
import type { Org, Person } from './org.ts';
import type { Row } from './table.ts';

/** `person` undefined is the system itself. */
export function canRead(org: Org, type: ObjectType, row: Row, person: Person | undefined): boolean {
  return !type.isRecord || isOpen(org, type.name, row, person, 'read');
}

export function canEdit(org: Org, type: ObjectType, row: Row, person: Person | undefined): boolean {
  return type.isRecord ? isOpen(org, type.name, row, person, 'edit') : person === undefined;
}

type Right = 'read' | 'edit';

function isOpen(org: Org, name: ObjectName, row: Row, person: Person | undefined, right: Right): boolean {
  if (person === undefined || person.isAdmin) return true;
  if (name === 'EventRelation') return isRelationOpen(org, 'Event', row, person, right);
  if (name === 'TaskRelation') return isRelationOpen(org, 'Task', row, person, right);
  if (isOwn(org, row, person)) return true;
  if (name === 'Event' || name === 'Task') return isActivityOpen(org, name, row, person, right);
  // A contact without an account is private to its owner, whatever the default is (Salesforce Help, "Private contacts").
  if (name === 'Contact' && !row['AccountId']) return false;
  const { orgWideDefault } = org.settings;
  return right === 'read' ? orgWideDefault !== 'private' : orgWideDefault === 'edit';
}

/** A queue's records belong to its members too. */
function isOwn(org: Org, row: Row, person: Person): boolean {
  const owner = row['OwnerId'] ?? null;
  if (owner === person.id) return true;
  return [...org.tables.GroupMember.equal('GroupId', owner) ?? []].some((member) => member['UserOrGroupId'] === person.id);
}

/** An invited user may look at the event itself (Object Reference, EventRelation); a private one shows itself to nobody else. */
function isActivityOpen(org: Org, name: 'Event' | 'Task', row: Row, person: Person, right: Right): boolean {
  if (right === 'read' && name === 'Event' && isInvited(org, row, person)) return true;
  if (row['IsPrivate'] === true || org.settings.activityAccess === 'private') return false;
  return ['WhoId', 'WhatId'].some((field) => {
    const parent = target(org, row[field]);
    return parent !== undefined && isOpen(org, parent.name, parent.row, person, right);
  });
}

const isInvited = (org: Org, event: Row, person: Person): boolean => [...org.tables.EventRelation.equal('EventId', event.Id) ?? []]
  .some((relation) => !relation.IsDeleted && relation['RelationId'] === person.id && relation['IsInvitee'] === true);

function isRelationOpen(org: Org, name: 'Event' | 'Task', row: Row, person: Person, right: Right): boolean {
  const activity = org.tables[name].get(String(row[`${name}Id`]));
  return activity !== undefined && isOpen(org, name, activity, person, right);
}
