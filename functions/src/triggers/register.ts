/** Every function of the app, in one list. Azure knows a function only once it is registered here. */
import { app } from '@azure/functions';
import { ROUTES, type RouteName } from '@concord/api';
import type { ApiServices } from '../app/api.ts';
import { askRoutes } from './http-asks.ts';
import { heldRoutes } from './http-held.ts';
import { mailboxRoutes } from './http-mailbox.ts';
import { meRoutes } from './http-me.ts';
import { noticeRoutes } from './http-notices.ts';
import { previewRoutes } from './http-preview.ts';
import { recordRoutes } from './http-records.ts';
import { runRoutes } from './http-runs.ts';
import { sessionRoutes } from './http-session.ts';
import { signInRoutes } from './http-sign-in.ts';
import { syncRoutes } from './http-sync.ts';
import { handle, preflight, type Endpoint } from './http.ts';
import { previewMailboxPoison, syncMailboxPoison } from './queue-poison.ts';
import { previewMailboxQueue } from './queue-preview-mailbox.ts';
import { syncMailboxQueue } from './queue-sync-mailbox.ts';
import { dispatchTimer } from './timer-dispatch.ts';

/** Every route of the API has exactly one endpoint, with a session where the route needs one: the compiler proves it. */
type Endpoints = { readonly [Name in RouteName]: Endpoint<(typeof ROUTES)[Name]['needsSession']> };

const BACKGROUND = [syncMailboxQueue, previewMailboxQueue, syncMailboxPoison, previewMailboxPoison, dispatchTimer] as const;

/** The routes, the browser's question before them, and what runs in the background. */
export const FUNCTION_COUNT = Object.keys(ROUTES).length + 1 + BACKGROUND.length;

export function registerFunctions(services: ApiServices): void {
  const endpoints: Endpoints = {
    ...signInRoutes(services), ...sessionRoutes(services), ...meRoutes(services), ...mailboxRoutes(services),
    ...previewRoutes(services), ...syncRoutes(services), ...runRoutes(services), ...askRoutes(services),
    ...heldRoutes(services), ...recordRoutes(services), ...noticeRoutes(services),
  };
  for (const name of Object.keys(ROUTES) as RouteName[]) {
    const { method, path } = ROUTES[name];
    // The host checks no key: the API's own session does (http.ts).
    app.http(`http-${name}`, {
      methods: [method], route: path, authLevel: 'anonymous',
      handler: (request, context) => handle(services, name, endpoints[name], request, context),
    });
  }
  app.http('http-preflight', {
    methods: ['OPTIONS'], route: '{*path}', authLevel: 'anonymous',
    handler: (request, context) => preflight(services, request, context),
  });
  for (const register of BACKGROUND) register(services);
}
