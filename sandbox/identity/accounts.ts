/** The people who can sign in here, and the tenants they belong to. All are invented and live under the .example domain. */

export interface Tenant {
  /** The tenant id: a GUID, `tid` in every token. */
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  /** Who may let an application in: each user for himself, or only an administrator for everybody. */
  readonly consent: 'user' | 'admin';
}

export interface User {
  /** The object id: a GUID, `oid` in every token. */
  readonly id: string;
  readonly tenant: Tenant;
  readonly login: string;
  readonly givenName: string;
  readonly surname: string;
  /** A Windows zone id, as mailboxSettings tells it. */
  readonly timeZone: string;
  readonly locale: string;
  /** Two letters. */
  readonly country: string;
  /** Absent: a licence without a mailbox, which Graph answers with MailboxNotEnabledForRESTAPI. */
  readonly hasMailbox: boolean;
}

const CONTOSO: Tenant = { id: '8c3f0d52-61b7-4a0e-9d24-5b7e1c9a4f10', name: 'Contoso', domain: 'contoso.example', consent: 'user' };
const FABRIKAM: Tenant = { id: 'd1a6b4e8-0f93-4c57-b8e2-6a2c7d3f9b21', name: 'Fabrikam', domain: 'fabrikam.example', consent: 'user' };
const ADATUM: Tenant = { id: '3e9b7c14-5d28-46fa-a1c0-92f4e8b6d532', name: 'A. Datum', domain: 'adatum.example', consent: 'admin' };

export const SEEDED_USERS: readonly User[] = [
  {
    id: '5f0c2f6e-93d1-4b7a-8e55-0a4f6a1d7c01', tenant: CONTOSO, login: 'anna.weber@contoso.example', givenName: 'Anna', surname: 'Weber',
    timeZone: 'W. Europe Standard Time', locale: 'de-DE', country: 'DE', hasMailbox: true,
  },
  {
    id: '5f0c2f6e-93d1-4b7a-8e55-0a4f6a1d7c02', tenant: CONTOSO, login: 'mia.schmidt@contoso.example', givenName: 'Mia', surname: 'Schmidt',
    timeZone: 'W. Europe Standard Time', locale: 'de-DE', country: 'DE', hasMailbox: true,
  },
  {
    id: '5f0c2f6e-93d1-4b7a-8e55-0a4f6a1d7c03', tenant: CONTOSO, login: 'service.desk@contoso.example',
    givenName: 'Service', surname: 'Desk', timeZone: 'W. Europe Standard Time', locale: 'de-DE', country: 'DE', hasMailbox: false,
  },
  {
    id: '2b8d4e17-7a60-4c39-9f12-c3e5d7a90b11', tenant: FABRIKAM, login: 'ben.carter@fabrikam.example', givenName: 'Ben', surname: 'Carter',
    timeZone: 'Pacific Standard Time', locale: 'en-US', country: 'US', hasMailbox: true,
  },
  {
    id: 'a7c91f30-2e4b-4d86-b5f7-18d06e3c2a21', tenant: ADATUM, login: 'clara.novak@adatum.example', givenName: 'Clara', surname: 'Novak',
    timeZone: 'Central Europe Standard Time', locale: 'en-GB', country: 'GB', hasMailbox: true,
  },
];

/** The application as an operator registered it. */
export interface Registration {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly name: string;
  /** Web redirect URIs. The port of a localhost address is not compared ("Localhost exceptions", learn.microsoft.com/entra, reply-url). */
  readonly redirectUris: readonly string[];
}

/** What `npm start` gives the app as its settings. A real client id is a GUID. */
export const SANDBOX_REGISTRATION: Registration = {
  clientId: 'concord-local',
  clientSecret: 'local-secret',
  name: 'Concord',
  redirectUris: ['http://localhost/api/oauth/graph'],
};

export const displayNameOf = (user: User): string => `${user.givenName} ${user.surname}`;
