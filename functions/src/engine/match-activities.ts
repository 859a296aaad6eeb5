/** First meeting of events and tasks: equal subject and time link, an equal subject alone is a question. Order of the input never matters. */
import { CANDIDATES_MAX } from './match-pairs.ts';
import type { MatchKeys } from './match-keys.ts';
import type { Match, MatchInput } from './match.ts';

/** The same outcomes as for people, so that everything behind matching is one. Records without a subject are no one's counterpart. */
export function matchActivities({ mailbox, crm }: MatchInput): Match[] {
  const open = { m: sorted(mailbox), c: sorted(crm) };
  const linked = certainPairs(open.m, open.c);
  const taken = new Set([...linked.values()].map(({ id }) => id));
  const asked = new Map<string, readonly MatchKeys[]>();
  const askedBy = new Map<string, string[]>();
  const bySubject = grouped(open.c.filter((one) => isCandidate(one) && !taken.has(one.id)), looseKey);
  for (const one of open.m) {
    if (!isCandidate(one) || linked.has(one.id)) continue;
    const candidates = (bySubject.get(looseKey(one)) ?? []).slice(0, CANDIDATES_MAX);
    if (candidates.length === 0) continue;
    asked.set(one.id, candidates);
    for (const { id } of candidates) askedBy.set(id, [...askedBy.get(id) ?? [], one.id]);
  }
  return [
    ...open.m.filter(({ isLinked }) => !isLinked).map((one) => mailboxOutcome(one, linked.get(one.id), asked.get(one.id))),
    ...open.c.filter((one) => !one.isLinked && one.colleague === undefined && !taken.has(one.id)).map((one) => crmOutcome(one, askedBy.get(one.id))),
  ];
}

function mailboxOutcome(one: MatchKeys, counterpart: MatchKeys | undefined, candidates: readonly MatchKeys[] | undefined): Match {
  const held = heldBack(one);
  if (held) return { outcome: 'skip', side: 'm', id: one.id, reason: held };
  if (counterpart?.colleague !== undefined) return { outcome: 'colleague', m: one.id, c: counterpart.id, owner: counterpart.colleague };
  if (counterpart) return { outcome: 'link', m: one.id, c: counterpart.id, why: 'sameTime' };
  if (candidates) return { outcome: 'ask', m: one.id, reason: 'sameSubject', candidates: candidates.map(({ id }) => id) };
  return { outcome: 'create', side: 'm', id: one.id };
}

function crmOutcome(one: MatchKeys, on: readonly string[] | undefined): Match {
  const held = heldBack(one);
  if (held) return { outcome: 'skip', side: 'c', id: one.id, reason: held };
  return on ? { outcome: 'wait', c: one.id, on: [...on].sort() } : { outcome: 'create', side: 'c', id: one.id };
}

function heldBack(one: MatchKeys): 'private' | 'outside' | 'closed' | undefined {
  if (one.isPrivate) return 'private';
  return one.activity?.heldBack;
}

/** Subject and time borne by exactly one record of each side. */
function certainPairs(mailbox: readonly MatchKeys[], crm: readonly MatchKeys[]): Map<string, MatchKeys> {
  const [m, c] = [grouped(mailbox.filter(isCandidate), exactKey), grouped(crm.filter(isCandidate), exactKey)];
  const pairs = new Map<string, MatchKeys>();
  for (const [key, [one, ...more]] of m) {
    const [other, ...others] = c.get(key) ?? [];
    if (key !== '' && one && other && more.length + others.length === 0) pairs.set(one.id, other);
  }
  return pairs;
}

function isCandidate(one: MatchKeys): boolean {
  return !one.isLinked && heldBack(one) === undefined && one.activity !== undefined && one.activity.subject !== '';
}

function exactKey({ activity }: MatchKeys): string {
  return activity && activity.time !== '' ? `${activity.subject}\n${activity.time}` : '';
}

/** Events of one day, tasks whatever their day. */
function looseKey({ activity }: MatchKeys): string {
  return `${activity?.subject ?? ''}\n${activity?.day ?? ''}`;
}

function grouped(records: readonly MatchKeys[], key: (one: MatchKeys) => string): Map<string, MatchKeys[]> {
  const groups = new Map<string, MatchKeys[]>();
  for (const one of records) groups.set(key(one), [...groups.get(key(one)) ?? [], one]);
  return groups;
}

/** The same id given twice counts once; sorted, so that no order can show through. */
function sorted(records: readonly MatchKeys[]): readonly MatchKeys[] {
  return [...new Map(records.map((one) => [one.id, one])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
