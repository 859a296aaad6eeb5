/** The fields of Events and of Calendar (the tasks), in the order of describe: two modules on one table. */
import { CREATED, MARKS, MODIFIED, MODIFIED_BY, OWNER, SOURCE, field, flag, idField, link, must, pick, text } from './field.ts';

const REPEATS = [['Day(s)', 'Daily'], ['Week(s)', 'Weekly'], ['Month(s)', 'Monthly'], ['Year', 'Yearly']] as const;
const RELATED = ['Accounts', 'Campaigns', 'HelpDesk', 'Invoice', 'Leads', 'Potentials', 'PurchaseOrder', 'Quotes', 'SalesOrder'] as const;
const KEPT = { isNullable: false } as const;

const SUBJECT = must(text('subject', 'Subject', 255), true);
const START_DATE = must(field('date_start', 'Start Date & Time', 'date'));
const START_TIME = must(field('time_start', 'Time Start', 'time'), true);
const END_TIME = field('time_end', 'End Time', 'time');
const REPEAT = pick('recurringtype', 'Repeat', REPEATS);
const MINUTES = pick('duration_minutes', 'Duration Minutes', ['00', '15', '30', '45']);
const PARENT = link('parent_id', 'Related To', RELATED, KEPT);
const EVENT_STATUS = pick('eventstatus', 'Status', ['Planned', 'Held', 'Not Held']);
const TASK_STATUS = pick('taskstatus', 'Status', ['Not Started', 'In Progress', 'Completed', 'Pending Input', 'Deferred', 'Planned']);
const NOTIFY = flag('sendnotification', 'Send Notification', KEPT);
const TYPE = pick('activitytype', 'Activity Type', ['Call', 'Meeting', 'Mobile Call'], KEPT);
const PLACE = text('location', 'Location', 150);
const PRIORITY = pick('taskpriority', 'Priority', ['High', 'Medium', 'Low']);
const NO_TIME = flag('notime', 'No Time', KEPT);
const VISIBILITY = pick('visibility', 'Visibility', ['Private', 'Public'], KEPT);
const NOTES = field('description', 'Description', 'text');
const REMINDER = field('reminder_time', 'Send Reminder', 'integer', KEPT);
const CONTACT = link('contact_id', 'Contact Name', ['Contacts'], KEPT);
const ID = idField('activityid');

export const EVENT_FIELDS = [
  SUBJECT, OWNER, START_DATE, START_TIME, must(field('due_date', 'End Date', 'date'), true), must(END_TIME, true), REPEAT,
  must(field('duration_hours', 'Duration', 'integer'), true), MINUTES, PARENT, must(EVENT_STATUS, true), NOTIFY, must(TYPE), PLACE, CREATED, MODIFIED,
  PRIORITY, NO_TIME, VISIBILITY, MODIFIED_BY, NOTES, REMINDER, CONTACT, SOURCE, ...MARKS, ID,
];

export const TASK_FIELDS = [
  SUBJECT, OWNER, START_DATE, START_TIME, END_TIME, must(field('due_date', 'Due Date', 'date'), true), PARENT, CONTACT, must(TASK_STATUS, true),
  EVENT_STATUS, PRIORITY, NOTIFY, CREATED, MODIFIED, TYPE, VISIBILITY, NOTES, field('duration_hours', 'Duration', 'time'), MINUTES, PLACE,
  { ...REMINDER, empty: '' }, REPEAT, NO_TIME, MODIFIED_BY, SOURCE, ...MARKS, ID,
];
