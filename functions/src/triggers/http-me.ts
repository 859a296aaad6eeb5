/** What the pane shows of the signed-in user. */
import type { ApiServices } from '../app/api.ts';
import { userState } from '../app/activation/state.ts';
import { signedIn } from './http.ts';

export function meRoutes(api: ApiServices) {
  return {
    me: signedIn(null, ({ userId }) => userState(api, userId)),
  };
}
