/** The built pane as Azure Static Web Apps would serve it: its own routes and headers, with local addresses put in. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { StandInReply } from '../server.ts';

export interface PaneOptions {
  /** Where `vite build` put the pane. */
  readonly dist: string;
  readonly apiOrigin: string;
  readonly outlookOrigin: string;
}

interface StaticWebAppConfig {
  readonly routes: readonly { readonly route: string; readonly rewrite?: string; readonly headers?: Readonly<Record<string, string>> }[];
  readonly globalHeaders: Readonly<Record<string, string>>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png', '.svg': 'image/svg+xml',
};
const LIVE_OFFICE_SCRIPT = 'https://appsforoffice.microsoft.com/lib/1/hosted/office.js';
const CSP = 'Content-Security-Policy';

export function paneFiles(options: PaneOptions): (pathname: string) => StandInReply {
  const config = JSON.parse(readFileSync(path.join(options.dist, 'staticwebapp.config.json'), 'utf8')) as StaticWebAppConfig;
  const globalHeaders = { ...config.globalHeaders, [CSP]: localPolicy(config.globalHeaders[CSP] ?? '', options) };
  return (pathname) => {
    const rule = config.routes.find(({ route }) => (route.endsWith('/*') ? pathname.startsWith(route.slice(0, -1)) : route === pathname));
    const headers = { ...globalHeaders, ...rule?.headers };
    const name = rule?.rewrite ?? (pathname === '/' ? '/index.html' : pathname);
    if (name === '/config.json') return { status: 200, headers, body: localSettings(options) };
    const file = path.join(options.dist, path.normalize(name));
    const isHidden = name.split('/').some((part) => part.startsWith('.'));
    const isOurs = file.startsWith(options.dist + path.sep) && !isHidden && existsSync(file) && statSync(file).isFile();
    if (!isOurs) return { status: 404, headers: { ...headers, 'content-type': 'text/plain' }, body: 'Not found' };
    const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
    const content = readFileSync(file);
    const isPage = type.startsWith('text/html');
    const body = isPage ? content.toString('utf8').replaceAll(LIVE_OFFICE_SCRIPT, `${options.outlookOrigin}/office.js`) : content;
    return { status: 200, headers: { ...headers, 'content-type': type }, body };
  };
}

/** What a deployment writes into config.json. */
function localSettings({ apiOrigin }: PaneOptions): { readonly apiUrl: string; readonly microsoftClientId: string } {
  return { apiUrl: `${apiOrigin}/api`, microsoftClientId: 'concord-local' };
}

/** The live policy plus the local origins, nothing looser: what it forbids there fails here too. */
function localPolicy(policy: string, { apiOrigin, outlookOrigin }: PaneOptions): string {
  const extra: Readonly<Record<string, string>> = {
    'script-src': outlookOrigin, 'connect-src': apiOrigin, 'frame-ancestors': outlookOrigin,
  };
  return policy.split(';').map((part) => {
    const directive = part.trim();
    const added = extra[directive.split(' ')[0] ?? ''];
    return added ? `${directive} ${added}` : directive;
  }).join('; ');
}
