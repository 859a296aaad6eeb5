/** Scopes as the v2.0 endpoint reads them: OpenID words, Graph permissions (short or with their resource), our own API's scope. */
import type { Registration } from './accounts.ts';

const OPENID_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'offline_access'];
const GRAPH_PREFIX = 'https://graph.microsoft.com/';

/** The permissions that exist here, with the sentence of Microsoft's consent page. */
export const GRAPH_PERMISSIONS: ReadonlyMap<string, string> = new Map([
  ['User.Read', 'View your basic profile'],
  ['Contacts.Read', 'Read your contacts'],
  ['Contacts.ReadWrite', 'Have full access of your contacts'],
  ['Calendars.Read', 'Read your calendars'],
  ['Calendars.ReadWrite', 'Have full access to your calendars'],
  ['Tasks.Read', 'Read your tasks and task lists'],
  ['Tasks.ReadWrite', 'Create, read, update, and delete your tasks and task lists'],
  ['Mail.Read', 'Read your mail'],
  ['Mail.ReadBasic', 'Read your mail, without bodies and attachments'],
  ['Mail.ReadWrite', 'Read and write access to your mail'],
  ['Mail.Send', 'Send mail as you'],
  ['MailboxSettings.Read', 'Read your mailbox settings'],
  ['MailboxSettings.ReadWrite', 'Read and write to your mailbox settings'],
]);

export type ParsedScopes =
  | { readonly ok: true; readonly openid: readonly string[]; readonly graph: readonly string[] }
  | { readonly ok: false; readonly unknown: string };

/** `.default` stands for everything granted already. Unknown names are refused, never dropped. */
export function parseScopes(text: string): ParsedScopes {
  const openid: string[] = [];
  const graph: string[] = [];
  for (const scope of text.split(' ').filter(Boolean)) {
    const name = scope.startsWith(GRAPH_PREFIX) ? scope.slice(GRAPH_PREFIX.length) : scope;
    const permission = [...GRAPH_PERMISSIONS.keys()].find((known) => known.toLowerCase() === name.toLowerCase());
    if (OPENID_SCOPES.includes(scope)) openid.push(scope);
    else if (permission) graph.push(permission);
    else if (scope !== `${GRAPH_PREFIX}.default`) return { ok: false, unknown: scope };
  }
  return { ok: true, openid, graph };
}

export const apiScope = (registration: Registration): string => `api://${registration.clientId}/access_as_user`;
