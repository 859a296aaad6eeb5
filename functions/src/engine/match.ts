/** First meeting: which records of the two sides are the same person. Order of the input never matters. */
import { assert } from './assert.ts';
import { bucketsOf, CANDIDATES_MAX, emailPairs, namePairs, phonePairs, sharedEmailPairs } from './match-pairs.ts';
import { isNoReply, isRoleAddress } from './role-addresses.ts';
import type { AskReason } from './link.ts';
import type { MatchKeys } from './match-keys.ts';
import type { Pair, Sides } from './match-pairs.ts';
import type { SideKey } from './record.ts';

export interface MatchInput {
  readonly mailbox: readonly MatchKeys[];
  /** Every record the user may READ that could be one of them, colleagues' included. */
  readonly crm: readonly MatchKeys[];
  /** Addresses of the user in normal form. */
  readonly ownAddresses?: readonly string[];
  /** Domains of the user's organization, lower case. */
  readonly internalDomains?: readonly string[];
  /** The admin's additions: whole addresses or local parts, in normal form. */
  readonly sharedAddresses?: readonly string[];
}

/** One outcome for every mailbox record and every CRM record of the user's own that is not linked yet. */
export type Match =
  | { readonly outcome: 'link'; readonly m: string; readonly c: string; readonly why: 'sameEmail' | 'samePhoneAndName' | 'sameTime' | 'formerPair' }
  /** The user is asked about mailbox record `m`; candidates are CRM ids, best first, at most ten. */
  | { readonly outcome: 'ask'; readonly m: string; readonly reason: AskReason; readonly candidates: readonly string[] }
  /** The CRM record is named in these mailbox records' questions: it waits for the answers, so that it is not made twice. */
  | { readonly outcome: 'wait'; readonly c: string; readonly on: readonly string[] }
  /** The person is known, but the CRM record belongs to somebody else: shown, never linked, never made again. */
  | { readonly outcome: 'colleague'; readonly m: string; readonly c: string; readonly owner: string }
  /** No counterpart: make one on the other side. `side` is where the record IS. */
  | { readonly outcome: 'create'; readonly side: SideKey; readonly id: string }
  | {
    readonly outcome: 'skip'; readonly side: SideKey; readonly id: string;
    readonly reason: 'private' | 'noReply' | 'ownAddress' | 'alsoContact' | 'outside' | 'closed';
  };

/**
 * Matches what is not linked yet, in three steps of falling certainty; each step sees only what the earlier ones left open.
 * Whatever is not beyond doubt is asked about, and a record named in a question is neither linked nor made meanwhile.
 */
export function matchRecords(input: MatchInput): Match[] {
  const alsoShared = new Set(input.sharedAddresses);
  const isShared = (email: string): boolean => isRoleAddress(email, alsoShared);
  const all: Sides = { m: distinct(input.mailbox), c: distinct(input.crm) };
  const eclipsed = eclipsedIn(all, isShared);
  const sides: Sides = { m: all.m, c: all.c.filter(({ id }) => !eclipsed.has(id)) };
  const emails = bucketsOf(sides, (person) => person.emails);
  const phones = bucketsOf(sides, (person) => person.phones);
  const findings: Findings = { linked: new Map(), taken: new Set(), asked: new Map(), disputed: { m: new Set(), c: new Set() } };

  decide(emailPairs(emails, isShared), 'sameEmail', findings);
  ask(sharedEmailPairs(emails, isShared), findings);
  const phoneHits = phonePairs(phones);
  decide(phoneHits.filter((pair) => pair.isUnique), 'samePhoneAndName', findings);
  ask(phoneHits.filter((pair) => !pair.isUnique), findings);
  ask(namePairs(sides), findings);

  const left = [...eclipsed].map((id): Match => ({ outcome: 'skip', side: 'c', id, reason: 'alsoContact' }));
  const matches = [...mailboxOutcomes(sides.m, findings, input), ...crmOutcomes(sides.c, findings, input), ...left];
  assertEachOnce(matches);
  return matches;
}

type Person = MatchKeys;

/** Prospects who are a contact of the CRM already, or whose address stands on a card that is linked to one: the contact is meant. */
function eclipsedIn({ m, c }: Sides, isShared: (email: string) => boolean): ReadonlySet<string> {
  const known = new Set([...c.filter(({ isProspect }) => !isProspect), ...m.filter(({ isLinked }) => isLinked)].flatMap(({ emails }) => emails));
  const isKnown = ({ emails }: Person): boolean => emails.some((email) => known.has(email) && !isShared(email));
  return new Set(c.filter((one) => one.isProspect && !one.isLinked && one.colleague === undefined && isKnown(one)).map(({ id }) => id));
}

interface Findings {
  /** Mailbox id -> its CRM counterpart. */
  readonly linked: Map<string, Pair & { readonly why: 'sameEmail' | 'samePhoneAndName' }>;
  /** CRM ids that have a counterpart now. */
  readonly taken: Set<string>;
  /** Mailbox id -> pairs to ask about by CRM id, most certain first. */
  readonly asked: Map<string, Map<string, Pair>>;
  /** Ids named in a question so far. */
  readonly disputed: Readonly<Record<SideKey, Set<string>>>;
}

