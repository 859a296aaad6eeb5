/** Row keys of a user's partition, and the ids made from what identifies a record. Legal whatever a vendor's id contains. */
import { hash } from 'node:crypto';
import type { LinkId } from '../engine/link.ts';
import type { Instant, Kind, SideKey } from '../engine/record.ts';

const ID_LENGTH = 26;
/** Sorts newest first while keys sort ascending; instants stay below it until the year 5138. */
const END_OF_TIME = 99_999_999_999_999;

export const userPartition = (userId: string): string => `u~${userId}`;
/** What the users of one organization must agree on; ids of organizations may hold signs that keys may not. */
export const organizationPartition = (organization: string): string => `o~${digest([organization]).slice(0, ID_LENGTH)}`;

/** Everything an idle cycle reads lies between these two. */
export const CONTROL_FROM = 'a~';
export const CONTROL_TO = 'a~~';

export const keys = {
  bell: 'a~bell',
  config: 'a~cfg',
  head: 'a~head',
  /** `n`: a mailbox that waits for the person's word. */
  grant: (side: SideKey | 'n'): string => `a~conn~${side}`,
  cursor: (side: SideKey, stream: string): string => `a~cursor~${side}~${stream}`,
  watch: (side: SideKey): string => `a~watch~${side}`,
  link: (kind: Kind, id: LinkId): string => `l~${kind}~${id}`,
  /** A link as it was with the mailbox before. */
  former: (kind: Kind, id: LinkId): string => `o~${kind}~${id}`,
  todo: (id: LinkId): string => `t~${id}`,
  index: (side: SideKey, recordId: string): string => `x~${side}~${digest([recordId])}`,
  run: (startedAt: Instant, runId: string): string => `j~${reversed(startedAt)}~${runId}`,
  entry: (startedAt: Instant, runId: string, number: number): string => (
    `e~${reversed(startedAt)}~${runId}~${String(number).padStart(7, '0')}`),
  preview: 'p~preview',
  /** In the organization's partition: who makes this meeting in the CRM. */
  meeting: (identity: string): string => `m~${digest([identity])}`,
} as const;

/** The range of all keys with this prefix. What follows a prefix begins with a letter or a digit, and `~` sorts behind those. */
export function prefixRange(prefix: string): readonly [string, string] {
  return [prefix, `${prefix}~`];
}

/** Where a range goes on behind this row. No key is another one's beginning, so the smallest printable sign is enough. */
export function afterKey(key: string): string {
  return `${key}!`;
}

export function reversed(instant: Instant): string {
  return String(END_OF_TIME - instant).padStart(14, '0');
}

/** What `reversed` was made from. */
export function instantOf(text: string): Instant {
  return END_OF_TIME - Number(text);
}

/** The key of the link that a record's birth makes: the same however often it is computed (sync-engine design, 1.8). */
export function linkIdOf(organization: string, kind: Kind, side: SideKey, recordId: string, incarnation = 0): LinkId {
  return digest([organization, kind, side, recordId, String(incarnation)]).slice(0, ID_LENGTH);
}

export function userIdOf(system: string, organization: string, user: string): string {
  return digest([system, organization, user]).slice(0, ID_LENGTH);
}

/**
 * The first 160 bits of the parts' sha256, in base32hex: 32 digits of base 32. A separator that no id contains keeps ("a","bc") and
 * ("ab","c") apart. Made for each record that a service lists, so it leaves little behind.
 */
function digest(parts: readonly string[]): string {
  const hex = hash('sha256', parts.join('\u0000'), 'hex');
  return BigInt(`0x${hex.slice(0, 40)}`).toString(32).padStart(32, '0');
}
