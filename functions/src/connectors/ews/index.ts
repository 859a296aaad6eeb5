/** A mailbox on a company's own Exchange server, through Exchange Web Services: makes the mailbox Side, and says how a person signs in. */
import type { SignInForm } from '@concord/api/sign-in';
import type { Connector } from '../../ports/connector.ts';
import type { Clock } from '../../ports/world.ts';
import { exchangeSignIn } from './auth.ts';
import { ewsClient } from './client.ts';
import { knownDomains, readSettings } from './settings.ts';
import { mailboxSide } from './side.ts';

/** `env` may hold CONCORD_ALLOWED_HOSTS, CONCORD_CERTIFICATES and CONCORD_AUTODISCOVER; throws an Error that names the one that is wrong. */
export function createEwsConnector(env: Readonly<Record<string, string | undefined>>, tools: { readonly clock: Clock }): Connector {
  const network = readSettings(env, tools.clock);
  return {
    id: 'ews',
    side: 'm',
    kinds: ['contact', 'event', 'task'],
    signIn: FORM,
    flow: exchangeSignIn({ ...network, known: knownDomains(env) }),
    open: (access, account, scope) => mailboxSide(ewsClient(access, network), account.login, scope, tools.clock),
  };
}

const FORM: SignInForm = {
  system: 'ews', side: 'm', name: 'Exchange', by: 'credentials',
  choices: [{
    id: 'default', label: 'exchange',
    fields: [
      { id: 'login', label: 'login', kind: 'text', isRequired: true, hint: 'login' },
      { id: 'password', label: 'password', kind: 'secret', isRequired: true },
      { id: 'url', label: 'ewsLink', kind: 'url', isRequired: false, isMore: true, hint: 'ewsLink', placeholder: 'https://mail.example.com/EWS/Exchange.asmx' },
    ],
  }],
};
