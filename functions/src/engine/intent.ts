/** What became of a write whose outcome is unknown: found, waited for, or given up (rules R9 and R10). */
import { FIELDS, pick } from './fields.ts';
import { isEmpty, isLesser, membersOf, sameValue } from './forms.ts';
import type { Holds } from './fields.ts';
import type { Forms } from './forms.ts';
import type { FieldChange, Intent, Shadows } from './link.ts';
import type { Action } from './plan.ts';
import type { FieldName, Fields, FieldsDraft, FieldValue, Instant, Kind, Seen, SideKey } from './record.ts';

export type CreateIntent = Extract<Intent, { op: 'create' }>;
export type DeleteIntent = Extract<Intent, { op: 'delete' }>;
export type UpdateIntent = Extract<Intent, { op: 'update' }>;

type Writing = Extract<Action, { do: 'patch' | 'link' | 'create' | 'delete' | 'remake' }>;

/**
 * The intent to store before an action writes; undefined when it writes nothing. For `link`, store the link as
 * settleLink(..., {}, ...) in the same batch: a fill of unknown outcome is then resolved like any other update.
 */
export function intentOf(action: Writing, now: Instant, epoch: number): Intent | undefined {
  if (action.do === 'delete') {
    const { side, record, why } = action;
    return { op: 'delete', side, id: record.id, before: record.fields, why, startedAt: now, epoch };
  }
  if (action.do === 'remake') {
    return { op: 'create', side: action.side, payload: action.fields, source: { id: '', version: '' }, isAlone: true, startedAt: now, epoch };
  }
  if (action.do === 'create') {
    const { side, source, fields, fills } = action;
    return { op: 'create', side, payload: fields, fills, source: { id: source.id, version: source.version }, startedAt: now, epoch };
  }
  const { m, c, patchM, patchC } = action;
  const [toM, toC] = [Object.keys(patchM) as FieldName[], Object.keys(patchC) as FieldName[]];
  if (toM.length === 0 && toC.length === 0) return undefined;
  const before = { m: pick(m.fields, toM), c: pick(c.fields, toC) };
  const base = { m: pick(c.fields, toM), c: pick(m.fields, toC) };
  return { op: 'update', patch: { m: patchM, c: patchC }, before, base, basedOn: { m: m.version, c: c.version }, startedAt: now, epoch };
}

/**
 * R10: an unresolved update whose value is found on the target is common ground of both shadows, not an edit. Otherwise our
 * own write would pose as the target's edit and beat a newer one. Returns the very same object when nothing is folded.
 */
export function foldIntent(
  shadow: Shadows, intent: UpdateIntent, records: Readonly<Record<SideKey, Seen | undefined>>, forms: Forms,
): Shadows {
  const folded: Record<SideKey, FieldsDraft> = { m: { ...shadow.m }, c: { ...shadow.c } };
  let isFolded = false;
  for (const target of ['m', 'c'] as const) {
    const source = target === 'm' ? 'c' : 'm';
    const [patch, record] = [intent.patch[target] ?? {}, records[target]];
    for (const field of Object.keys(patch) as FieldName[]) {
      const [meant, found] = [patch[field], record?.fields[field]];
      if (meant === undefined || found === undefined) continue;
      const before = intent.before[target]?.[field] ?? null;
      const base = intent.base[target]?.[field];
      const isOurs = hasLanded(field, target, intent, record, forms);
      const isSet = FIELDS[field].merge === 'set';
      // A first meeting's fill has no shadow yet: what else stands there now was written over the blank that was read, so it is an edit.
      const isOvertaken = !isOurs && shadow[target][field] === undefined && !sameValue(field, found, before, forms);
      if (!isOurs && !isOvertaken) continue;
      isFolded = true;
      if (isOvertaken) {
        folded[target][field] = before;
        // Members of a set that may not have arrived must still travel.
        if (base !== undefined) folded[source][field] = isSet ? null : base;
      } else if (isSet) {
        // Only what we added and removed is agreed; what the target adds on its own is still to travel.
        const [own, theirs] = [folded[target][field], folded[source][field]];
        folded[target][field] = withChange(field, own === undefined ? before : own, before, meant, forms);
        if (base !== undefined) folded[source][field] = withChange(field, theirs === undefined ? base : theirs, before, meant, forms);
      } else {
        folded[target][field] = found;
        if (base !== undefined) folded[source][field] = base;
      }
    }
  }
  return isFolded ? folded : shadow;
}

