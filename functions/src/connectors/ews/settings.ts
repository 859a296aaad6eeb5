/** What the operator decides about servers of somebody's own: CONCORD_ALLOWED_HOSTS, CONCORD_CERTIFICATES and CONCORD_AUTODISCOVER (docs/operators.md). */
import type { Clock } from '../../ports/world.ts';
import { addressGuard } from '../address-guard.ts';
import { pinnedCertificates } from '../pinned-certificates.ts';
import type { Network } from '../open-line.ts';

/** Throws an Error that names the setting that is wrong. */
export const readSettings = (env: Readonly<Record<string, string | undefined>>, clock: Clock): Network =>
  ({ guard: addressGuard(env), pins: pinnedCertificates(env), clock });

/** Mail domain -> address of its Autodiscover, where the operator named it; asked before any other place. */
export type KnownDomains = ReadonlyMap<string, string>;

/** CONCORD_AUTODISCOVER: "domain=https address", separated by commas. */
export function knownDomains(env: Readonly<Record<string, string | undefined>>): KnownDomains {
  const entries = (env['CONCORD_AUTODISCOVER'] ?? '').split(',').map((part) => part.trim()).filter((part) => part !== '');
  return new Map(entries.map((entry) => {
    const [, domain = '', url = ''] = /^([a-z0-9.-]+)=(https:\/\/.+)$/i.exec(entry) ?? [];
    if (!URL.canParse(url)) throw new Error('CONCORD_AUTODISCOVER must be mail domain=https address, several separated by commas.');
    return [domain.toLowerCase(), url];
  }));
}
