/** What the operator decides about servers of somebody's own: CONCORD_ALLOWED_HOSTS and CONCORD_CERTIFICATES (docs/operators.md). */
import type { Clock } from '../../ports/world.ts';
import { addressGuard } from '../address-guard.ts';
import { pinnedCertificates } from '../pinned-certificates.ts';
import type { Network } from './client.ts';

/** Throws an Error that names the setting that is wrong. */
export const readSettings = (env: Readonly<Record<string, string | undefined>>, clock: Clock): Network =>
  ({ guard: addressGuard(env), pins: pinnedCertificates(env), clock });