/**
 * Which side's value is the newer one, whatever the stamps say, in fields that an unresolved update was to carry. Somebody wrote on the
 * target after both sides had been read, while the source kept its value: the target's, since he may have written over the very value
 * that we carried there, and it must not come back. The target still shows what had been read: the source's, as was decided then.
 */
export function newerSides(
  intent: UpdateIntent, records: Readonly<Record<SideKey, Seen | undefined>>, forms: Forms,
): ReadonlyMap<FieldName, SideKey> {
  const newer = new Map<FieldName, SideKey>();
  for (const target of ['m', 'c'] as const) {
    const source = target === 'm' ? 'c' : 'm';
    for (const [name, meant] of Object.entries(intent.patch[target] ?? {})) {
      const field = name as FieldName;
      const [found, base, still] = [records[target]?.fields[field], intent.base[target]?.[field], records[source]?.fields[field]];
      if (found === undefined || base === undefined || still === undefined) continue;
      const [isOurs, isAsRead] = [meant, intent.before[target]?.[field] ?? null].map((value) => sameValue(field, found, value, forms));
      if (!isOurs && isAsRead) newer.set(field, source);
      else if (!isOurs && sameValue(field, still, base, forms)) newer.set(field, target);
    }
  }
  return newer;
}

/** What an unresolved update wrote, as far as it is found on the target: the log must tell of it, so that it can be undone. */
export function landedChanges(
  intent: UpdateIntent, records: Readonly<Record<SideKey, Seen | undefined>>, forms: Forms,
): Readonly<Record<SideKey, readonly FieldChange[]>> {
  const changesOn = (target: SideKey): FieldChange[] => (Object.keys(intent.patch[target] ?? {}) as FieldName[])
    .filter((field) => hasLanded(field, target, intent, records[target], forms))
    .map((field) => ({ field, before: intent.before[target]?.[field] ?? null, after: records[target]?.fields[field] ?? null }));
  return { m: changesOn('m'), c: changesOn('c') };
}

function hasLanded(field: FieldName, target: SideKey, intent: UpdateIntent, record: Seen | undefined, forms: Forms): boolean {
  const [meant, found] = [intent.patch[target]?.[field], record?.fields[field]];
  if (record === undefined || meant === undefined || found === undefined) return false;
  // A cut text is ours only if the record moved on and no longer shows what stood there before.
  const isMoved = record.version !== intent.basedOn[target] && !sameValue(field, found, intent.before[target]?.[field] ?? null, forms);
  return sameValue(field, found, meant, forms) || (isMoved && isLesser(field, found, meant, forms));
}

/** The members of `start`, plus what `after` has beyond `before`, less what it no longer has. */
function withChange(
  field: FieldName, start: FieldValue | null, before: FieldValue | null, after: FieldValue | null, forms: Forms,
): string[] {
  const [was, is] = [membersOf(field, before, forms), membersOf(field, after, forms)];
  const members = new Map(membersOf(field, start, forms));
  for (const form of was.keys()) if (!is.has(form)) members.delete(form);
  for (const [form, raw] of is) if (!was.has(form)) members.set(form, raw);
  return [...members.values()];
}

export type Resolution =
  /** It was made: settleAdopt (R9) and keep the todo. */
  | { readonly outcome: 'adopt'; readonly record: Seen }
  | { readonly outcome: 'ask'; readonly reason: 'severalOwnCreations'; readonly candidates: readonly string[] }
  /** Not found, but the call may still land. */
  | { readonly outcome: 'wait'; readonly until: Instant }
  /** It was never made: drop the intent and plan afresh. */
  | { readonly outcome: 'create' };

/** A call that has not landed by then never will; searches lag by less. */
export const CREATION_YOUNG_MS = 10 * 60_000;

/**
 * What became of a creation. Shape of `recall` as in ports/side.ts; `found` must leave out records that are linked already.
 * Found by key, a record is ours beyond doubt. Without keys it is ours when its key fields are equal: one is adopted, several
 * are asked about. Nothing found means wait while the call is young, and that it was never made afterwards.
 */
