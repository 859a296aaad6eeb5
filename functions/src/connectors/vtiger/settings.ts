/** What the operator decides: VTIGER_URL for everybody, CONCORD_ALLOWED_HOSTS and CONCORD_CERTIFICATES for servers of one's own (docs/operators.md). */
import type { Clock } from '../../ports/world.ts';
import { addressGuard } from '../address-guard.ts';
import { pinnedCertificates } from '../pinned-certificates.ts';
import type { Network } from '../open-line.ts';

interface Settings {
  readonly network: Network;
  /** The address of the one server that everybody signs in to. */
  readonly presetUrl?: string;
}

/** Throws an Error that names the setting that is wrong. */
export function readSettings(env: Readonly<Record<string, string | undefined>>, clock: Clock): Settings {
  const presetUrl = env['VTIGER_URL']?.trim() ?? '';
  if (presetUrl !== '' && !/^https?:\/\//.test(presetUrl)) throw new Error('VTIGER_URL must be an address that starts with https://.');
  return { network: { guard: addressGuard(env), pins: pinnedCertificates(env), clock }, ...(presetUrl === '' ? {} : { presetUrl }) };
}
