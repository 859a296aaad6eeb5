/** A self-signed certificate for the stand-in's own names: node:crypto signs, but the X.509 around it has to be written by hand (RFC 5280). */
import { X509Certificate, createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** PEM texts, as node:tls takes them. */
export interface Certificate { readonly key: string; readonly cert: string }

const YEAR_MS = 365 * 86_400_000;
/** Both ways, because clients look at the clock of the machine, which a moved clock may be years away from. */
const VALID_YEARS = 10;
const OID = { commonName: '550403', ecdsaWithSha256: '2a8648ce3d040302', altName: '551d11', constraints: '551d13' } as const;

/** The first name is the subject; all are alternative names. A certificate that is its own authority, so that a client can be given it to trust. */
export function selfSigned(names: readonly string[], now: number): Certificate {
  const key = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const name = sequence(der(0x31, sequence(oid(OID.commonName), der(0x0c, Buffer.from(names[0] ?? 'localhost')))));
  const extensions = sequence(
    sequence(oid(OID.constraints), der(0x01, Buffer.from([0xff])), der(0x04, sequence(der(0x01, Buffer.from([0xff]))))),
    sequence(oid(OID.altName), der(0x04, sequence(...names.map(altName)))),
  );
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])), algorithm, name,
    sequence(time(now - VALID_YEARS * YEAR_MS), time(now + VALID_YEARS * YEAR_MS)), name,
    createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'der' }), der(0xa3, extensions),
  );
  const whole = sequence(content, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', content, key)])));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return { key, cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n` };
}

/** What the channel is bound to (RFC 5929, tls-server-end-point): the hash of the certificate by the hash of its signature, here SHA-256. */
export const endPointOf = (cert: string): Buffer => createHash('sha256').update(new X509Certificate(cert).raw).digest();

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, Buffer.concat(parts));
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
/** UTCTime, which RFC 5280 demands before 2050: 261123090000Z */
const time = (instant: number): Buffer => der(0x17, Buffer.from(`${new Date(instant).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));

const altName = (name: string): Buffer =>
  (isIP(name) === 4 ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name)));
