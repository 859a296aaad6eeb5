/** Makes the CRM side out of Salesforce. The only export that others use. */
import { createAccounts } from './accounts.ts';
import { createOAuth } from './auth.ts';
import { readChanges } from './changes.ts';
import { createClient } from './client.ts';
import { shapesOf, type ObjectShape } from './describe.ts';
import { settingOrigin, type Hosts } from './hosts.ts';
import { heldBy } from './columns.ts';
import { DESCRIBE_LIFE, DESCRIBED_MAX } from './limits.ts';
import { createShapeCache } from '../shape-cache.ts';
import { objectsOf } from './objects.ts';
import { readRecords } from './read.ts';
import { recallRecords } from './recall.ts';
import { searchRecords } from './search.ts';
import { writeRecords } from './write.ts';
import type { FieldName, Kind } from '../../engine/record.ts';
import type { SideParts } from './records.ts';
import type { OAuthConnector } from '../../ports/connector.ts';
import type { Clock, Log } from '../../ports/world.ts';

interface SalesforceTools {
  readonly clock: Clock;
  readonly log?: Log;
}

/** Reads SALESFORCE_* of the environment; throws an Error that names the setting when one is missing or no address. */
export function createSalesforceConnector(env: Readonly<Record<string, string | undefined>>, { clock, log }: SalesforceTools): OAuthConnector {
  const hosts = hostsOf(env);
  const clientId = env['SALESFORCE_CLIENT_ID'];
  if (!clientId) throw new Error('The setting SALESFORCE_CLIENT_ID is missing: it is the consumer key of your external client app');
  const clientSecret = env['SALESFORCE_CLIENT_SECRET'];
  const shapes = createShapeCache<ObjectShape>(DESCRIBE_LIFE, DESCRIBED_MAX);
  return {
    id: 'salesforce',
    side: 'c',
    kinds: ['contact', 'event', 'task'],
    signIn: {
      system: 'salesforce', side: 'c', name: 'Salesforce', by: 'oauth',
      choices: [
        { id: 'production', label: 'production', fields: [] },
        { id: 'sandbox', label: 'sandbox', fields: [] },
        {
          id: 'myDomain', label: 'myDomain',
          fields: [{ id: 'domain', label: 'domain', placeholder: 'acme.my.salesforce.com', isRequired: true, kind: 'url' }],
        },
      ],
    },
    flow: createOAuth({ clientId, ...(clientSecret ? { clientSecret } : {}), hosts }, clock),
    open(access, account, scope) {
      const client = createClient({ access, hosts, clock, ...(log ? { log } : {}) });
      const parts: SideParts = { client, shapes, owner: `${account.organization}/${account.user}`, me: account.user, clock, scope };
      const accounts = createAccounts(client);
      return {
        name: 'Salesforce',
        holds: (kind) => heldFields(parts, kind),
        changes: (cursors) => readChanges(parts, cursors),
        read: (kind, ids) => readRecords(parts, kind, ids),
        search: (kind, probes) => searchRecords(parts, kind, probes),
        recall: (kind, lost) => recallRecords(parts, kind, lost),
        write: (operations, until) => writeRecords({ ...parts, accounts }, operations, until),
      };
    },
  };
}

/** Of people the union: a lead lacks some fields of a contact, a contact has no web page. */
async function heldFields(parts: SideParts, kind: Kind): Promise<ReadonlySet<FieldName>> {
  const specs = objectsOf(kind);
  const shapes = await shapesOf(parts, specs.map(({ name }) => name));
  return new Set(specs.flatMap(({ name }) => [...heldBy(name, shapes[name].fields)]));
}

function hostsOf(env: Readonly<Record<string, string | undefined>>): Hosts {
  const production = settingOrigin('SALESFORCE_LOGIN_URL', env['SALESFORCE_LOGIN_URL'] || 'https://login.salesforce.com');
  const sandbox = settingOrigin('SALESFORCE_SANDBOX_LOGIN_URL', env['SALESFORCE_SANDBOX_LOGIN_URL'] || 'https://test.salesforce.com');
  const named = (env['SALESFORCE_EXTRA_HOSTS'] ?? '').split(',').map((address) => address.trim()).filter(Boolean);
  const extra = named.map((address) => settingOrigin('SALESFORCE_EXTRA_HOSTS', address));
  return { production, sandbox, extra: new Set([production, sandbox, ...extra]) };
}
