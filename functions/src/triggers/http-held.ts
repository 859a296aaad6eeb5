/** What the brake holds, and the user's answers. */
import { HeldAnswer } from '@concord/api';
import { loadUser } from '../app/activation/user.ts';
import type { ApiServices } from '../app/api.ts';
import { answerHeld, heldAuthors, listHeld } from '../app/sync/held.ts';
import { signedIn } from './http.ts';

export function heldRoutes(api: ApiServices) {
  return {
    held: signedIn(null, async ({ userId }) => listHeld(api, await loadUser(api, userId))),
    heldAuthors: signedIn(null, async ({ userId, path }) => heldAuthors(api, await loadUser(api, userId), path['id'] ?? '')),
    answerHeld: signedIn(HeldAnswer, async ({ userId, path, body }) => answerHeld(api, await loadUser(api, userId), path['id'] ?? '', body)),
  };
}
