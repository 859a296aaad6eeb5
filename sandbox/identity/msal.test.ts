import { ConfidentialClientApplication, CryptoProvider } from '@azure/msal-node';
import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { movableClock } from '../clock.ts';
import { startMicrosoft } from '../graph/server.ts';
import type { Microsoft } from '../graph/server.ts';
import { SANDBOX_REGISTRATION } from './accounts.ts';
import { visitSignIn } from './visitor.ts';

const REDIRECT = 'http://localhost:7071/api/oauth/graph';
const SCOPES = ['User.Read', 'Contacts.ReadWrite'];

let microsoft: Microsoft;
beforeAll(async () => { microsoft = await startMicrosoft({ port: 0, clock: movableClock() }); });
afterAll(() => microsoft.close());

/** msal insists on https and a known host, so its network module is where the stand-in takes the place of the real address. */
function toStandIn(): INetworkModule {
  async function send<T>(method: string, url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    const response = await fetch(url.replace('https://login.microsoftonline.com', microsoft.origin), {
      method, headers: options?.headers ?? {}, ...(options?.body === undefined ? {} : { body: options.body }),
    });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.json() as T };
  }
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  };
}

function application(): ConfidentialClientApplication {
  const { clientId, clientSecret } = SANDBOX_REGISTRATION;
  return new ConfidentialClientApplication({
    auth: { clientId, clientSecret, authority: 'https://login.microsoftonline.com/organizations' },
    system: { networkClient: toStandIn() },
  });
}

test('msal-node signs in with a code, finds the account and refreshes', async () => {
  const app = application();
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const url = await app.getAuthCodeUrl({
    scopes: SCOPES, redirectUri: REDIRECT, codeChallenge: challenge, codeChallengeMethod: 'S256', state: 's',
    loginHint: 'anna.weber@contoso.example',
  });
  const here = url.replace('https://login.microsoftonline.com', microsoft.origin);
  const { redirect } = await visitSignIn(here, 'anna.weber@contoso.example');
  const result = await app.acquireTokenByCode({
    scopes: SCOPES, redirectUri: REDIRECT, code: redirect?.searchParams.get('code') ?? '', codeVerifier: verifier,
  });
  expect(result.account).toMatchObject({ username: 'anna.weber@contoso.example', tenantId: '8c3f0d52-61b7-4a0e-9d24-5b7e1c9a4f10' });
  const me = await fetch(`${microsoft.origin}/v1.0/me`, { headers: { authorization: `Bearer ${result.accessToken}` } });
  expect(me.status).toBe(200);

  const cache = JSON.parse(app.getTokenCache().serialize()) as { RefreshToken: Record<string, { secret: string }> };
  const refreshToken = Object.values(cache.RefreshToken)[0]?.secret ?? '';
  const fresh = await application().acquireTokenByRefreshToken({ scopes: SCOPES, refreshToken });
  expect(fresh?.accessToken).toBeTruthy();
  expect(fresh?.accessToken).not.toBe(result.accessToken);

  microsoft.controls.revokeSignIn('anna.weber@contoso.example');
  await expect(
    application().acquireTokenByRefreshToken({ scopes: SCOPES, refreshToken })
  ).rejects.toMatchObject({ errorCode: 'invalid_grant' });
});
