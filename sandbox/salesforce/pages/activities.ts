/** The pages of events and tasks. */
import type { RecordPage } from './record-page.ts';

const links = { WhoId: ['Contact', 'Lead'], WhatId: ['Account'] } as const;

export const EVENT_PAGE: RecordPage = {
  name: 'Event', word: 'event', path: '/events', sortBy: 'StartDateTime', links,
  columns: {
    Subject: 'Subject', StartDateTime: 'Start', EndDateTime: 'End', IsAllDayEvent: 'All day', Location: 'Location', ShowAs: 'Show as',
    IsPrivate: 'Private', WhoId: 'Name', WhatId: 'Related to', IsChild: 'Copy', OwnerId: 'Owner',
  },
  form: ['Subject', 'Location', 'StartDateTime', 'EndDateTime', 'ShowAs', 'Description', 'IsAllDayEvent', 'IsPrivate'],
};

export const TASK_PAGE: RecordPage = {
  name: 'Task', word: 'task', path: '/tasks', sortBy: 'ActivityDate', links,
  columns: {
    Subject: 'Subject', ActivityDate: 'Due', Status: 'Status', Priority: 'Priority', WhoId: 'Name', WhatId: 'Related to',
    CompletedDateTime: 'Completed', OwnerId: 'Owner',
  },
  form: ['Subject', 'ActivityDate', 'Status', 'Priority', 'Description'],
};
