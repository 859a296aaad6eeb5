/** The one place where ports meet their adapters. Everything heavy is made on first use: importing the app stays cheap. */
import type { TableClient } from '@azure/data-tables';
import { ROUTES } from '@concord/api';
import type { ApiServices } from './app/api.ts';
import { openNotices, openSide } from './app/auth/access.ts';
import { readSettings, type Environment, type KeySettings, type StorageSettings } from './config.ts';
import { createConnectors } from './connectors/registry.ts';
import { managedIdentity } from './outside/identity.ts';
import { keyFileWrapper } from './outside/key-file.ts';
import { keyVaultWrapper } from './outside/key-vault.ts';
import { hostLog } from './outside/log.ts';
import { machineClock, machineRandom } from './outside/machine.ts';
import { createQueue } from './outside/queue.ts';
import type { Clock, Log, Random } from './ports/world.ts';
import { AzureTable } from './store/azure-table.ts';
import { keyringOf, type KeyWrapper } from './store/keyring.ts';

export interface Overrides {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly log?: Log;
}

/** Throws an Error that names the setting when one is missing or wrong. Reaches nothing outside by itself. */
export function createServices(env: Environment, overrides: Overrides = {}): ApiServices {
  const { apiUrl, paneUrl, paneOrigins, storage, key, leaseMs, noticeUrl } = readSettings(env);
  const clock = overrides.clock ?? machineClock;
  const random = overrides.random ?? machineRandom;
  const log = overrides.log ?? hostLog;
  const table = (name: string): AzureTable => new AzureTable(() => connectTable(storage, name));
  const [state, accounts, due] = [table('state'), table('accounts'), table('due')];
  const keyring = keyringOf(accounts, keyWrapper(key, random), random);
  const connectors = createConnectors(env, { clock, log });
  const access = { state, keyring, connectors, clock, log };
  return {
    state, accounts, due, keyring, clock, random, log, connectors, apiUrl, paneUrl, paneOrigins,
    ...(leaseMs === undefined ? {} : { leaseMs }),
    queue: createQueue(storage),
    openSide: (control, side, kinds) => openSide(access, control, side, kinds),
    ...(noticeUrl === undefined ? {} : {
      notices: {
        address: (system) => `${noticeUrl}/api/${ROUTES.notify.path.replace('{system}', system)}`,
        open: (control, side) => openNotices(access, control, side),
      },
    }),
  };
}

/** Plain http is the local storage emulator's. */
async function connectTable(storage: StorageSettings, name: string): Promise<TableClient> {
  const { TableClient: Client } = await import('@azure/data-tables');
  if (storage.by === 'identity') return new Client(storage.tables, name, managedIdentity(storage.clientId));
  const { connectionString } = storage;
  return Client.fromConnectionString(connectionString, name, { allowInsecureConnection: connectionString.includes('http://') });
}

function keyWrapper(key: KeySettings, random: Random): KeyWrapper {
  return key.by === 'vault' ? keyVaultWrapper(key.keyId, managedIdentity(key.clientId)) : keyFileWrapper(key.path, random);
}
