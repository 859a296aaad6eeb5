/** Outlook ids: immutable ones stay, the others change when an item moves. Both are case-sensitive and safe in a URL once encoded. */
import { createHash } from 'node:crypto';

/** First characters as in learn.microsoft.com/graph/outlook-immutable-id. */
const IMMUTABLE = 'AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A';
const MUTABLE = 'AAMkAGI2ODhjYWZhLTUxZTktNGQ3Ny04NjE0';
const FOLDER = 'AQMkADAwATM3ZmYAZS1hNmYzLTQ3ZGUt';
const TAIL = 'AAA=';

/** Six bytes that tell one mailbox's ids from another's. */
export const mailboxTag = (userId: string): string => createHash('sha256').update(userId).digest('hex').slice(0, 12);

export const immutableId = (tag: string, n: number): string => IMMUTABLE + pack(tag, n, 0) + TAIL;
/** `moves` counts how often the item changed its folder. */
export const mutableId = (tag: string, n: number, moves: number): string => MUTABLE + pack(tag, n, moves + 1) + TAIL;
export const folderId = (tag: string, n: number): string => FOLDER + pack(tag, n, 0) + TAIL;

/** The global object id of an appointment, in hexadecimal as Outlook writes it. */
export const iCalUId = (tag: string, n: number): string =>
  `040000008200E00074C5B7101A82E008${createHash('sha256').update(`${tag}/${n}`).digest('hex').toUpperCase().slice(0, 64)}`;

/** The number inside an id of this mailbox. The caller compares the whole id again: an old mutable id must not be found. */
export function numberOf(tag: string, id: string): number | undefined {
  const prefix = [IMMUTABLE, MUTABLE, FOLDER].find((known) => id.startsWith(known));
  if (!prefix || !id.endsWith(TAIL)) return undefined;
  const bytes = Buffer.from(id.slice(prefix.length, -TAIL.length), 'base64url');
  return bytes.length === 15 && bytes.subarray(0, 6).toString('hex') === tag ? bytes.readUInt32BE(6) : undefined;
}

/** An occurrence, changed or not: its master and its day (days since 1970 in the zone of the series). */
export const occurrenceId = (tag: string, n: number, day: number, isImmutable: boolean): string =>
  (isImmutable ? IMMUTABLE : MUTABLE)
  + Buffer.concat([Buffer.from(pack(tag, n, isImmutable ? 0 : 1), 'base64url'), dayBytes(day)]).toString('base64url') + TAIL;

/** What `occurrenceId` put in; the caller asks the series whether that day exists. */
export function occurrenceOf(tag: string, id: string): { readonly n: number; readonly day: number } | undefined {
  const prefix = [IMMUTABLE, MUTABLE].find((known) => id.startsWith(known));
  if (!prefix || !id.endsWith(TAIL)) return undefined;
  const bytes = Buffer.from(id.slice(prefix.length, -TAIL.length), 'base64url');
  if (bytes.length !== 21) return undefined;
  const found = { n: bytes.readUInt32BE(6), day: bytes.readInt32BE(15) };
  return id === occurrenceId(tag, found.n, found.day, prefix === IMMUTABLE) ? found : undefined;
}

/** Two bytes more than a day needs, so that base64 has no half characters. */
function dayBytes(day: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeInt32BE(day, 0);
  return bytes;
}

function pack(tag: string, n: number, third: number): string {
  const bytes = Buffer.alloc(15);
  bytes.write(tag, 0, 'hex');
  bytes.writeUInt32BE(n, 6);
  bytes.writeUInt32BE(third, 10);
  return bytes.toString('base64url');
}
