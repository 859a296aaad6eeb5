/** Which two records may be one person, and how sure that is. Every finder reads each record once. */
import type { AskReason } from './link.ts';
import type { MatchKeys } from './match-keys.ts';
import type { SideKey } from './record.ts';

type Person = MatchKeys;
export type Sides = Readonly<Record<SideKey, readonly Person[]>>;

/** Two records that may be one person. `doubt` keeps them from being linked without a question. */
export interface Pair {
  readonly m: Person;
  readonly c: Person;
  readonly isUnique: boolean;
  readonly doubt?: AskReason;
}

export type Bucket = Readonly<Record<SideKey, Person[]>>;

/** Key -> who bears it on either side. Keys borne by one side only lead nowhere and are left out by the callers. */
export function bucketsOf(sides: Sides, keys: (person: Person) => readonly string[]): Map<string, Bucket> {
  const buckets = new Map<string, Bucket>();
  for (const side of ['m', 'c'] as const) {
    for (const person of sides[side]) {
      if (person.isPrivate) continue;
      for (const key of new Set(keys(person))) {
        const bucket = buckets.get(key);
        if (bucket === undefined) buckets.set(key, side === 'm' ? { m: [person], c: [] } : { m: [], c: [person] });
        else bucket[side].push(person);
      }
    }
  }
  return buckets;
}

/** Step 1: an address borne by exactly one person of each side. */
export function emailPairs(emails: Map<string, Bucket>, isShared: (email: string) => boolean): Pair[] {
  const pairs: Pair[] = [];
  for (const [email, bucket] of emails) {
    const [m, c] = [bucket.m[0], bucket.c[0]];
    if (m === undefined || c === undefined || bucket.m.length > 1 || bucket.c.length > 1 || isShared(email)) continue;
    const doubt = haveOtherNames(m, c) ? 'differentNames' : haveOtherBirthdays(m, c) ? 'differentBirthdays' : undefined;
    pairs.push(doubt === undefined ? { m, c, isUnique: true } : { m, c, isUnique: true, doubt });
  }
  return pairs;
}

/** A bucket up to this size is looked through pair by pair; in a larger one only equal names are found. */
const BUCKET_PAIRS_MAX = 100;

/** Step 3: a shared address proves nothing alone, but with an equal name it is worth a question. */
export function sharedEmailPairs(emails: Map<string, Bucket>, isShared: (email: string) => boolean): Pair[] {
  const pairs: Pair[] = [];
  for (const [email, { m, c }] of emails) {
    if (m.length === 0 || c.length === 0) continue;
    if (isShared(email)) pairs.push(...equalNames(m, c, 'sharedAddress', nameKey));
    else if (m.length * c.length > BUCKET_PAIRS_MAX) pairs.push(...equalNames(m, c, 'severalCandidates', nameKey));
    else if (m.length > 1 || c.length > 1) {
      const fitting = m.flatMap((one) => c.filter((other) => !haveOtherNames(one, other)).map((other) => ({ m: one, c: other })));
      pairs.push(...fitting.map((pair) => ({ ...pair, isUnique: false, doubt: 'severalCandidates' as const })));
    }
  }
  return pairs;
}

/** A number on this many people of one side is a switchboard. */
const SWITCHBOARD_PEOPLE = 3;

/** Step 2: a number and an equal family name. Unlike given names (two of one family) make it a question. */
export function phonePairs(phones: Map<string, Bucket>): Pair[] {
  const pairs: Pair[] = [];
  for (const { m, c } of phones.values()) {
    if (m.length >= SWITCHBOARD_PEOPLE || c.length >= SWITCHBOARD_PEOPLE) continue;
    const isUnique = m.length === 1 && c.length === 1;
    for (const one of m) {
      for (const other of c) {
        if (one.family === '' || one.family !== other.family) continue;
        const doubt = !fitsGiven(one.given, other.given) ? 'differentNames'
          : haveOtherBirthdays(one, other) ? 'differentBirthdays' : isUnique ? undefined : 'severalCandidates';
        pairs.push(doubt === undefined ? { m: one, c: other, isUnique } : { m: one, c: other, isUnique, doubt });
      }
    }
  }
  return pairs;
}

/** Step 3: the same full name at the same company. */
export function namePairs(sides: Sides): Pair[] {
  const isOpen = (person: Person): boolean => !person.isPrivate;
  return equalNames(sides.m.filter(isOpen), sides.c.filter(isOpen), 'sameName', (person) => {
    const name = nameKey(person);
    return person.family === '' || person.given === '' ? '' : `${name}\n${person.company}`;
  });
}

function nameKey(person: Person): string {
  return person.family === '' && person.given === '' ? '' : `${person.given}\n${person.family}`;
}

/** Candidates for one question; more than a person would read are not worth finding. */
export const CANDIDATES_MAX = 10;

function equalNames(mailbox: readonly Person[], crm: readonly Person[], doubt: AskReason, key: (person: Person) => string): Pair[] {
  const byName = new Map<string, Person[]>();
  for (const person of crm) {
    const name = key(person);
    if (name === '' || person.isLinked) continue;
    const namesakes = byName.get(name);
    if (namesakes === undefined) byName.set(name, [person]);
    else if (namesakes.length < CANDIDATES_MAX) namesakes.push(person);
  }
  return mailbox.flatMap((m) => (byName.get(key(m)) ?? []).map((c) => ({ m, c, isUnique: false, doubt })));
}

function haveOtherNames(a: Person, b: Person): boolean {
  return a.family !== '' && b.family !== '' && a.family !== b.family && a.given !== '' && b.given !== '' && a.given !== b.given;
}

function haveOtherBirthdays(a: Person, b: Person): boolean {
  return a.birthYear !== undefined && b.birthYear !== undefined && a.birthYear !== b.birthYear;
}

/** "Z." and "Zoë Anna" fit "Zoë"; a blank fits everything. */
function fitsGiven(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}
