/** What a first look around shows: invented customers, and a few events and tasks about them. */
import type { RecordName, SalesforceOrg } from './org-api.ts';

const ANNA = 'anna.weber@contoso.example';
const HOUR = 3_600_000;

interface SampleContact {
  readonly account: string;
  readonly owner: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Customers of a first look around; the companies and people are invented. */
const SAMPLE_CONTACTS: readonly SampleContact[] = [
  { account: 'Fabrikam Tools', owner: 'anna.weber@contoso.example', fields: {
    FirstName: 'Thomas', LastName: 'Ford', Email: 't.ford@fabrikam.example', Phone: '+49 30 5550101', Title: 'Head of Purchasing',
      MailingCity: 'Berlin' } },
  { account: 'Fabrikam Tools', owner: 'anna.weber@contoso.example', fields: {
    FirstName: 'Lena', LastName: 'Maurer', Email: 'lena.maurer@fabrikam.example', MobilePhone: '+49 170 5550102', Title: 'Engineer' } },
  { account: 'Northwind Traders', owner: 'anna.weber@contoso.example', fields: {
    FirstName: 'José', LastName: 'Núñez', Salutation: 'Dr.', Email: 'jose.nunez@northwind.example', Phone: '+34 91 5550103' } },
  { account: 'Northwind Traders', owner: 'ben.keller@contoso.example', fields: {
    FirstName: 'Priya', LastName: 'Raman', Email: 'priya.raman@northwind.example', Title: 'Logistics', MailingCountry: 'Spain' } },
  { account: 'Wingtip Toys', owner: 'anna.weber@contoso.example', fields: {
    FirstName: 'Olga', LastName: 'Petrova', Email: 'olga@wingtip.example', Department: 'Marketing', Birthdate: '1984-03-07' } },
];

interface SampleActivity {
  readonly type: RecordName;
  /** The last name of the contact that it is about. */
  readonly about: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const stamp = (instant: number): string => new Date(instant).toISOString();

/** On the next days, whenever the sandbox is started. */
function activitiesFrom(now: number): readonly SampleActivity[] {
  const hour = now - (now % HOUR);
  return [
    { type: 'Event', about: 'Ford', fields: { Subject: 'Price talk', Location: 'Berlin', StartDateTime: stamp(hour + 26 * HOUR),
      EndDateTime: stamp(hour + 27 * HOUR) } },
    { type: 'Event', about: 'Petrova', fields: { Subject: 'Toy fair', IsAllDayEvent: true, ShowAs: 'OutOfOffice',
      StartDateTime: stamp(hour + 96 * HOUR), EndDateTime: stamp(hour + 120 * HOUR) } },
    { type: 'Task', about: 'Maurer', fields: { Subject: 'Send the drawings', Priority: 'High', ActivityDate: stamp(hour + 48 * HOUR).slice(0, 10) } },
    { type: 'Task', about: 'Ford', fields: { Subject: 'Call back', Status: 'Completed' } },
  ];
}

export function insertSamples(org: Pick<SalesforceOrg, 'insert' | 'contacts'>, now: number): void {
  const accounts = new Map<string, string>();
  for (const { account, owner, fields } of SAMPLE_CONTACTS) {
    const id = accounts.get(account) ?? org.insert('Account', { Name: account }, owner);
    accounts.set(account, id);
    org.insert('Contact', { ...fields, AccountId: id }, owner);
  }
  for (const { type, about, fields } of activitiesFrom(now)) {
    const contact = org.contacts().find((one) => one['LastName'] === about);
    org.insert(type, { ...fields, WhoId: contact?.Id ?? null }, ANNA);
  }
  org.insert('Lead', { FirstName: 'Iris', LastName: 'Holm', Company: 'Tailspin Boats', Email: 'iris.holm@tailspin.example' }, ANNA);
}
