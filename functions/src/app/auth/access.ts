/**
 * A stored sign-in as a Side uses it. Refreshing is fenced: whoever wants to refresh first marks the grant under its ETag,
 * because a vendor that rotates refresh tokens ends the whole grant when two instances use one (restforce#957).
 */
import type { Control, StoredGrant } from '../control.ts';
import { SyncError } from '../../engine/errors.ts';
import type { SideKey } from '../../engine/record.ts';
import type { Access, AccessToken, Connector, Grant, NoticeDesk } from '../../ports/connector.ts';
import type { Side } from '../../ports/side.ts';
import { Conflict } from '../../ports/table.ts';
import type { Clock, Log } from '../../ports/world.ts';
import { putGrant, readControl, type ControlParts, type NewGrant } from '../../store/control-store.ts';
import { scopeOf } from '../scope.ts';
import { connectorOf } from './sign-in.ts';

/** A token this close to its end is refreshed before it is used: a call may take half a minute. */
const EARLY = 60_000;
/** Longer than a vendor's sign-in call may last (20 s) with the two writes around it. */
const REFRESH_LEASE = 45_000;
const BUSY_PAUSE = 5_000;
const MARK_TRIES = 3;
const STORE_TRIES = 3;

export interface AccessParts extends ControlParts {
  readonly connectors: readonly Connector[];
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens a side with its stored sign-in. Throws `credentialsRejected` with `isPermanent` when there is none that works. */
export async function openSide(parts: AccessParts, control: Control, side: SideKey, kinds = control.config.kinds): Promise<Side> {
  const grant = living(control.grants[side]);
  const connector = connectorOf(parts, grant);
  const known = kinds.filter((kind) => connector.kinds.includes(kind));
  return connector.open(createAccess(parts, control, side, grant), grant.account, scopeOf(control, known, parts.clock.now()));
}

/** The vendor's desk for change notices, with the side's stored sign-in; undefined where the vendor has none. Throws as `openSide` does. */
export async function openNotices(parts: AccessParts, control: Control, side: SideKey): Promise<NoticeDesk | undefined> {
  const grant = living(control.grants[side]);
  return connectorOf(parts, grant).notices?.open(createAccess(parts, control, side, grant));
}

function living(grant: StoredGrant | undefined): StoredGrant {
  if (grant && !grant.isDead) return grant;
  throw new SyncError(
    'credentialsRejected', 'This connection is over: sign in again.', { code: grant ? 'GRANT_DEAD' : 'NOT_CONNECTED', isPermanent: true },
  );
}

/** One run's view of a grant. Its calls share one refresh. */
export function createAccess(parts: AccessParts, control: Control, side: SideKey, grant: StoredGrant): Access {
  let current = grant;
  let refreshing: Promise<StoredGrant> | undefined;
  const refreshed = async (): Promise<AccessToken> => {
    refreshing ??= refreshGrant(parts, control, side, current).finally(() => { refreshing = undefined; });
    current = await refreshing;
    return current.token;
  };
  return {
    token: () => (isFresh(current.token, parts.clock) ? Promise.resolve(current.token) : refreshed()),
    renew: (refused) => (current.token.value === refused.value ? refreshed() : Promise.resolve(current.token)),
  };
}

function isFresh({ expiresAt }: AccessToken, clock: Clock): boolean {
  return expiresAt === undefined || expiresAt - EARLY > clock.now();
}

/** Marks, asks the vendor, stores: in this order, so that no secret is used twice and none is used before it is stored. */
async function refreshGrant(parts: AccessParts, control: Control, side: SideKey, stale: StoredGrant): Promise<StoredGrant> {
  const marked = await markRefreshing(parts, control, side, stale);
  if (marked.token.value !== stale.token.value) return marked;
  let fresh: Grant;
  try {
    fresh = await connectorOf(parts, marked).flow.refresh(marked.secret, marked.account);
  } catch (error) {
    throw await giveUp(parts, control, side, marked, error);
  }
  return storeFresh(parts, control, side, marked, fresh);
}

/** The grant under our mark; or, when another instance was faster, the grant with its new token. */
async function markRefreshing(parts: AccessParts, control: Control, side: SideKey, stale: StoredGrant): Promise<StoredGrant> {
  let grant = stale;
  for (let tries = 0; tries < MARK_TRIES; tries += 1) {
    const isMarked = (grant.refreshingUntil ?? 0) > parts.clock.now();
    if (!isMarked) {
      const next: NewGrant = { ...withoutEtag(grant), refreshingUntil: parts.clock.now() + REFRESH_LEASE };
      const etag = await unlessConflict(putGrant(parts, control, side, next, grant.etag));
      if (etag !== null) return { ...next, etag };
    }
    grant = living((await readControl(parts, control.userId))?.grants[side]);
    if (grant.token.value !== stale.token.value) return grant;
    if ((grant.refreshingUntil ?? 0) > parts.clock.now()) break;
  }
  throw new SyncError('unavailable', 'Another run is refreshing this sign-in: it is tried again in a moment.', {
    code: 'REFRESH_BUSY', retryAfterMs: BUSY_PAUSE,
  });
}

/**
 * After a refresh that brought nothing. A grant that is over, or whose new secret is lost on the way (the connector says so
 * with `isOutcomeUnknown`), is marked dead: trying the old secret again cannot help. Anything else leaves it as it was.
 */
async function giveUp(parts: AccessParts, control: Control, side: SideKey, marked: StoredGrant, error: unknown): Promise<unknown> {
  const known = error instanceof SyncError ? error : undefined;
  const isLost = known?.details.isOutcomeUnknown === true;
  const isDead = isLost || (known?.kind === 'credentialsRejected' && known.details.isPermanent === true);
  const { refreshingUntil: _, ...rest } = withoutEtag(marked);
  // A conflict means that the person has signed in anew meanwhile: that grant is not ours to judge.
  await unlessConflict(putGrant(parts, control, side, { ...rest, isDead }, marked.etag));
  parts.log.warn('grant.refresh.failed', { user: control.userId, side, kind: known?.kind, code: known?.details.code, isDead });
  if (!isLost) return error;
  return new SyncError(
    'credentialsRejected', 'The new sign-in was lost on its way: sign in again.', { code: 'REFRESH_LOST', isPermanent: true, cause: error },
  );
}

/** The rotated secret exists nowhere else, so a storage that does not answer is asked again. */
async function storeFresh(parts: AccessParts, control: Control, side: SideKey, marked: StoredGrant, fresh: Grant): Promise<StoredGrant> {
  const { refreshingUntil: _, ...rest } = withoutEtag(marked);
  const next: NewGrant = { ...rest, ...fresh, isDead: false };
  for (let tries = 1; ; tries += 1) {
    try {
      const etag = await unlessConflict(putGrant(parts, control, side, next, marked.etag));
      // After a lost reply our own row is in the way; else the person has signed in anew. The stored grant counts in both cases.
      return etag === null ? living((await readControl(parts, control.userId))?.grants[side]) : { ...next, etag };
    } catch (error) {
      if (!(error instanceof SyncError) || error.kind !== 'unavailable' || tries === STORE_TRIES) throw error;
    }
  }
}

function withoutEtag({ etag: _, ...grant }: StoredGrant): NewGrant {
  return grant;
}

async function unlessConflict<Value>(work: Promise<Value>): Promise<Value | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Conflict) return null;
    throw error;
  }
}
