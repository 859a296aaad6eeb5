/** The addresses of the pane: what stands behind the "#" and what it means. */

export type Route =
  | { readonly name: 'home' }
  | { readonly name: 'activate'; readonly step: 'crm' | 'mailbox' | 'preview' }
  | { readonly name: 'signIn' }
  | { readonly name: 'status' }
  | { readonly name: 'run'; readonly id: string }
  | { readonly name: 'undo'; readonly id: string }
  | { readonly name: 'record'; readonly id: string }
  | { readonly name: 'held' }
  | { readonly name: 'heldGroup'; readonly id: string }
  | { readonly name: 'asks' }
  | { readonly name: 'ask'; readonly id: string }
  | { readonly name: 'settings' }
  | { readonly name: 'scope' }
  | { readonly name: 'accounts' }
  /** `side` is the account that the person came from, to disconnect it. */
  | { readonly name: 'stop'; readonly side?: 'm' | 'c' }
  | { readonly name: 'help' }
  | { readonly name: 'unknown' };

const FIXED: Readonly<Record<string, Route>> = {
  '': { name: 'home' },
  'activate/crm': { name: 'activate', step: 'crm' },
  'activate/mailbox': { name: 'activate', step: 'mailbox' },
  'activate/preview': { name: 'activate', step: 'preview' },
  signin: { name: 'signIn' },
  status: { name: 'status' },
  conflicts: { name: 'asks' },
  held: { name: 'held' },
  settings: { name: 'settings' },
  'settings/scope': { name: 'scope' },
  'settings/accounts': { name: 'accounts' },
  'settings/stop': { name: 'stop' },
  'settings/stop/mailbox': { name: 'stop', side: 'm' },
  'settings/stop/crm': { name: 'stop', side: 'c' },
  help: { name: 'help' },
};

/** Reads "#/runs/17"; an empty hash is home. */
export function parseRoute(hash: string): Route {
  const path = hash.replace(/^#?\/?/, '').replace(/\/$/, '');
  const fixed = FIXED[path];
  if (fixed) return fixed;
  const [, place = '', part, below] = /^([a-z]+)\/([^/]+?)(\/undo)?$/.exec(path) ?? [];
  const name = OF_ONE[`${place}${below ?? ''}`];
  const id = part === undefined ? null : decode(part);
  return name === undefined || id === null ? { name: 'unknown' } : { name, id };
}

const OF_ONE: Readonly<Record<string, Extract<Route, { id: string }>['name']>> = {
  runs: 'run', 'runs/undo': 'undo', records: 'record', conflicts: 'ask', held: 'heldGroup',
};

export const hashes = {
  home: '#/',
  crm: '#/activate/crm',
  mailbox: '#/activate/mailbox',
  preview: '#/activate/preview',
  signIn: '#/signin',
  status: '#/status',
  asks: '#/conflicts',
  held: '#/held',
  settings: '#/settings',
  scope: '#/settings/scope',
  accounts: '#/settings/accounts',
  stop: '#/settings/stop',
  stopMailbox: '#/settings/stop/mailbox',
  stopCrm: '#/settings/stop/crm',
  help: '#/help',
  run: (id: string): string => `#/runs/${encodeURIComponent(id)}`,
  undo: (id: string): string => `#/runs/${encodeURIComponent(id)}/undo`,
  record: (id: string): string => `#/records/${encodeURIComponent(id)}`,
  heldGroup: (id: string): string => `#/held/${encodeURIComponent(id)}`,
  ask: (id: string): string => `#/conflicts/${encodeURIComponent(id)}`,
} as const;

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
