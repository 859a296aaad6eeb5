/** Two servers: the page that plays Outlook (with its Office.js), and the built pane beside it. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StandInReply } from '../server.ts';
import { browserScript } from './browser-script.ts';
import { outlookPage, type OutlookPageOptions } from './outlook-page.ts';
import { paneFiles, type PaneOptions } from './pane-files.ts';

export interface StaticServer {
  readonly origin: string;
  readonly port: number;
  close(): Promise<void>;
}

const SCRIPT = { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-store' };

export async function startOffice(options: OutlookPageOptions & { readonly port: number }): Promise<StaticServer> {
  const page = outlookPage(options);
  const files: Readonly<Record<string, StandInReply>> = {
    '/': { status: 200, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }, body: page },
    '/office.js': {
      status: 200, headers: { ...SCRIPT, 'access-control-allow-origin': options.paneOrigin }, body: browserScript('fake-office.ts'),
    },
    '/outlook.js': { status: 200, headers: SCRIPT, body: browserScript('outlook-script.ts') },
  };
  return serve(options.port, (pathname) => files[pathname] ?? { status: 404, body: 'Not found' });
}

/** Throws when the pane was not built yet. */
export async function startPane(options: PaneOptions & { readonly port: number }): Promise<StaticServer> {
  return serve(options.port, paneFiles(options));
}

async function serve(port: number, answer: (pathname: string) => StandInReply): Promise<StaticServer> {
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const { status, headers, body } = answer(pathname);
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
    response.writeHead(status, { ...(isRaw ? {} : { 'content-type': 'application/json' }), ...headers });
    response.end(isRaw ? body : JSON.stringify(body ?? ''));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${actual}`,
    port: actual,
    close: () => new Promise((resolve, reject) => {
      server.close((error) => { if (error) reject(error); else resolve(); });
      server.closeAllConnections();
    }),
  };
}
