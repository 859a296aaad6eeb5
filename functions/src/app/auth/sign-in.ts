/**
 * The way through a vendor's sign-in window: an attempt is opened, the vendor sends the window back here, and the window
 * goes on to the pane's own page with a one-time code. No token ever stands in an address.
 */
import type { Attempt, AttemptRef, AttemptStatus, SignInForm, StartAttempt } from '@concord/api';
import { API_CODES } from '@concord/api';
import { SyncError } from '../../engine/errors.ts';
import type { SideKey } from '../../engine/record.ts';
import type { Connector, Identity, OAuthFlow } from '../../ports/connector.ts';
import type { Log } from '../../ports/world.ts';
import { refusal } from '../refusal.ts';
import { askOf, findAttempt, findByState, moveAttempt, openAttempt, type AttemptParts, type AttemptRow } from './attempts.ts';
import { hashToken, isTokenOf, mintToken } from './token.ts';

export interface SignInParts extends AttemptParts {
  readonly connectors: readonly Connector[];
  readonly log: Log;
  /** Addresses without a trailing slash; see config.ts. */
  readonly apiUrl: string;
  readonly paneUrl: string;
}

export function signInForms({ connectors }: SignInParts): readonly SignInForm[] {
  return connectors.map(({ signIn }) => signIn);
}

/** Opens an attempt. `userId` is the signed-in user who asks; the mailbox side is only for one who is. */
export async function startSignIn(parts: SignInParts, request: StartAttempt, side: SideKey, userId?: string): Promise<Attempt> {
  const connector = parts.connectors.find(({ id }) => id === request.system);
  if (connector?.side !== side || connector.flow.by !== 'oauth') {
    throw refusal('BAD_REQUEST', 'There is no such system on this side.', { field: 'system' });
  }
  const { choice, domain } = chosen(connector, request);
  const identity = await identityOf(parts, connector, request.identityToken);
  const expectedAddress = request.expectedAddress ?? identity?.login;
  const verifier = mintToken(parts.random);
  const { id, secret, state, expiresAt } = await openAttempt(parts, {
    system: connector.id, side, choice, ...(userId === undefined ? {} : { userId }),
    ask: {
      verifier,
      ...(domain === undefined ? {} : { domain }),
      ...(expectedAddress === undefined ? {} : { expectedAddress }),
      ...(identity ? { expected: { organization: identity.organization, user: identity.user } } : {}),
    },
  });
  const url = connector.flow.authorizeUrl({
    choice, state, challenge: hashToken(verifier), redirectUri: redirectUri(parts, connector),
    ...(domain === undefined ? {} : { domain }),
    ...(expectedAddress === undefined ? {} : { loginHint: expectedAddress }),
  });
  parts.log.info('signIn.started', { system: connector.id, side });
  return { attempt: id, secret, url, expiresAt };
}

/** An admin's preset wins over what the pane sent: the choice is then not the person's. */
function chosen({ signIn }: Connector, request: StartAttempt): { choice: string; domain?: string } {
  const choice = signIn.presetChoice ?? request.choice;
  const form = signIn.choices.find(({ id }) => id === choice);
  if (!form) throw refusal('BAD_REQUEST', 'There is no such choice for this system.', { field: 'choice' });
  const domain = signIn.presetDomain ?? (form.fields.length > 0 ? request.domain?.trim() : undefined);
  if (!domain && form.fields.some(({ isRequired }) => isRequired)) {
    throw refusal('BAD_DOMAIN', 'The address of your organization is missing.', { field: 'domain' });
  }
  return { choice, ...(domain ? { domain } : {}) };
}

/** A token that cannot be verified only costs the hint: it is never trusted, and the sign-in itself proves who comes. */
export async function identityOf({ log }: Pick<SignInParts, 'log'>, connector: Connector, token: string | undefined): Promise<Identity | undefined> {
  if (token === undefined || !connector.identify) return undefined;
  try {
    return await connector.identify(token);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    log.warn('signIn.identity.unverified', { system: connector.id, kind: error.kind, code: error.details.code });
    return undefined;
  }
}

/**
 * The vendor's redirect. Answers where the window goes next: the pane's own page, with the attempt and its one-time code, or
 * with the code of what went wrong. The state is used up before the authorization code is exchanged, so a replay of the
 * address, even at the same moment, never reaches the vendor.
 */
export async function finishSignIn(parts: SignInParts, system: string, parameters: Readonly<Record<string, string>>): Promise<string> {
  const { state, code, error } = parameters;
  if (!state || !(code || error)) return paneAddress(parts, { error: 'BAD_REQUEST' });
  const waiting = await findByState(parts, state);
  if (!waiting || waiting.system !== system) return paneAddress(parts, { error: 'STATE_UNKNOWN' });
  if (waiting.state !== 'waiting') return paneAddress(parts, { error: 'STATE_USED' });
  if (waiting.expiresAt <= parts.clock.now()) return paneAddress(parts, { attempt: waiting.id, error: 'STATE_EXPIRED' });
  const used = await moveAttempt(parts, waiting, { state: 'used' });
  if (!used) return paneAddress(parts, { error: 'STATE_USED' });
  if (!code) return refuse(parts, used, parameters);
  return takeGrant(parts, used, code);
}

