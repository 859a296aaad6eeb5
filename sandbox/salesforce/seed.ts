/** Who and what a new organization holds: people who differ in their rights, and on request some customers. */
import { store, nextId, nowStamp, type Org } from './org.ts';

/** Shown on the login page; nothing outside the sandbox uses it. */
export const SEED_PASSWORD = 'sandbox-2026';

interface SeedPerson {
  readonly first: string;
  readonly last: string;
  readonly login: string;
  readonly isAdmin?: boolean;
  readonly isActive?: boolean;
  readonly hasApi?: boolean;
}

const PEOPLE: readonly SeedPerson[] = [
  { first: 'Anna', last: 'Weber', login: 'anna.weber' },
  { first: 'Ben', last: 'Keller', login: 'ben.keller' },
  { first: 'Otto', last: 'Lang', login: 'otto.lang', isActive: false },
  { first: 'Nora', last: 'Brandt', login: 'nora.brandt', hasApi: false },
  { first: 'Maya', last: 'Vogt', login: 'maya.vogt', isAdmin: true },
];

export function seedOrg(org: Org): void {
  const now = nowStamp(org);
  for (const { first, last, login, isAdmin = false, isActive = true, hasApi = true } of PEOPLE) {
    const id = nextId(org, '005');
    const username = `${login}@contoso.example`;
    org.people.set(id, { id, username, name: `${first} ${last}`, isAdmin, isActive, hasApi });
    store(org, 'User', {
      Id: id, IsDeleted: false, Username: username, Email: username, FirstName: first, LastName: last, Alias: login.slice(0, 8),
      CommunityNickname: login, CompanyName: 'Contoso', City: 'Berlin', Country: 'Germany', IsActive: isActive, UserType: 'Standard',
      TimeZoneSidKey: 'Europe/Berlin', LocaleSidKey: 'de_DE', LanguageLocaleKey: 'en_US',
      CreatedDate: now, CreatedById: id, LastModifiedDate: now, LastModifiedById: id, SystemModstamp: now,
    });
  }
  store(org, 'Organization', {
    Id: org.id, IsDeleted: false, Name: org.settings.organizationName, Country: 'DE', OrganizationType: 'Enterprise Edition',
    IsSandbox: org.settings.isSandbox, TimeZoneSidKey: 'Europe/Berlin', DefaultLocaleSidKey: 'de_DE', LanguageLocaleKey: 'en_US',
      SystemModstamp: now,
  });
}

interface SampleContact {
  readonly account: string;
  readonly owner: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Customers of a first look around; the companies and people are invented. */
export const SAMPLE_CONTACTS: readonly SampleContact[] = [
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
