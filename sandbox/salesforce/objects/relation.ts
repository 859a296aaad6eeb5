/** EventRelation and TaskRelation: who is invited to an event, and whom an activity is about (Object Reference, both objects). */
import { ACCOUNT_FIELD } from './activity.ts';
import { auditFields, field, type Field } from './field.ts';

const STATUSES = ['New', 'Declined', 'Accepted', 'Uninvited', 'Maybe'];

export const EVENT_RELATION_FIELDS: readonly Field[] = [
  field('Id', 'id', 18, 'fsgdi', 'Event Relation ID'),
  field('RelationId', 'reference', 18, 'cfsg', 'Relation ID', { to: ['Account', 'Calendar', 'Contact', 'Lead', 'User'], as: 'Relation' }),
  field('EventId', 'reference', 18, 'cfsg', 'Event ID', { to: 'Event', as: 'Event' }),
  field('IsWhat', 'boolean', 0, 'cfsgd', 'Is What'),
  field('IsParent', 'boolean', 0, 'cufsgd', 'Is Parent'),
  field('IsInvitee', 'boolean', 0, 'cufsgd', 'Is Invitee'),
  field('Status', 'picklist', 40, 'cufsgndR', 'Status', { values: STATUSES, defaultValue: 'New' }),
  field('RespondedDate', 'datetime', 0, 'cufsn', 'Response Date'),
  field('Response', 'string', 255, 'cufsgn', 'Comment'),
  ACCOUNT_FIELD,
  field('IsDeleted', 'boolean', 0, 'fsgd', 'Deleted'),
  ...auditFields(),
];

export const TASK_RELATION_FIELDS: readonly Field[] = [
  field('Id', 'id', 18, 'fsgdi', 'Task Relation ID'),
  field('RelationId', 'reference', 18, 'cfsg', 'Relation ID', { to: ['Account', 'Contact', 'Lead'], as: 'Relation' }),
  field('TaskId', 'reference', 18, 'cfsg', 'Task ID', { to: 'Task', as: 'Task' }),
  field('IsWhat', 'boolean', 0, 'cfsgd', 'Is What'),
  ACCOUNT_FIELD,
  field('IsDeleted', 'boolean', 0, 'fsgd', 'Deleted'),
  ...auditFields(),
];