function mailboxOutcomes(people: readonly Person[], findings: Findings, input: MatchInput): Match[] {
  return people.filter((person) => !person.isLinked).map((person): Match => {
    if (person.isPrivate) return { outcome: 'skip', side: 'm', id: person.id, reason: 'private' };
    const pair = findings.linked.get(person.id);
    if (pair?.c.colleague !== undefined) return { outcome: 'colleague', m: person.id, c: pair.c.id, owner: pair.c.colleague };
    if (pair !== undefined) return { outcome: 'link', m: person.id, c: pair.c.id, why: pair.why };
    const asked = [...(findings.asked.get(person.id)?.values() ?? [])];
    const best = asked[0];
    return best === undefined ? alone('m', person, input) : question(person, best, asked);
  });
}

function question(person: Person, best: Pair, asked: readonly Pair[]): Match {
  const reason = best.doubt ?? 'severalCandidates';
  // Several records of colleagues, and no doubt about the person: nothing the user could decide.
  if (best.c.colleague !== undefined && reason === 'severalCandidates' && asked.every((pair) => pair.c.colleague !== undefined)) {
    return { outcome: 'colleague', m: person.id, c: best.c.id, owner: best.c.colleague };
  }
  return { outcome: 'ask', m: person.id, reason, candidates: asked.slice(0, CANDIDATES_MAX).map((pair) => pair.c.id) };
}

function crmOutcomes(people: readonly Person[], findings: Findings, input: MatchInput): Match[] {
  const askedBy = new Map<string, string[]>();
  for (const [m, pairs] of findings.asked) {
    for (const c of pairs.keys()) {
      const askers = askedBy.get(c);
      if (askers === undefined) askedBy.set(c, [m]);
      else askers.push(m);
    }
  }
  const own = people.filter((person) => !person.isLinked && person.colleague === undefined && !findings.taken.has(person.id));
  return own.map((person): Match => {
    if (person.isPrivate) return { outcome: 'skip', side: 'c', id: person.id, reason: 'private' };
    const on = askedBy.get(person.id);
    return on === undefined ? alone('c', person, input) : { outcome: 'wait', c: person.id, on: on.sort() };
  });
}

/** A record without counterpart is made on the other side, unless it is the user's own card, a colleague's, or a machine's. */
function alone(side: SideKey, person: Person, input: MatchInput): Match {
  const [main] = person.emails;
  if (main !== undefined && person.emails.every(isNoReply)) return { outcome: 'skip', side, id: person.id, reason: 'noReply' };
  const isOwn = main !== undefined && (input.ownAddresses?.includes(main) || input.internalDomains?.includes(main.replace(/^.*@/s, '')));
  return isOwn ? { outcome: 'skip', side, id: person.id, reason: 'ownAddress' } : { outcome: 'create', side, id: person.id };
}

function assertEachOnce(matches: readonly Match[]): void {
  const seen = { m: new Set<string>(), c: new Set<string>() };
  const once = (side: SideKey, id: string): void => {
    assert(!seen[side].has(id), `record ${id} of side ${side} takes part in one outcome only`);
    seen[side].add(id);
  };
  for (const match of matches) {
    if ('side' in match) once(match.side, match.id);
    else if (match.outcome === 'wait') once('c', match.c);
    else once('m', match.m);
    if (match.outcome === 'link') once('c', match.c);
  }
}

/** Private records take no part at all; the same id given twice counts once; sorted, so that no order can show through. */
function distinct(people: readonly Person[]): readonly Person[] {
  const byId = new Map<string, Person>();
  for (const person of people) {
    const known = byId.get(person.id);
    if (known === undefined || known.version < person.version) byId.set(person.id, person);
  }
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Links each pair that is the only one for both its records and beyond doubt; all others become questions. */
function decide(pairs: readonly Pair[], why: 'sameEmail' | 'samePhoneAndName', findings: Findings): void {
  const open = new Map(pairs.filter((pair) => isOpen(pair, findings)).map((pair) => [`${pair.m.id}\n${pair.c.id}`, pair]));
  const count = { m: new Map<string, number>(), c: new Map<string, number>() };
  for (const { m, c } of open.values()) {
    count.m.set(m.id, (count.m.get(m.id) ?? 0) + 1);
    count.c.set(c.id, (count.c.get(c.id) ?? 0) + 1);
  }
  const unsure: Pair[] = [];
  for (const pair of open.values()) {
    const isOnly = count.m.get(pair.m.id) === 1 && count.c.get(pair.c.id) === 1;
    const isDisputed = findings.disputed.m.has(pair.m.id) || findings.disputed.c.has(pair.c.id);
    if (!isOnly || isDisputed || pair.doubt !== undefined) unsure.push(pair);
    else {
      findings.linked.set(pair.m.id, { ...pair, why });
      findings.taken.add(pair.c.id);
    }
  }
  ask(unsure, findings);
}

function ask(pairs: readonly Pair[], findings: Findings): void {
  // The user's own records come first: only they can be linked.
  const rank = ({ c, doubt }: Pair): string => `${c.colleague === undefined ? 0 : 1}${c.id}\n${doubt ?? ''}`;
  const ordered = [...pairs].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  for (const pair of ordered) {
    if (!isOpen(pair, findings)) continue;
    const known = findings.asked.get(pair.m.id) ?? new Map<string, Pair>();
    if (!known.has(pair.c.id)) known.set(pair.c.id, pair);
    findings.asked.set(pair.m.id, known);
    findings.disputed.m.add(pair.m.id);
    findings.disputed.c.add(pair.c.id);
  }
}

function isOpen({ m, c }: Pair, findings: Findings): boolean {
  return !m.isLinked && !c.isLinked && !findings.linked.has(m.id) && !findings.taken.has(c.id);
}
