/** Office 365 through Microsoft Graph: makes the mailbox Side, and says how a person signs in. */
import type { Kind } from '../../engine/record.ts';
import type { Access, Account, Connector } from '../../ports/connector.ts';
import type { Side } from '../../ports/side.ts';
import type { Clock } from '../../ports/world.ts';
import { microsoftSignIn } from './auth.ts';
import { makeCensus } from './census.ts';
import { changesReader } from './changes.ts';
import { graphClient } from './client.ts';
import { refusal } from './errors.ts';
import { verifyIdentityToken } from './identity.ts';
import { HELD_FIELDS } from './map.ts';
import { makeReader } from './read.ts';
import { readSettings } from './settings.ts';
import { writeAll } from './write.ts';

/** `env` holds the MICROSOFT_ settings; throws an Error that names the one that is missing. */
export function createGraphConnector(env: Readonly<Record<string, string | undefined>>, tools: { readonly clock: Clock }): Connector {
  const settings = readSettings(env);
  return {
    id: 'graph',
    side: 'm',
    kinds: ['contact'],
    signIn: { system: 'graph', side: 'm', name: 'Microsoft Office 365', choices: [{ id: 'default', label: 'office365', fields: [] }] },
    oauth: microsoftSignIn(settings, tools.clock),
    open: (access, account) => openSide(access, account, tools.clock),
    identify: verifyIdentityToken(settings, tools.clock),
  };
}

function openSide(access: Access, account: Account, clock: Clock): Side {
  const client = graphClient(access, clock);
  const zone = account.timeZone;
  const reader = makeReader({ client, zone });
  return {
    name: 'Outlook',
    holds: (kind) => Promise.resolve(kind === 'contact' ? HELD_FIELDS : new Set()),
    changes: changesReader({ client, zone, census: makeCensus(client), read: reader.read }),
    read: async (kind, ids) => { contactsOnly(kind); return reader.read(ids); },
    search: async (kind, probes) => { contactsOnly(kind); return reader.search(probes); },
    recall: async (kind, lost) => { contactsOnly(kind); return reader.recall(lost); },
    write: async (operations) => {
      for (const operation of operations) contactsOnly(operation.op === 'update' ? operation.current.kind : operation.kind);
      return operations.length === 0 ? [] : writeAll(operations, client, zone);
    },
  };
}

function contactsOnly(kind: Kind): void {
  if (kind !== 'contact') throw refusal('bug', { code: 'GRAPH_KIND_NOT_HELD' });
}
