/**
 * Matching after the mailbox was changed: a record equal to the one that a pair had in the mailbox before is that pair's record. So the
 * people without an address, the tasks without a day and the events of one name find their own, where matching alone could only ask.
 */
import type { MatchKeys } from './match-keys.ts';
import type { Match, MatchInput } from './match.ts';

/** A pair of the mailbox before. */
export interface FormerPair {
  /** The CRM's record. */
  readonly c: string;
  /** `formerKey` of the record that the mailbox before had. */
  readonly key: string;
}

/** What makes two mailbox records equal for this purpose; '' for one that nothing is known of. */
export function formerKey({ emails, phones, family, given, company, birthYear, activity }: MatchKeys): string {
  if (activity) return activity.subject === '' ? '' : JSON.stringify([activity.subject, activity.time]);
  const known = [[...emails].sort(), [...phones].sort(), family, given, company];
  return known.every((one) => one.length === 0) ? '' : JSON.stringify([...known, birthYear ?? '']);
}

/**
 * Links the records that a former pair joins; all others are matched by `match`, which sees those as linked. Where several records of a
 * mailbox are equal, each gets one of their former counterparts: which one makes no difference to anybody.
 */
export function matchFormer(input: MatchInput, former: readonly FormerPair[], match: (input: MatchInput) => Match[]): Match[] {
  if (former.length === 0) return match(input);
  const pairs = pairsOf(input, former);
  const taken = new Set(pairs.values());
  const links = [...pairs].map(([m, c]): Match => ({ outcome: 'link', m, c, why: 'formerPair' }));
  const linked = (one: MatchKeys): MatchKeys => ({ ...one, isLinked: true });
  return [...links, ...match({
    ...input,
    mailbox: input.mailbox.map((one) => (pairs.has(one.id) ? linked(one) : one)),
    crm: input.crm.map((one) => (taken.has(one.id) ? linked(one) : one)),
  })];
}

function pairsOf({ mailbox, crm }: MatchInput, former: readonly FormerPair[]): ReadonlyMap<string, string> {
  const open = new Set(crm.flatMap((one) => (isOpen(one) && one.colleague === undefined ? [one.id] : [])));
  const counterparts = new Map<string, string[]>();
  for (const { c, key } of [...former].sort((a, b) => (a.c < b.c ? -1 : 1))) {
    if (key !== '' && open.has(c)) counterparts.set(key, [...counterparts.get(key) ?? [], c]);
  }
  const pairs = new Map<string, string>();
  const taken = new Set<string>();
  for (const one of [...mailbox].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    if (!isOpen(one) || pairs.has(one.id)) continue;
    const c = counterparts.get(formerKey(one))?.find((id) => !taken.has(id));
    if (c === undefined) continue;
    pairs.set(one.id, c);
    taken.add(c);
  }
  return pairs;
}

function isOpen({ isLinked, isPrivate, activity }: MatchKeys): boolean {
  return !isLinked && !isPrivate && activity?.heldBack === undefined;
}
