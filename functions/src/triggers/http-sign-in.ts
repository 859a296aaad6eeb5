/** Sign-in: what the vendors offer, an attempt, its way back from the vendor, its status and its end. */
import { AttemptRef, ClaimAttempt, ConnectCredentials, StartAttempt } from '@concord/api';
import type { ApiServices } from '../app/api.ts';
import { claimAttempt } from '../app/auth/claim.ts';
import { signInTyped, type Caller } from '../app/auth/credentials.ts';
import { currentUser } from '../app/auth/sessions.ts';
import { attemptStatus, finishSignIn, signInForms, startSignIn } from '../app/auth/sign-in.ts';
import { open, Redirect, type Call } from './http.ts';

export function signInRoutes(api: ApiServices) {
  return {
    forms: open(null, async () => ({ forms: signInForms(api) })),
    // A window that is signed in says so: it is then kept in its organization.
    startSignIn: open(StartAttempt, async ({ body, bearer }) => startSignIn(api, body, 'c', await currentUser(api, bearer))),
    connectCrm: open(ConnectCredentials, async (call) => signInTyped(api, call.body, await callerOf(api, call))),
    oauthCallback: open(null, async ({ path, query }) => new Redirect(await finishSignIn(api, path['system'] ?? '', query))),
    attemptStatus: open(AttemptRef, ({ body }) => attemptStatus(api, body)),
    claimAttempt: open(ClaimAttempt, ({ body }) => claimAttempt(api, body)),
  };
}

async function callerOf(api: ApiServices, { bearer, address }: Call<unknown>): Promise<Caller> {
  const userId = await currentUser(api, bearer);
  return { ...(userId === undefined ? {} : { userId }), ...(address === undefined ? {} : { address }) };
}
