/** Certificates that no authority signed but the operator vouches for, host by host (docs/decisions/0008-certificates.md). */

/** SHA-256 fingerprints of a host's own certificates as node:tls writes them ("AB:CD:..."); none: the usual authorities decide. */
export type Pins = (host: string) => readonly string[];

/** CONCORD_CERTIFICATES: "host=fingerprint", separated by commas; a host may stand several times, for the time of a renewal. */
export function pinnedCertificates(env: Readonly<Record<string, string | undefined>>): Pins {
  const pins = new Map<string, string[]>();
  for (const entry of (env['CONCORD_CERTIFICATES'] ?? '').split(',').map((part) => part.trim()).filter((part) => part !== '')) {
    const [, host = '', print = ''] = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])=([0-9a-f:]+)$/i.exec(entry) ?? [];
    const digits = print.replaceAll(':', '').toUpperCase();
    if (digits.length !== 64) throw new Error('CONCORD_CERTIFICATES must be host=SHA-256 fingerprint (64 hexadecimal digits), several separated by commas.');
    const name = host.toLowerCase();
    pins.set(name, [...pins.get(name) ?? [], digits.replace(/..(?!$)/g, '$&:')]);
  }
  return (host) => pins.get(host.toLowerCase()) ?? [];
}
