/** Access tokens of nested app authentication: who sits at Outlook, proven by Microsoft's signature. */
import type { JWTPayload } from 'jose';
import type * as JoseModule from 'jose';
import { SyncError } from '../../engine/errors.ts';
import type { Identity } from '../../ports/connector.ts';
import type { Clock } from '../../ports/world.ts';
import { refusal } from './errors.ts';
import { IDENTITY_SCOPE } from './limits.ts';
import type { GraphSettings } from './settings.ts';

const KEYS_TIMEOUT_MS = 5_000;
/** Clocks of the service and of this machine may differ by this much. */
const TOLERANCE_SECONDS = 60;

type Jose = typeof JoseModule;

/**
 * Checks signature (RS256 only, tenant-independent keys), issuer (made of the token's own tenant), audience, time and scope.
 * The ids are tid and oid: never the address, which can be changed and given to somebody else
 * (learn.microsoft.com/entra/identity-platform/claims-validation).
 */
export function verifyIdentityToken(settings: GraphSettings, clock: Clock): (token: string) => Promise<Identity> {
  let keys: ReturnType<Jose['createRemoteJWKSet']> | undefined;
  return async (token) => {
    const jose = await import('jose');
    keys ??= jose.createRemoteJWKSet(new URL(`${settings.loginUrl}/common/discovery/v2.0/keys`), { timeoutDuration: KEYS_TIMEOUT_MS });
    try {
      const { payload } = await jose.jwtVerify(token, keys, {
        algorithms: ['RS256'],
        audience: settings.clientId,
        currentDate: new Date(clock.now()),
        clockTolerance: TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'tid', 'oid'],
      });
      return identityOf(payload, settings);
    } catch (error) {
      throw classify(error, jose);
    }
  };
}

function identityOf(payload: JWTPayload, settings: GraphSettings): Identity {
  const { tid, oid, iss, scp, preferred_username: login } = payload;
  if (typeof tid !== 'string' || typeof oid !== 'string') throw rejected('GRAPH_IDENTITY_INCOMPLETE');
  if (iss !== `${settings.loginUrl}/${tid}/v2.0`) throw rejected('GRAPH_IDENTITY_ISSUER');
  if (isGuid(settings.tenant) && tid !== settings.tenant) throw rejected('GRAPH_IDENTITY_TENANT');
  if (typeof scp !== 'string' || !scp.split(' ').includes(IDENTITY_SCOPE)) throw rejected('GRAPH_IDENTITY_SCOPE');
  return { organization: tid, user: oid, login: typeof login === 'string' ? login : '' };
}

const isGuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
const rejected = (code: string): SyncError => refusal('credentialsRejected', { code });

/** A bad token and unreachable keys are two things: only the first says something about the person. */
function classify(error: unknown, { errors }: Jose): unknown {
  if (error instanceof SyncError) return error;
  const isAboutKeys =
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    !(error instanceof errors.JOSEError) ||
    error.code === 'ERR_JOSE_GENERIC';
  return isAboutKeys
    ? refusal('unavailable', { code: 'GRAPH_IDENTITY_KEYS', cause: error })
    : refusal('credentialsRejected', { code: 'GRAPH_IDENTITY_REJECTED', cause: error });
}
