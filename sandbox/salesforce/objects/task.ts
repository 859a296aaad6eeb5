/** Task, as its describe in a developer organization tells, and the statuses that an administrator names (Object Reference, Task). */
import { ACCOUNT_FIELD, RECURRENCE_RULE, REMINDER, WHO_AND_WHAT } from './activity.ts';
import { auditFields, field, type Field } from './field.ts';

/** One row of TaskStatus; `Task.Status` holds the API name. */
export interface TaskStatus {
  readonly name: string;
  readonly label: string;
  readonly isClosed: boolean;
  readonly isDefault: boolean;
}

export const TASK_STATUSES: readonly TaskStatus[] = ['Not Started', 'In Progress', 'Completed', 'Waiting on someone else', 'Deferred']
  .map((name) => ({ name, label: name, isClosed: name === 'Completed', isDefault: name === 'Not Started' }));

/** What an organization with words of its own may have; `cancelled` closes a task too. */
export const OWN_TASK_STATUSES: readonly TaskStatus[] = [
  { name: 'Open', label: 'Offen', isClosed: false, isDefault: true },
  { name: 'Waiting', label: 'Wartet', isClosed: false, isDefault: false },
  { name: 'Done', label: 'Erledigt', isClosed: true, isDefault: false },
  { name: 'Cancelled', label: 'Abgesagt', isClosed: true, isDefault: false },
];

const REPEATS = ['RecurrenceRegenerateAfterDueDate', 'RecurrenceRegenerateAfterToday', 'RecurrenceRegenerated'];
const SUBTYPES = ['Task', 'Email', 'ListEmail', 'Cadence', 'Call', 'LinkedIn'];

/** The organization has no call center, so the fields of calls are not there. */
export const taskFields = (statuses: readonly TaskStatus[]): readonly Field[] => [
  field('Id', 'id', 18, 'fsgdi', 'Activity ID'),
  ...WHO_AND_WHAT,
  field('Subject', 'combobox', 255, 'cufsnN', 'Subject', { values: ['Call', 'Email', 'Send Letter', 'Send Quote', 'Other'] }),
  field('ActivityDate', 'date', 0, 'cufsgn', 'Due Date Only'),
  field('Status', 'picklist', 255, 'cufsgd', 'Status', {
    values: statuses.map(({ name }) => name), defaultValue: (statuses.find(({ isDefault }) => isDefault) ?? statuses[0])?.name ?? '' }),
  field('Priority', 'picklist', 20, 'cufsgd', 'Priority', { values: ['High', 'Normal', 'Low'], defaultValue: 'Normal' }),
  field('IsHighPriority', 'boolean', 0, 'fsgd', 'High Priority'),
  field('OwnerId', 'reference', 18, 'cufsgd', 'Assigned To ID', { to: ['Group', 'User'], as: 'Owner' }),
  field('Description', 'textarea', 32000, 'cun', 'Description'),
  field('IsDeleted', 'boolean', 0, 'fsgd', 'Deleted'),
  ACCOUNT_FIELD,
  field('IsClosed', 'boolean', 0, 'fsgd', 'Closed'),
  ...auditFields(),
  field('IsArchived', 'boolean', 0, 'fsgd', 'Archived'),
  ...REMINDER,
  field('RecurrenceActivityId', 'reference', 18, 'fsgn', 'Recurrence Activity ID', { to: 'Task' }),
  field('IsRecurrence', 'boolean', 0, 'cfsgd', 'Create Recurring Series of Tasks'),
  field('RecurrenceStartDateOnly', 'date', 0, 'cufsgn', 'Recurrence Start'),
  ...RECURRENCE_RULE,
  field('RecurrenceRegeneratedType', 'picklist', 40, 'cufsgnR', 'Repeat This Task', { values: REPEATS }),
  field('TaskSubtype', 'picklist', 40, 'cfsgnR', 'Task Subtype', { values: SUBTYPES, defaultValue: 'Task' }),
  field('CompletedDateTime', 'datetime', 0, 'fsn', 'Completed Date/Time'),
];

export const TASK_STATUS_FIELDS: readonly Field[] = [
  field('Id', 'id', 18, 'fsgdi', 'Task Status Value ID'),
  field('ApiName', 'string', 255, 'fsgn', 'API Name'),
  field('MasterLabel', 'string', 255, 'fsgn', 'Master Label'),
  field('SortOrder', 'int', 0, 'fsgn', 'Sort Order'),
  field('IsDefault', 'boolean', 0, 'fsgd', 'Is Default'),
  field('IsClosed', 'boolean', 0, 'fsgd', 'Is Closed'),
  ...auditFields(),
];
