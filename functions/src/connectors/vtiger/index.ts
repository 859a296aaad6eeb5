/** Makes the CRM side out of a vTiger server, and says how a person signs in. The only export that others use. */
import type { SignInForm } from '@concord/api/sign-in';
import type { FieldName, Kind } from '../../engine/record.ts';
import type { Connector } from '../../ports/connector.ts';
import type { Clock } from '../../ports/world.ts';
import { createShapeCache } from '../shape-cache.ts';
import { createAccounts } from './accounts.ts';
import { isZone, vtigerSignIn } from './auth.ts';
import { readChanges } from './changes.ts';
import { createClient } from './client.ts';
import { heldBy } from './columns.ts';
import { shapesOf, type ModuleShape } from './describe.ts';
import { DESCRIBE_LIFE, DESCRIBED_MAX } from './limits.ts';
import { createLookups } from './lookups.ts';
import { modulesOf } from './modules.ts';
import { readRecords } from './read.ts';
import { recallRecords } from './recall.ts';
import type { SideParts } from './records.ts';
import { searchRecords } from './search.ts';
import { readSettings } from './settings.ts';
import { writeRecords } from './write.ts';

/** `env` may hold VTIGER_URL, CONCORD_ALLOWED_HOSTS and CONCORD_CERTIFICATES; throws an Error that names the one that is wrong. */
export function createVtigerConnector(env: Readonly<Record<string, string | undefined>>, { clock }: { readonly clock: Clock }): Connector {
  const { network, presetUrl } = readSettings(env, clock);
  const shapes = createShapeCache<ModuleShape>(DESCRIBE_LIFE, DESCRIBED_MAX);
  return {
    id: 'vtiger',
    side: 'c',
    kinds: ['contact', 'event', 'task'],
    signIn: formWith(presetUrl),
    flow: vtigerSignIn(network),
    open(access, account, scope) {
      const client = createClient(access, network);
      const zone = account.timeZone ?? (isZone(scope.timeZone) ? scope.timeZone : 'UTC');
      const lookups = createLookups(client, account);
      const parts: SideParts = { client, shapes, owner: `${account.organization}/${account.user}`, me: account.user, clock, zone, scope, lookups };
      const accounts = createAccounts(client);
      return {
        name: 'vTiger',
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
  const names = modulesOf(kind).map(({ name }) => name);
  const shapes = await shapesOf(parts, names);
  return new Set(names.flatMap((name) => (shapes[name].isSeen ? [...heldBy(name, shapes[name].fields)] : [])));
}

const formWith = (presetUrl: string | undefined): SignInForm => ({
  system: 'vtiger', side: 'c', name: 'vTiger', by: 'credentials',
  choices: [{
    id: 'default', label: 'vtiger',
    fields: [
      {
        id: 'url', label: 'crmAddress', kind: 'url', isRequired: true, placeholder: 'https://crm.example.com',
        ...(presetUrl === undefined ? {} : { preset: presetUrl }),
      },
      { id: 'login', label: 'userName', kind: 'text', isRequired: true },
      { id: 'accessKey', label: 'accessKey', kind: 'secret', isRequired: true, hint: 'accessKey' },
    ],
  }],
});
