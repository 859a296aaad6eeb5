/** Environment -> settings, once, at the start. A missing or wrong value stops the start with its name and where to set it. */

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Settings {
  /** Address of this API without a path, for example `https://concord.example.com`. */
  readonly apiUrl: string;
  /** Where the pane is served; a sign-in window comes back there. Without a trailing slash. */
  readonly paneUrl: string;
  /** Origins a browser may call the API from: the pane's, and further addresses of the same pane. */
  readonly paneOrigins: readonly string[];
  readonly storage: StorageSettings;
  readonly key: KeySettings;
  /** How long a run holds its mailbox, from CONCORD_LEASE_SECONDS; absent in production, where the app's own 90 s hold. */
  readonly leaseMs?: number;
  /** Where vendors call with change notices, from CONCORD_NOTICE_URL; absent: they are not asked to. */
  readonly noticeUrl?: string;
}

export type StorageSettings =
  | { readonly by: 'connectionString'; readonly connectionString: string }
  /** `clientId` names a user-assigned identity; absent means the system-assigned one. */
  | { readonly by: 'identity'; readonly tables: string; readonly queues: string; readonly clientId?: string };

/** What wraps the data keys: a key of Key Vault (its full id, a URL), or a file on this machine. */
export type KeySettings =
  | { readonly by: 'vault'; readonly keyId: string; readonly clientId?: string }
  | { readonly by: 'file'; readonly path: string };

const WHERE = 'Set it among the app settings of the Function App (locally: the environment of the process).';

export function readSettings(env: Environment): Settings {
  const [paneUrl, ...furtherPanes] = list(need(env, 'CONCORD_PANE_URL')).map((url) => address('CONCORD_PANE_URL', url));
  if (paneUrl === undefined) throw new Error(`CONCORD_PANE_URL holds no address. ${WHERE}`);
  const apiUrl = address('CONCORD_API_URL', env['CONCORD_API_URL'] ?? ownHost(env));
  return Object.freeze<Settings>({
    apiUrl,
    paneUrl,
    paneOrigins: [paneUrl, ...furtherPanes].map((url) => new URL(url).origin),
    storage: Object.freeze(storage(env)),
    key: Object.freeze(key(env)),
    ...lease(env), ...notices(env, apiUrl),
  });
}

/** Azure tells every app its own host name, so a live app needs no CONCORD_API_URL unless it has a name of its own. */
function ownHost(env: Environment): string {
  const host = env['WEBSITE_HOSTNAME'];
  return host ? `https://${host}` : need(env, 'CONCORD_API_URL');
}

/** Names as the Functions host reads them: https://learn.microsoft.com/azure/azure-functions/functions-reference#connections (2026-11). */
function storage(env: Environment): StorageSettings {
  const connectionString = env['AzureWebJobsStorage'];
  if (connectionString) return { by: 'connectionString', connectionString };
  const account = env['AzureWebJobsStorage__accountName'];
  const service = (kind: 'table' | 'queue'): string | undefined => env[`AzureWebJobsStorage__${kind}ServiceUri`]
    ?? (account ? `https://${account}.${kind}.core.windows.net` : undefined);
  const tables = service('table');
  const queues = service('queue');
  if (!tables || !queues) {
    throw new Error(`AzureWebJobsStorage is missing, and so are AzureWebJobsStorage__accountName and AzureWebJobsStorage__tableServiceUri `
      + `with AzureWebJobsStorage__queueServiceUri: one of the three must name the storage account. ${WHERE}`);
  }
  return {
    by: 'identity', ...identity(env),
    tables: address('AzureWebJobsStorage__tableServiceUri', tables),
    queues: address('AzureWebJobsStorage__queueServiceUri', queues),
  };
}

function key(env: Environment): KeySettings {
  const keyId = env['CONCORD_KEY_VAULT_KEY'];
  if (keyId) return { by: 'vault', keyId: address('CONCORD_KEY_VAULT_KEY', keyId), ...identity(env) };
  const path = env['CONCORD_KEY_FILE'];
  if (path) return { by: 'file', path };
  throw new Error(`CONCORD_KEY_VAULT_KEY is missing: without a key nothing can be sealed. ${WHERE} `
    + 'On a machine of your own, CONCORD_KEY_FILE may name a file instead.');
}

/** Shorter leases make a crashed run's mailbox free sooner, and a slow run lose it: for tests of crashes. */
function lease(env: Environment): { readonly leaseMs?: number } {
  const value = env['CONCORD_LEASE_SECONDS'];
  if (!value) return {};
  if (!/^[1-9]\d{0,2}$/.test(value)) throw new Error(`CONCORD_LEASE_SECONDS must be a whole number from 1 to 999. ${WHERE}`);
  return { leaseMs: Number(value) * 1000 };
}

/** Vendors call public https addresses only. A stand-in on this machine calls http too, where CONCORD_NOTICE_URL says so; "off" ends it. */
function notices(env: Environment, apiUrl: string): { readonly noticeUrl?: string } {
  const value = env['CONCORD_NOTICE_URL']?.trim();
  if (value === 'off') return {};
  if (value) return { noticeUrl: address('CONCORD_NOTICE_URL', value) };
  const { protocol, hostname } = new URL(apiUrl);
  return protocol === 'https:' && hostname !== 'localhost' && hostname !== '127.0.0.1' ? { noticeUrl: apiUrl } : {};
}

function identity(env: Environment): { readonly clientId?: string } {
  const clientId = env['AzureWebJobsStorage__clientId'];
  return clientId ? { clientId } : {};
}

function need(env: Environment, name: string): string {
  const value = env[name]?.trim();
  if (!value) throw new Error(`${name} is missing. ${WHERE}`);
  return value;
}

function list(value: string): readonly string[] {
  return value.split(',').map((part) => part.trim()).filter((part) => part !== '');
}

/** An address without a trailing slash. Plain http is for this machine only: tokens travel over it. */
function address(name: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isLocal = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1';
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLocal))) {
    throw new Error(`${name} must be an https address (http only for localhost). ${WHERE}`);
  }
  return value.replace(/\/+$/, '');
}
