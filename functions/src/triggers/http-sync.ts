/** The verbs on a running sync. */
import { DisconnectRequest, PauseRequest } from '@concord/api';
import { disconnect } from '../app/activation/disconnect.ts';
import { deactivate, pause, resume } from '../app/activation/switch.ts';
import { syncNow } from '../app/activation/sync-now.ts';
import type { ApiServices } from '../app/api.ts';
import { signedIn } from './http.ts';

export function syncRoutes(api: ApiServices) {
  return {
    syncNow: signedIn(null, ({ userId }) => syncNow(api, userId)),
    pause: signedIn(PauseRequest, ({ userId, body }) => pause(api, userId, body)),
    resume: signedIn(null, ({ userId }) => resume(api, userId)),
    deactivate: signedIn(null, ({ userId }) => deactivate(api, userId)),
    disconnect: signedIn(DisconnectRequest, ({ userId, body }) => disconnect(api, userId, body)),
  };
}
