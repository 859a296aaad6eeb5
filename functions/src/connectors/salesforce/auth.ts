/** Signing in: the web-server flow with PKCE, built by ourselves because jsforce's address lacks `code_challenge_method`. */
import { z } from 'zod';
import { exchange, type RawRequest } from './client.ts';
import { answerError, networkError, notJsonError, problem, type RawAnswer } from './errors.ts';
import { allowedOrigin, loginOrigin, type Hosts } from './hosts.ts';
import { API_VERSION, SIGN_IN_TIMEOUT } from './limits.ts';
import { id18 } from './row.ts';
import { callbackError, tokenError } from './oauth-errors.ts';
import type { AccessToken, Account, OAuthFlow } from '../../ports/connector.ts';
import type { Clock } from '../../ports/world.ts';

interface AppRegistration {
  readonly clientId: string;
  /** Absent where the app's policy does not ask for one. */
  readonly clientSecret?: string;
  readonly hosts: Hosts;
}

/** `openid id` lets us ask who signed in; `refresh_token` is what the background needs. */
const SCOPES = 'api refresh_token openid id';

const TokenReply = z.object({
  access_token: z.string().min(1),
  /** Present on a sign-in with scope `refresh_token`, and on every refresh of an app with rotation. */
  refresh_token: z.string().min(1).optional(),
  instance_url: z.string().min(1),
  id: z.string().min(1),
});
type TokenReply = z.infer<typeof TokenReply>;

const TokenRefusal = z.object({ error: z.string(), error_description: z.string().optional() });

const Identity = z.object({
  organization_id: z.string().min(15),
  user_id: z.string().min(15),
  username: z.string().min(1),
  display_name: z.string().optional(),
  timezone: z.string().optional(),
  locale: z.string().optional(),
});

const Organizations = z.object({ records: z.array(z.object({ Name: z.string() })) });

const Versions = z.array(z.object({ version: z.string() }));

export function createOAuth(app: AppRegistration, clock: Clock): OAuthFlow {
  const credentials = { client_id: app.clientId, ...(app.clientSecret === undefined ? {} : { client_secret: app.clientSecret }) };

  /** A token request. `isRefresh`: no answer means that the old token may be spent and the new one lost. */
  async function requestToken(origin: string, form: Record<string, string>, isRefresh: boolean): Promise<TokenReply> {
    const answer = await send(formRequest(`${origin}/services/oauth2/token`, { ...form, ...credentials }), isRefresh);
    const refusal = answer.status >= 400 && answer.status < 500 ? TokenRefusal.safeParse(json(answer)) : undefined;
    if (refusal?.success) throw tokenError(answer.status, refusal.data.error, refusal.data.error_description ?? '');
    if (answer.status !== 200) throw answerError(answer, clock.now(), false);
    const reply = TokenReply.safeParse(json(answer));
    if (!reply.success) throw notJsonError(answer, isRefresh);
    return reply.data;
  }

  const accessOf = ({ access_token, instance_url }: TokenReply): AccessToken =>
    ({ value: access_token, endpoint: allowedOrigin(instance_url, app.hosts) });

  return {
    by: 'oauth',
    authorizeUrl({ choice, domain, state, challenge, redirectUri, loginHint }) {
      const query = new URLSearchParams({
        response_type: 'code', client_id: app.clientId, redirect_uri: redirectUri, scope: SCOPES, state,
        code_challenge: challenge, code_challenge_method: 'S256', ...(loginHint === undefined ? {} : { login_hint: loginHint }),
      });
      return `${loginOrigin(choice, domain, app.hosts)}/services/oauth2/authorize?${query.toString()}`;
    },

    async finish({ choice, domain, code, verifier, redirectUri }) {
      const loginHost = loginOrigin(choice, domain, app.hosts);
      const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
      const reply = await requestToken(loginHost, form, false);
      if (reply.refresh_token === undefined) {
        throw problem('denied', 'NO_REFRESH_TOKEN',
          'Salesforce gave no lasting access: ask your administrator for the scope refresh_token and its policy');
      }
      const token = accessOf(reply);
      await checkVersion(token.endpoint, clock);
      const account = await identify(reply, loginHost, app.hosts, clock);
      const organizationName = await nameOfOrganization(token, clock);
      return { secret: reply.refresh_token, token, account: { ...account, ...(organizationName ? { organizationName } : {}) } };
    },

    async refresh(secret, account) {
      // No scope here: sending one makes the service refuse (appsmith#30239).
      const origin = allowedOrigin(account.loginHost, app.hosts);
      const reply = await requestToken(origin, { grant_type: 'refresh_token', refresh_token: secret }, true);
      // With rotation the old token is dead from now on: the caller stores this one before its first use.
      return { secret: reply.refresh_token ?? secret, token: accessOf(reply), account };
    },

    async revoke(secret, account) {
      const origin = allowedOrigin(account.loginHost, app.hosts);
      const answer = await send(formRequest(`${origin}/services/oauth2/revoke`, { token: secret }), false);
      // 400 means that the token was dead already, which is what was asked for.
      if (answer.status !== 200 && answer.status !== 400) throw answerError(answer, clock.now(), false);
    },

    refused: ({ error }) => callbackError(error ?? ''),
  };
}

