/** Group and GroupMember, read only here: a queue may own tasks and leads. */
import { auditFields, field, type Field } from './field.ts';

export const GROUP_FIELDS: readonly Field[] = [
  field('Id', 'id', 18, 'fsgdi', 'Group ID'),
  field('Name', 'string', 40, 'fsgN', 'Name'),
  field('DeveloperName', 'string', 80, 'fsgn', 'Developer Name'),
  field('Type', 'picklist', 40, 'fsgR', 'Type', { values: ['Regular', 'Role', 'Queue', 'Organization'] }),
  field('Email', 'email', 255, 'fsgn', 'Email'),
  ...auditFields(),
];

export const GROUP_MEMBER_FIELDS: readonly Field[] = [
  field('Id', 'id', 18, 'fsgdi', 'Group Member ID'),
  field('GroupId', 'reference', 18, 'fsg', 'Group ID', { to: 'Group', as: 'Group' }),
  field('UserOrGroupId', 'reference', 18, 'fsg', 'User/Group ID', { to: ['Group', 'User'] }),
  field('SystemModstamp', 'datetime', 0, 'fsd', 'System Modstamp'),
];
