/** The people of two companies that run their own Exchange servers. All are invented. */

export interface ExchangeAccount {
  /** A name that never changes; files and records are kept under it. */
  readonly id: string;
  /** The mail address, which is not always what one signs in with. */
  readonly address: string;
  /** user@domain as the directory has it. */
  readonly upn: string;
  /** The short name of the Windows domain, and the name within it: DOMAIN\login. */
  readonly domain: string;
  readonly login: string;
  /** The first password; controls can change it. */
  readonly password: string;
  readonly givenName: string;
  readonly surname: string;
  /** A Windows name. */
  readonly timeZone: string;
  /** In which its folders were named when the mailbox was made. */
  readonly language: 'de' | 'en';
  readonly hasMailbox: boolean;
  /** Holds the role ApplicationImpersonation. */
  readonly canImpersonate: boolean;
}

const GERMAN = { timeZone: 'W. Europe Standard Time', language: 'de' } as const;

export const EXCHANGE_ACCOUNTS: readonly ExchangeAccount[] = [
  {
    id: 'anna', address: 'anna.weber@contoso.example', upn: 'anna.weber@contoso.example', domain: 'CONTOSO', login: 'anna.weber',
    password: 'Exchange-2026', givenName: 'Anna', surname: 'Weber', hasMailbox: true, canImpersonate: false, ...GERMAN,
  },
  {
    id: 'mia', address: 'mia.schmidt@contoso.example', upn: 'mschmidt@contoso.local', domain: 'CONTOSO', login: 'mschmidt',
    password: 'Sömmer 2026', givenName: 'Mia', surname: 'Schmidt', hasMailbox: true, canImpersonate: false, ...GERMAN,
  },
  {
    id: 'service', address: 'svc-sync@contoso.example', upn: 'svc-sync@contoso.example', domain: 'CONTOSO', login: 'svc-sync',
    password: 'Service-2026', givenName: 'Sync', surname: 'Service', hasMailbox: false, canImpersonate: true, ...GERMAN,
  },
  {
    id: 'ben', address: 'ben.carter@fabrikam.example', upn: 'ben.carter@fabrikam.example', domain: 'FABRIKAM', login: 'bcarter',
    password: 'Exchange-2026', givenName: 'Ben', surname: 'Carter', hasMailbox: true, canImpersonate: false,
    timeZone: 'Pacific Standard Time', language: 'en',
  },
];

export const nameOf = (account: ExchangeAccount): string => `${account.givenName} ${account.surname}`;