/** Who signed in. The identity address comes with the token, so it is checked like every other. */
async function identify(reply: TokenReply, loginHost: string, hosts: Hosts, clock: Clock): Promise<Account> {
  const origin = allowedOrigin(reply.id, hosts);
  const answer = await send({
    method: 'GET', url: origin + new URL(reply.id).pathname, timeoutMs: SIGN_IN_TIMEOUT,
    headers: { accept: 'application/json', authorization: `Bearer ${reply.access_token}` },
  }, false);
  if (answer.status !== 200) throw answerError(answer, clock.now(), false);
  const identity = Identity.safeParse(json(answer));
  if (!identity.success) throw notJsonError(answer, false);
  const { organization_id, user_id, username, display_name, timezone, locale } = identity.data;
  // "de_DE", "zh_Hans_CN", "de_DE_EURO": what follows the country is no part of a language tag.
  const [, language, script, country] = /^([a-z]{2,3})(_[A-Z][a-z]{3})?(?:_([A-Z]{2}))?/.exec(locale ?? '') ?? [];
  return {
    organization: id18(organization_id), user: id18(user_id), login: username, displayName: display_name ?? username, loginHost,
    ...(timezone === undefined ? {} : { timeZone: timezone }),
    ...(language === undefined ? {} : { locale: [language, script?.slice(1), country].filter(Boolean).join('-') }),
    ...(country === undefined ? {} : { country }),
  };
}

/** The first call with the new token: it also shows at the sign-in, not in the night, that the user lacks "API Enabled". */
async function nameOfOrganization({ value, endpoint }: AccessToken, clock: Clock): Promise<string | undefined> {
  const answer = await send({
    method: 'GET', url: `${endpoint}/services/data/v${API_VERSION}/query?q=SELECT+Name+FROM+Organization`, timeoutMs: SIGN_IN_TIMEOUT,
    headers: { accept: 'application/json', authorization: `Bearer ${value}` },
  }, false);
  if (answer.status === 401 || answer.status === 403) throw answerError(answer, clock.now(), false);
  // A user who may not read the organization's own record syncs contacts all the same.
  const page = Organizations.safeParse(answer.status === 200 ? json(answer) : undefined);
  return page.success ? page.data.records[0]?.Name : undefined;
}

/** Needs no token. An organization that was not upgraded yet lacks the pinned version. */
async function checkVersion(endpoint: string, clock: Clock): Promise<void> {
  const url = `${endpoint}/services/data`;
  const answer = await send({ method: 'GET', url, headers: { accept: 'application/json' }, timeoutMs: SIGN_IN_TIMEOUT }, false);
  if (answer.status !== 200) throw answerError(answer, clock.now(), false);
  const versions = Versions.safeParse(json(answer));
  if (!versions.success) throw notJsonError(answer, false);
  if (versions.data.some(({ version }) => version === API_VERSION)) return;
  throw problem('denied', 'OLD_VERSION',
    `This Salesforce organization does not offer API version ${API_VERSION} yet: try again after its next upgrade`);
}

function formRequest(url: string, form: Record<string, string>): RawRequest {
  return {
    method: 'POST', url, timeoutMs: SIGN_IN_TIMEOUT, body: new URLSearchParams(form).toString(),
    headers: { 'accept': 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
  };
}

async function send(request: RawRequest, isOpen: boolean): Promise<RawAnswer> {
  try {
    return await exchange(request);
  } catch (error) {
    throw networkError(error, isOpen);
  }
}

function json({ text }: RawAnswer): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
