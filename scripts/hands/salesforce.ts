/** Anna's hands in the Salesforce stand-in: past HTTP, straight at the rows. */
import { ANNA, signInRep } from '../../sandbox/rep.ts';
import type { Outside } from '../../sandbox/world.ts';
import type { CrmContact, CrmEvent, CrmHand, CrmTask, CrmValues, NewCrmEvent, NewCrmTask, TaskStatus } from './crm.ts';

type Row = Readonly<Record<string, unknown>>;

const DAY_MS = 24 * 60 * 60_000;

/** The company is a row of its own. */
const COMPANY = 'company';
const COLUMNS: Readonly<Record<string, string>> = {
  prefix: 'Salutation', givenName: 'FirstName', familyName: 'LastName', jobTitle: 'Title', department: 'Department', assistantName: 'AssistantName',
  primaryEmail: 'Email', 'phones.work': 'Phone', 'phones.mobile': 'MobilePhone', 'phones.home': 'HomePhone', birthday: 'Birthdate',
  ...addressColumns('addresses.business', 'Mailing'), ...addressColumns('addresses.other', 'Other'),
};
const STATUSES: Readonly<Record<TaskStatus, string>> = {
  notStarted: 'Not Started', inProgress: 'In Progress', waitingOnOthers: 'Waiting on someone else', deferred: 'Deferred', completed: 'Completed',
};

export function salesforceHand(salesforce: Outside['salesforce']): CrmHand {
  const org = salesforce.org();
  const companies = (): ReadonlyMap<unknown, unknown> => new Map(org.accounts().map((row) => [row.Id, row['Name']]));
  return {
    system: 'salesforce', services: ['salesforce'],
    signIn: (apiOrigin) => signInRep(apiOrigin, 'salesforce', 'production', ANNA.crmSteps),
    addCompanies: async (names) => { for (const Name of names) org.insert('Account', { Name: Name.slice(0, 255) }, ANNA.login); },
    contacts: async () => {
      const names = companies();
      return org.contacts().map((row) => contactOf(row, names));
    },
    addContact: async (values) => org.insert('Contact', contactRow(values), ANNA.login),
    updateContact: async (id, values) => { org.update('Contact', id, contactRow(values)); },
    events: () => Promise.resolve(org.events().map(eventOf)),
    addEvent: async ({ subject, location, start, end }: NewCrmEvent) => org.insert('Event', {
      Subject: subject, Location: location, StartDateTime: new Date(start).toISOString(), EndDateTime: new Date(end).toISOString(),
    }, ANNA.login),
    updateEvent: async (id, { location }) => { org.update('Event', id, { Location: location }); },
    tasks: () => Promise.resolve(org.tasks().map(taskOf)),
    addTask: async (task) => org.insert('Task', taskRow(task), ANNA.login),
    updateTask: async (id, change) => { org.update('Task', id, taskRow(change)); },
    fingerprint: () => Promise.resolve(JSON.stringify([org.contacts(), org.events(), org.tasks()])),
    calls: () => Object.fromEntries(salesforce.server.calls),
  };
}

function addressColumns(field: string, prefix: string): Record<string, string> {
  return {
    [`${field}.street`]: `${prefix}Street`, [`${field}.city`]: `${prefix}City`, [`${field}.state`]: `${prefix}State`,
    [`${field}.postalCode`]: `${prefix}PostalCode`, [`${field}.countryOrRegion`]: `${prefix}Country`,
  };
}

function contactOf(row: Row, companies: ReadonlyMap<unknown, unknown>): CrmContact {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  const values = Object.entries(COLUMNS).map(([field, column]) => [field, text(row[column])]);
  return { id: String(row['Id']), values: { ...Object.fromEntries(values) as CrmValues, [COMPANY]: text(companies.get(row['AccountId'])) } };
}

function contactRow(values: CrmValues): Row {
  return Object.fromEntries(Object.entries(values).map(([field, value]) => {
    const column = COLUMNS[field];
    if (column === undefined) throw new Error(`a contact of Salesforce has no column for ${field}`);
    return [column, value];
  }));
}

/** The CRM's end of a day-long event is the last day itself. */
function eventOf(row: Row): CrmEvent {
  const at = (name: string): number => Date.parse(String(row[name]).replace(/\+0000$/, 'Z'));
  const iso = (time: number): string => new Date(time).toISOString();
  const [start, end] = [at('StartDateTime'), at('EndDateTime')];
  const when = row['IsAllDayEvent'] === true ? `${iso(start).slice(0, 10)}/${iso(end + DAY_MS).slice(0, 10)}` : `${iso(start)}/${iso(end)}`;
  return { id: String(row['Id']), subject: word(row['Subject']), location: word(row['Location']), body: word(row['Description']), when };
}

function taskOf(row: Row): CrmTask {
  const status = Object.entries(STATUSES).find(([, name]) => name === row['Status'])?.[0] ?? word(row['Status']);
  return {
    id: String(row['Id']), subject: word(row['Subject']), due: word(row['ActivityDate']).slice(0, 10), status, importance: word(row['Priority']).toLowerCase(),
  };
}

function taskRow({ subject, due, status, importance }: Partial<NewCrmTask>): Row {
  return {
    ...(subject === undefined ? {} : { Subject: subject }), ...(due === undefined ? {} : { ActivityDate: due }),
    ...(status === undefined ? {} : { Status: STATUSES[status] }),
    ...(importance === undefined ? {} : { Priority: importance.charAt(0).toUpperCase() + importance.slice(1) }),
  };
}

const word = (value: unknown): string => (typeof value === 'string' ? value : '');
