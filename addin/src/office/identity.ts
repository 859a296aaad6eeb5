/**
 * Who sits at Outlook, by nested app authentication. It is only ever a help: isSetSupported is known to say true on
 * clients where it fails (office-js#5209, #6275, #6610), so every failure but a person's "cancel" is remembered for this
 * client, and sign-in goes on through its window without the token.
 */
import type { Host } from './host.ts';

const FAILED_KEY = 'concord.nestedAuthenticationFailed';
const SCOPE_NAME = 'access_as_user';

/** An access token for our own API, or undefined where this client cannot give one. `clientId` is the app registration. */
export async function findIdentityToken(host: Host, clientId: string, storage: Storage | null): Promise<string | undefined> {
  if (host.kind !== 'outlook' || !clientId) return undefined;
  if (!Office.context.requirements.isSetSupported('NestedAppAuth', '1.1')) return undefined;
  const client = clientName();
  if (storage?.getItem(FAILED_KEY) === client) return undefined;
  try {
    return await askBroker(clientId, host.mailAddress);
  } catch (error) {
    if (!isCancelled(error)) storage?.setItem(FAILED_KEY, client);
    console.warn('Nested app authentication is not usable here; the sign-in window is used instead.');
    return undefined;
  }
}

async function askBroker(clientId: string, loginHint: string | undefined): Promise<string> {
  const msal = await import('@azure/msal-browser');
  const app = await msal.createNestablePublicClientApplication({
    auth: { clientId, authority: 'https://login.microsoftonline.com/organizations' },
  });
  // At least one scope of a resource is needed, otherwise the broker may refuse the request.
  const request = { scopes: [`api://${clientId}/${SCOPE_NAME}`], ...(loginHint ? { loginHint } : {}) };
  try {
    return (await app.acquireTokenSilent(request)).accessToken;
  } catch (error) {
    if (!(error instanceof msal.InteractionRequiredAuthError)) throw error;
    return (await app.acquireTokenPopup(request)).accessToken;
  }
}

function clientName(): string {
  const { host, platform, version } = Office.context.diagnostics;
  return `${host} ${platform} ${version}`;
}

function isCancelled(error: unknown): boolean {
  return error instanceof Error && 'errorCode' in error && error.errorCode === 'user_cancelled';
}