async function refuse(parts: SignInParts, attempt: AttemptRow, parameters: Readonly<Record<string, string>>): Promise<string> {
  const vendor = flowOf(parts, attempt).refused?.(parameters);
  const error = vendor ? codeOf(vendor) : 'CONSENT_REFUSED';
  await moveAttempt(parts, attempt, { state: 'refused', error });
  parts.log.info('signIn.refused', { system: attempt.system, code: error });
  return paneAddress(parts, { attempt: attempt.id, error });
}

async function takeGrant(parts: SignInParts, attempt: AttemptRow, code: string): Promise<string> {
  const connector = connectorOf(parts, attempt);
  const { verifier, domain } = await askOf(parts, attempt);
  try {
    const grant = await flowOf(parts, attempt).finish({
      choice: attempt.choice, code, verifier, redirectUri: redirectUri(parts, connector), ...(domain === undefined ? {} : { domain }),
    });
    const handOver = mintToken(parts.random);
    // The grant waits here, attached to nobody, until the window that asked claims it (claim.ts says why).
    await moveAttempt(parts, attempt, { state: 'finished', codeHash: hashToken(handOver), grant });
    parts.log.info('signIn.finished', { system: attempt.system });
    return paneAddress(parts, { attempt: attempt.id, code: handOver });
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    const reason = codeOf(error);
    await moveAttempt(parts, attempt, { state: 'failed', error: reason });
    parts.log.warn('signIn.failed', { system: attempt.system, kind: error.kind, code: error.details.code });
    return paneAddress(parts, { attempt: attempt.id, error: reason });
  }
}

/** What the pane is told of a vendor's error: our own code where the kind has one, else the vendor's. */
function codeOf({ kind, details }: SyncError): string {
  if ((API_CODES as readonly string[]).includes(details.code)) return details.code;
  if (kind === 'denied') return 'ADMIN_MUST_AGREE';
  // The authorization code was too old or already spent.
  if (kind === 'credentialsRejected') return 'STATE_EXPIRED';
  return details.code;
}

/** How far an attempt is, for the window that asked; asked once more when the sign-in window closed without a word. */
export async function attemptStatus(parts: SignInParts, ref: AttemptRef): Promise<AttemptStatus> {
  const attempt = await findOwnAttempt(parts, ref);
  const isOver = attempt.expiresAt <= parts.clock.now();
  switch (attempt.state) {
    case 'waiting': return { state: isOver ? 'expired' : 'waiting' };
    // The code is being exchanged; an exchange that never ended is shown as too late.
    case 'used': return { state: isOver ? 'expired' : 'waiting' };
    case 'finished': return { state: isOver ? 'expired' : 'finished' };
    case 'claimed': return { state: 'finished' };
    case 'refused':
    case 'failed': return { state: attempt.state, ...(attempt.error === undefined ? {} : { error: attempt.error }) };
  }
}

/** The attempt, if the secret is its own; a wrong secret looks like an unknown attempt. */
export async function findOwnAttempt(parts: AttemptParts, { attempt: id, secret }: AttemptRef): Promise<AttemptRow> {
  const attempt = await findAttempt(parts, id);
  if (!attempt || !isTokenOf(secret, attempt.secretHash)) throw refusal('STATE_UNKNOWN', 'There is no such sign-in attempt: start again.');
  return attempt;
}

export function connectorOf({ connectors }: Pick<SignInParts, 'connectors'>, { system }: { readonly system: string }): Connector {
  const connector = connectors.find(({ id }) => id === system);
  if (!connector) throw new SyncError('bug', 'A stored system has no connector in this build.', { code: 'UNKNOWN_SYSTEM' });
  return connector;
}

/** Attempts are made of windows only. */
function flowOf(parts: Pick<SignInParts, 'connectors'>, attempt: AttemptRow): OAuthFlow {
  const { flow } = connectorOf(parts, attempt);
  if (flow.by === 'oauth') return flow;
  throw new SyncError('bug', 'A stored attempt is of a system without a window.', { code: 'UNKNOWN_SYSTEM' });
}

const redirectUri = ({ apiUrl }: SignInParts, { id }: Connector): string => `${apiUrl}/api/oauth/${id}`;

/** A hash is never sent to a server, so nothing on the way can log the code. */
function paneAddress({ paneUrl }: SignInParts, values: Readonly<Record<string, string>>): string {
  return `${paneUrl}/dialog.html#${new URLSearchParams(values).toString()}`;
}
