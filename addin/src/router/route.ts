/** The addresses of the pane: what stands behind the "#" and what it means. */

export type Route =
  | { readonly name: 'home' }
  | { readonly name: 'activate'; readonly step: 'crm' | 'mailbox' | 'preview' }
  | { readonly name: 'signIn' }
  | { readonly name: 'status' }
  | { readonly name: 'run'; readonly id: string }
  | { readonly name: 'asks' }
  | { readonly name: 'ask'; readonly id: string }
  | { readonly name: 'settings' }
  | { readonly name: 'accounts' }
  | { readonly name: 'stop' }
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
  settings: { name: 'settings' },
  'settings/accounts': { name: 'accounts' },
  'settings/stop': { name: 'stop' },
  help: { name: 'help' },
};

/** Reads "#/runs/17"; an empty hash is home. */
export function parseRoute(hash: string): Route {
  const path = hash.replace(/^#?\/?/, '').replace(/\/$/, '');
  const fixed = FIXED[path];
  if (fixed) return fixed;
  const match = /^(runs|conflicts)\/([^/]+)$/.exec(path);
  const id = match?.[2] === undefined ? null : decode(match[2]);
  if (!match || id === null) return { name: 'unknown' };
  return match[1] === 'runs' ? { name: 'run', id } : { name: 'ask', id };
}

export const hashes = {
  home: '#/',
  crm: '#/activate/crm',
  mailbox: '#/activate/mailbox',
  preview: '#/activate/preview',
  signIn: '#/signin',
  status: '#/status',
  asks: '#/conflicts',
  settings: '#/settings',
  accounts: '#/settings/accounts',
  stop: '#/settings/stop',
  help: '#/help',
  run: (id: string): string => `#/runs/${encodeURIComponent(id)}`,
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
