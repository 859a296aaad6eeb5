/** The MICROSOFT_ settings, parsed once; live addresses are the defaults. */

export interface GraphSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Origin of the sign-in service, without a trailing slash. */
  readonly loginUrl: string;
  /** "organizations", or the one tenant that may sign in. */
  readonly tenant: string;
  /** Base address with version: https://graph.microsoft.com/v1.0 */
  readonly endpoint: string;
}

export function readSettings(env: Readonly<Record<string, string | undefined>>): GraphSettings {
  return {
    clientId: required(env, 'MICROSOFT_CLIENT_ID'),
    clientSecret: required(env, 'MICROSOFT_CLIENT_SECRET'),
    loginUrl: origin(env, 'MICROSOFT_LOGIN_URL', 'https://login.microsoftonline.com'),
    tenant: env['MICROSOFT_TENANT'] || 'organizations',
    endpoint: `${origin(env, 'MICROSOFT_GRAPH_URL', 'https://graph.microsoft.com')}/v1.0`,
  };
}

function required(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`The setting ${name} is missing: take it from the app registration in Microsoft Entra (docs/operators.md).`);
  return value;
}

function origin(env: Readonly<Record<string, string | undefined>>, name: string, live: string): string {
  const value = env[name] || live;
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
    throw new Error(`The setting ${name} must be an address such as ${live}.`);
  return new URL(value).origin;
}
