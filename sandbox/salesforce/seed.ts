/** Who and what a new organization holds: people who differ in their rights, a queue, the statuses of tasks. */
import { makeId } from './ids.ts';
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

/** The queue that may own tasks and leads, with the two colleagues in it. */
export function seedQueue(org: Org): void {
  if (org.tables.Group.size > 0) return;
  const now = nowStamp(org);
  const Id = nextId(org, '00G');
  store(org, 'Group', { Id, IsDeleted: false, Name: 'Inside Sales', DeveloperName: 'Inside_Sales', Type: 'Queue', CreatedDate: now,
    LastModifiedDate: now, SystemModstamp: now });
  const members = [...org.people.values()].filter((person) => person.isActive && person.hasApi && !person.isAdmin);
  for (const person of members) {
    store(org, 'GroupMember', { Id: nextId(org, '011'), IsDeleted: false, GroupId: Id, UserOrGroupId: person.id, SystemModstamp: now });
  }
}

/** The rows of TaskStatus are what the settings say. */
export function seedTaskStatuses(org: Org): void {
  const table = org.tables.TaskStatus;
  for (const row of [...table.rows()]) table.drop(row.Id);
  const now = nowStamp(org);
  for (const [place, { name, label, isClosed, isDefault }] of org.settings.taskStatuses.entries()) {
    table.put({ Id: makeId('01J', place + 1), IsDeleted: false, ApiName: name, MasterLabel: label, IsClosed: isClosed, IsDefault: isDefault,
      SortOrder: place + 1, CreatedDate: now, LastModifiedDate: now, SystemModstamp: now });
  }
}
