/** The Function App's managed identity as a token credential of the Azure client libraries (docs/decisions/0003-managed-identity.md). */
import type { ManagedIdentityApplication } from '@azure/msal-node';

/** The part of `TokenCredential` (@azure/core-auth) that the clients call. */
export interface Credential {
  getToken(scopes: string | string[]): Promise<{ readonly token: string; readonly expiresOnTimestamp: number }>;
}

/** `clientId` names a user-assigned identity. The library caches and renews the token, and loads with its first use. */
export function managedIdentity(clientId?: string): Credential {
  let identity: Promise<ManagedIdentityApplication> | undefined;
  return {
    async getToken(scopes) {
      const scope = Array.isArray(scopes) ? scopes[0] : scopes;
      const answer = await (await (identity ??= load(clientId))).acquireToken({ resource: (scope ?? '').replace(/\/\.default$/, '') });
      return { token: answer.accessToken, expiresOnTimestamp: answer.expiresOn?.getTime() ?? 0 };
    },
  };
}

async function load(clientId: string | undefined): Promise<ManagedIdentityApplication> {
  const { ManagedIdentityApplication: Identity } = await import('@azure/msal-node');
  return new Identity(clientId ? { managedIdentityIdParams: { userAssignedClientId: clientId } } : {});
}
