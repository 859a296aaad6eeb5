/** Signs somebody in from the first page to the tokens: what a test or a script needs to speak to Graph. */
import { createHash, randomBytes } from 'node:crypto';
import type { Registration } from './accounts.ts';
import { visitSignIn } from './visitor.ts';

const ALL_SCOPES = 'openid profile offline_access User.Read Contacts.ReadWrite Calendars.ReadWrite Tasks.ReadWrite Mail.Read Mail.Send MailboxSettings.Read';

export interface Session { readonly accessToken: string; readonly refreshToken: string }

/** Throws when the sign-in does not end in a code. */
export async function signIn(origin: string, registration: Registration, login: string, scope: string = ALL_SCOPES): Promise<Session> {
  const verifier = randomBytes(32).toString('base64url');
  const redirectUri = registration.redirectUris[0] ?? '';
  const query = new URLSearchParams({
    client_id: registration.clientId, response_type: 'code', redirect_uri: redirectUri, scope,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
  });
  const { redirect } = await visitSignIn(`${origin}/organizations/oauth2/v2.0/authorize?${query}`, login);
  const code = redirect?.searchParams.get('code');
  if (!code) throw new Error(`${login} could not sign in: ${redirect?.searchParams.get('error_description') ?? 'no redirect'}`);
  const form = new URLSearchParams({
    client_id: registration.clientId, client_secret: registration.clientSecret, grant_type: 'authorization_code', code,
    redirect_uri: redirectUri, code_verifier: verifier, scope,
  });
  const response = await fetch(`${origin}/organizations/oauth2/v2.0/token`, { method: 'POST', body: form });
  const body = await response.json() as { access_token: string; refresh_token?: string };
  return { accessToken: body.access_token, refreshToken: body.refresh_token ?? '' };
}
