/** The people of the install, and its groups. Zones and date formats are those of the observed server. */

export interface CrmUser {
  /** Of the vendor's id, behind the prefix; users and groups share one count. */
  readonly n: number;
  readonly login: string;
  /** Of "My Preferences": what md5 is made of at the login. */
  readonly accessKey: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly timeZone: string;
  readonly hourFormat: '12' | '24';
  readonly dateFormat: 'mm-dd-yyyy' | 'dd-mm-yyyy' | 'yyyy-mm-dd';
  readonly isAdmin: boolean;
  readonly isActive: boolean;
}

export interface CrmGroup { readonly n: number; readonly name: string; readonly description: string; readonly members: readonly number[] }

export const VTIGER_USERS: readonly CrmUser[] = [
  {
    n: 1, login: 'admin', accessKey: 'Key0Admin0Sandbx', firstName: 'Ada', lastName: 'Admin', email: 'admin@contoso.example',
    timeZone: 'America/Los_Angeles', hourFormat: '12', dateFormat: 'mm-dd-yyyy', isAdmin: true, isActive: true,
  },
  {
    n: 5, login: 'anna.weber', accessKey: 'Key5Anna5Sandbox', firstName: 'Anna', lastName: 'Weber', email: 'anna.weber@contoso.example',
    timeZone: 'America/New_York', hourFormat: '24', dateFormat: 'dd-mm-yyyy', isAdmin: false, isActive: true,
  },
  {
    n: 6, login: 'mia.schmidt', accessKey: 'Key6Mia66Sandbox', firstName: 'Mia', lastName: 'Schmidt', email: 'mia.schmidt@contoso.example',
    timeZone: 'Asia/Tokyo', hourFormat: '24', dateFormat: 'yyyy-mm-dd', isAdmin: false, isActive: true,
  },
];

export const VTIGER_GROUPS: readonly CrmGroup[] = [
  { n: 2, name: 'Team Selling', description: 'Group Related to Sales', members: [5, 6] },
  { n: 3, name: 'Marketing Group', description: 'Group Related to Marketing Activities', members: [] },
  { n: 4, name: 'Support Group', description: 'Group Related to providing Support to Customers', members: [] },
];

export const nameOf = ({ firstName, lastName }: CrmUser): string => `${firstName} ${lastName}`;
