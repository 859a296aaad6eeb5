/** The session itself: refreshed without a bearer token, ended with one. */
import { RefreshSession } from '@concord/api';
import type { ApiServices } from '../app/api.ts';
import { endSession, rotateSession } from '../app/auth/sessions.ts';
import { open, signedIn } from './http.ts';

export function sessionRoutes(api: ApiServices) {
  return {
    refreshSession: open(RefreshSession, ({ body }) => rotateSession(api, body.refresh)),
    signOut: signedIn(null, (call) => endSession(api, call)),
  };
}