export function resolveCreation(
  intent: CreateIntent, recall: { readonly found: readonly Seen[]; readonly isByKey: boolean }, forms: Forms, now: Instant,
): Resolution {
  const ours = recall.isByKey ? [...recall.found].sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0))
    : recall.found.filter((record) => hasKeyFields(record, intent.payload, forms));
  const [only] = ours;
  // Who copies a record copies its key: the oldest is the one that was made.
  if (only !== undefined && (recall.isByKey || ours.length === 1)) return { outcome: 'adopt', record: only };
  if (only !== undefined) {
    return { outcome: 'ask', reason: 'severalOwnCreations', candidates: ours.map((record) => record.id).sort() };
  }
  const until = intent.startedAt + CREATION_YOUNG_MS;
  if (now <= until) return { outcome: 'wait', until };
  // Somebody may have edited a key field since: then only a person can tell, and a second record would be worse than a question.
  const similar = recall.isByKey ? [] : recall.found.filter((record) => mayBeMadeBy(intent, record, forms));
  return similar.length === 0 ? { outcome: 'create' }
    : { outcome: 'ask', reason: 'severalOwnCreations', candidates: similar.map((record) => record.id).sort().slice(0, CANDIDATES_MAX) };
}

const CANDIDATES_MAX = 10;

/**
 * True when a record without a key could be what this creation made: born while the call could land, and still alike in a field
 * that few share, or in half of what was written. A given name alone is shared by strangers: a question would hold both of them up.
 */
export function mayBeMadeBy(intent: CreateIntent, record: Seen, forms: Forms): boolean {
  const bornAt = record.createdAt ?? intent.startedAt;
  if (record.linkKey !== undefined || bornAt < intent.startedAt || bornAt > intent.startedAt + CREATION_YOUNG_MS) return false;
  const written = (Object.keys(intent.payload) as FieldName[])
    .filter((field) => !isEmpty(intent.payload[field] ?? null) && record.fields[field] !== undefined);
  // A record of somebody else may be malformed: what has another shape than what was written is not alike, and no reason to stop.
  const alike = written.filter((field) => {
    const [found, meant] = [record.fields[field] ?? null, intent.payload[field] ?? null];
    return isShapedAlike(found, meant) && (sameValue(field, found, meant, forms) || isLesser(field, found, meant, forms));
  });
  return KEY_FIELDS[record.kind].some((field) => alike.includes(field) && (field !== 'givenName' || alike.length * 2 >= written.length));
}

function isShapedAlike(found: FieldValue | null | undefined, written: FieldValue | null | undefined): boolean {
  return typeof found === typeof written && Array.isArray(found) === Array.isArray(written);
}

/** By these a record is known again; the target may have cut a name, and what it does not show cannot speak against it. */
const KEY_FIELDS: Readonly<Record<Kind, readonly FieldName[]>> = {
  contact: ['familyName', 'givenName', 'primaryEmail', 'phones.mobile'], event: ['subject', 'when'], task: ['subject', 'dueDate'],
};

function hasKeyFields(record: Seen, payload: Fields, forms: Forms): boolean {
  return KEY_FIELDS[record.kind].every((field) => {
    const [found, meant] = [record.fields[field], payload[field] ?? null];
    return found === undefined || sameValue(field, found, meant, forms) || isLesser(field, found, meant, forms);
  });
}

/**
 * R9: the shadows of a creation that was found again. Both are the frozen payload, so that edits made since travel from it;
 * but what the target shows cut or blank is what it could not hold, not an edit, and must not travel back.
 */
export function shadowsOfCreation(
  intent: CreateIntent, record: Seen, holds: Holds, forms: Forms,
): Shadows {
  const source = intent.side === 'm' ? 'c' : 'm';
  const shadow: Record<SideKey, FieldsDraft> = { m: {}, c: {} };
  for (const field of Object.keys(FIELDS) as FieldName[]) {
    const payload = intent.payload[field] ?? null;
    const found = record.fields[field];
    if (holds[source].has(field)) shadow[source][field] = intent.fills?.includes(field) ? null : payload;
    if (!holds[intent.side].has(field)) continue;
    const isHeldLess = found !== undefined && (isEmpty(found) || isLesser(field, found, payload, forms));
    shadow[intent.side][field] = isHeldLess ? found : payload;
  }
  return shadow;
}
