/** What Event and Task have in common; custom fields of the two are fields of one object, Activity (Object Reference, Event and Task). */
import { field, type Field } from './field.ts';

/** The objects that the papers name most; those that this organization lacks are refused as references to nothing. */
const RELATED = ['Account', 'Asset', 'Campaign', 'Case', 'Contract', 'Opportunity', 'Order', 'Product2', 'Solution'];

export const WHO_AND_WHAT: readonly Field[] = [
  field('WhoId', 'reference', 18, 'cufsgn', 'Name ID', { to: ['Contact', 'Lead'], as: 'Who' }),
  field('WhatId', 'reference', 18, 'cufsgn', 'Related To ID', { to: RELATED, as: 'What' }),
];

export const ACCOUNT_FIELD: Field = field('AccountId', 'reference', 18, 'fsgn', 'Account ID', { to: 'Account', as: 'Account' });

export const REMINDER: readonly Field[] = [
  field('ReminderDateTime', 'datetime', 0, 'cufsn', 'Reminder Date/Time'),
  field('IsReminderSet', 'boolean', 0, 'cufsgd', 'Reminder Set'),
];

const RECURRENCE_TYPES = [
  'RecursDaily', 'RecursEveryWeekday', 'RecursMonthly', 'RecursMonthlyNth', 'RecursWeekly', 'RecursYearly', 'RecursYearlyNth',
];
const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December',
];

/** The fields of a classic series after its start, which is a time for events and a date for tasks. */
export const RECURRENCE_RULE: readonly Field[] = [
  field('RecurrenceEndDateOnly', 'date', 0, 'cufsgn', 'Recurrence End'),
  field('RecurrenceTimeZoneSidKey', 'picklist', 40, 'cufsgnR', 'Recurrence Time Zone'),
  field('RecurrenceType', 'picklist', 40, 'cufsgnR', 'Recurrence Type', { values: RECURRENCE_TYPES }),
  field('RecurrenceInterval', 'int', 0, 'cufsgn', 'Recurrence Interval'),
  field('RecurrenceDayOfWeekMask', 'int', 0, 'cufsgn', 'Recurrence Day of Week Mask'),
  field('RecurrenceDayOfMonth', 'int', 0, 'cufsgn', 'Recurrence Day of Month'),
  field('RecurrenceInstance', 'picklist', 40, 'cufsgnR', 'Recurrence Instance', { values: ['First', 'Second', 'Third', 'Fourth', 'Last'] }),
  field('RecurrenceMonthOfYear', 'picklist', 40, 'cufsgnR', 'Recurrence Month of Year', { values: MONTHS }),
];
