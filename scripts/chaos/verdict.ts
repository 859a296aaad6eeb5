/** Compares both sides, as they lie in the stand-ins, with what the users wrote. Nothing here knows the product. */
import { FIELDS, type Edit, type RawPerson, type SideKey, type Users } from './people.ts';

export interface Verdict {
  /** A sentence for each value of a user that is not where it should be. */
  readonly lost: readonly string[];
  /** A sentence for each record that is there once too often. */
  readonly doubled: readonly string[];
}

/** Both sides as they are at the end. */
type Sides = Readonly<Record<SideKey, readonly RawPerson[]>>;

export function judge(all: Sides, users: Pick<Users, 'ledger' | 'addresses'>): Verdict {
  const lost: string[] = [];
  const doubled: string[] = [];
  const sides = { m: byAddress(all.m), c: byAddress(all.c) };
  for (const side of ['m', 'c'] as const) {
    for (const [email, records] of sides[side]) {
      const wanted = users.addresses.has(email) ? 1 : 0;
      for (const { id } of records.slice(wanted)) doubled.push(`${email} is ${records.length} times on side ${side} (${id})`);
    }
  }
  for (const email of users.addresses) {
    const [m, c] = [sides.m.get(email)?.[0], sides.c.get(email)?.[0]];
    for (const field of FIELDS) {
      const edits = users.ledger.get(`${email} ${field.name}`) ?? [];
      const found = { m: m?.value(field) ?? '(no record)', c: c?.value(field) ?? '(no record)' };
      const isRight = found.m === found.c && isRightful(found.m, edits);
      if (!isRight) lost.push(`${email}: ${field.name} is "${found.m}" in the mailbox and "${found.c}" in the CRM, written were ${history(edits)}`);
    }
  }
  return { lost, doubled };
}

/**
 * The last value written, or the other side's last where both were written without knowing each other: then either may win. A
 * value that a later writer has seen and replaced may not come back.
 */
function isRightful(found: string, edits: readonly Edit[]): boolean {
  const last = edits.at(-1);
  if (!last || found === last.token) return true;
  const place = edits.findLastIndex(({ side }) => side !== last.side);
  return edits[place]?.token === found && edits.slice(place + 1).every(({ replaced }) => replaced !== found);
}

function history(edits: readonly Edit[]): string {
  return edits.slice(-4).map(({ token, replaced }) => `"${token}" over "${replaced}"`).join(', ');
}

function byAddress(people: readonly RawPerson[]): ReadonlyMap<string, readonly RawPerson[]> {
  return Map.groupBy(people, ({ email }) => email);
}
