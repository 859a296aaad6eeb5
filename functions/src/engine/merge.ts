/** Three-way merge per field: each side is compared with its OWN shadow, and only what changed travels. */
import { assert } from './assert.ts';
import { requiredFill } from './birth.ts';
import { mayTravel, specOf } from './fields.ts';
import { ADDRESS_PARTS, isAddress, isCut, isEmpty, memberForm, membersOf, partForm, sameValue, shown } from './forms.ts';
import type { Holds, Rules } from './fields.ts';
import type { Forms } from './forms.ts';
import type { Address, FieldName, Fields, FieldsDraft, FieldValue, Instant, SideKey } from './record.ts';

export interface Meeting {
  readonly shadow: Readonly<Record<SideKey, Fields>>;
  readonly m: Fields;
  readonly c: Fields;
  readonly rules: Rules;
  readonly forms: Forms;
  /** Server stamps of the two records, in milliseconds; undefined where a side has none. */
  readonly mStamp: Instant | undefined;
  readonly cStamp: Instant | undefined;
  readonly holds: Holds;
  /** Where it is known by other means than stamps which side's value is the newer one. */
  readonly newer?: ReadonlyMap<FieldName, SideKey>;
}

/** A value that lost against the other side's edit; it is overwritten, so it must be journaled and shown. */
export interface Loser {
  readonly field: FieldName;
  /** The side whose value lost. */
  readonly side: SideKey;
  readonly value: FieldValue | null;
  readonly why: 'newerWins' | 'sideWins';
}

export interface Merged {
  /** What to write to the mailbox, raw. */
  readonly patchM: Fields;
  /** What to write to the CRM, raw. */
  readonly patchC: Fields;
  readonly losers: readonly Loser[];
}

interface Drafts { readonly m: FieldsDraft; readonly c: FieldsDraft; readonly losers: Loser[] }

/** Patches for both sides; applying them and merging again yields nothing. */
export function merge(meeting: Meeting): Merged {
  const drafts: Drafts = { m: {}, c: {}, losers: [] };
  for (const field of Object.keys(meeting.rules.fields) as FieldName[]) mergeField(field, meeting, drafts);
  keepReplacedAddress('m', meeting, drafts);
  keepReplacedAddress('c', meeting, drafts);
  for (const side of ['m', 'c'] as const) {
    for (const field in drafts[side]) {
      assert(meeting.holds[side].has(field as FieldName), `a patch writes only what side ${side} holds, not ${field}`);
    }
  }
  return { patchM: drafts.m, patchC: drafts.c, losers: drafts.losers };
}

/** True when a field lies on both sides, yet one look was silent about it: nothing may be decided, its shadows stay. */
export function isUndecided(field: FieldName, m: Fields, c: Fields, holds: Holds, forms: Forms): boolean {
  if (!holds.m.has(field) || !holds.c.has(field)) return false;
  return shown(field, m, forms) === undefined || shown(field, c, forms) === undefined;
}

function mergeField(field: FieldName, meeting: Meeting, drafts: Drafts): void {
  const { shadow, rules, forms, holds } = meeting;
  const m = shown(field, meeting.m, forms);
  const c = shown(field, meeting.c, forms);
  if (m === undefined || c === undefined || !holds.m.has(field) || !holds.c.has(field)) return;
  const [shadowM, shadowC] = [shadow.m[field], shadow.c[field]];
  if (shadowM === undefined || shadowC === undefined) {
    // The field is new to this link (a side began to hold it): first contact, blanks are filled and nothing is overwritten.
    if (m === null || c === null) write(field, m === null ? 'm' : 'c', m ?? c, meeting, drafts);
    return;
  }
  const isChanged = { m: !sameValue(field, shadowM, m, forms), c: !sameValue(field, shadowC, c, forms) };
  if ((!isChanged.m && !isChanged.c) || sameValue(field, m, c, forms)) return;
  if (specOf(field, rules).merge === 'set') {
    writeMembers(field, 'c', meeting, drafts);
    writeMembers(field, 'm', meeting, drafts);
  } else if (isChanged.m && isChanged.c) {
    const { winner, why } = winnerOf(field, meeting);
    const loser = winner === 'm' ? 'c' : 'm';
    if (!mayTravel(field, loser, rules)) return;
    drafts.losers.push({ field, side: loser, value: loser === 'm' ? m : c, why });
    write(field, loser, winner === 'm' ? m : c, meeting, drafts);
  } else {
    write(field, isChanged.m ? 'c' : 'm', isChanged.m ? m : c, meeting, drafts);
  }
}

/** Stamps of two servers are from two clocks: nearer than this they tell nothing. */
const STAMPS_APART_MS = 120_000;

function winnerOf(field: FieldName, meeting: Meeting): { readonly winner: SideKey; readonly why: Loser['why'] } {
  const { wins } = specOf(field, meeting.rules);
  const { mStamp, cStamp } = meeting;
  if (wins !== 'new') return { winner: wins === 'mbx' ? 'm' : 'c', why: 'sideWins' };
  const known = meeting.newer?.get(field);
  if (known) return { winner: known, why: 'newerWins' };
  if (mStamp === undefined || cStamp === undefined || Math.abs(mStamp - cStamp) < STAMPS_APART_MS) return { winner: 'c', why: 'sideWins' };
  return { winner: mStamp > cStamp ? 'm' : 'c', why: 'newerWins' };
}

function write(field: FieldName, target: SideKey, value: FieldValue | null, meeting: Meeting, drafts: Drafts): void {
  if (value === null && meeting[target][field] === null) return;
  if (!mayTravel(field, target, meeting.rules)) return;
  if (isEmpty(value) && target === 'c' && specOf(field, meeting.rules).isRequiredByCrm) {
    // Cleared in the mailbox, yet the CRM refuses a blank: the fill stands there instead, and never travels back.
    const fill = requiredFill(meeting.m);
    if (fill !== undefined) drafts.c[field] = fill;
    return;
  }
  drafts[target][field] = value !== null && isAddress(value) ? withLongerParts(field, target, value, meeting) : value;
}

/** An address travels whole. Only a part the source merely holds cut, untouched since, keeps the target's longer text. */
function withLongerParts(field: FieldName, target: SideKey, value: Address, meeting: Meeting): Address {
  const current = meeting[target][field] ?? {};
  const before = meeting.shadow[target === 'm' ? 'c' : 'm'][field] ?? {};
  if (!isAddress(current) || !isAddress(before)) return value;
  const address: { -readonly [Part in keyof Address]: Address[Part] } = { ...value };
  for (const part of ADDRESS_PARTS) {
    const [mine, theirs] = [partForm(part, value[part]), partForm(part, current[part])];
    const longer = current[part];
    if (longer !== undefined && isCut(mine, theirs) && mine === partForm(part, before[part])) address[part] = longer;
  }
  return address;
}

/** Adds to the target what the source added, takes away what it removed; an addition beats a removal of the same member. */
function writeMembers(field: FieldName, target: SideKey, meeting: Meeting, drafts: Drafts): void {
  if (!mayTravel(field, target, meeting.rules)) return;
  const source = target === 'm' ? 'c' : 'm';
  const members = (fields: Fields): Map<string, string> => membersOf(field, fields[field] ?? null, meeting.forms);
  const [now, before] = [members(meeting[target]), members(meeting.shadow[target])];
  const [theirs, theirsBefore] = [members(meeting[source]), members(meeting.shadow[source])];
  const isRemoved = (form: string): boolean => theirsBefore.has(form) && !theirs.has(form) && before.has(form);
  const kept = [...now].filter(([form]) => !isRemoved(form));
  // What is the target's main address already is not added once more.
  const main = drafts[target].primaryEmail ?? meeting[target].primaryEmail;
  const mainForm = field === 'otherEmails' && typeof main === 'string' ? memberForm(field, main, meeting.forms) : '';
  const added = [...theirs].filter(([form]) => !theirsBefore.has(form) && !now.has(form) && form !== mainForm);
  if (kept.length === now.size && added.length === 0) return;
  drafts[target][field] = [...kept, ...added].map(([, raw]) => raw);
}

/**
 * The main address and the others are roles, not positions. When a side's main address becomes one of its others, the two
 * swap, so the replaced address is not lost on a side whose counterpart holds only one address.
 */
function keepReplacedAddress(target: SideKey, meeting: Meeting, drafts: Drafts): void {
  const { forms, holds } = meeting;
  const draft = drafts[target];
  const main = draft.primaryEmail;
  if (typeof main !== 'string' || !holds[target].has('otherEmails') || meeting[target].otherEmails === undefined) return;
  const others = [...membersOf('otherEmails', draft.otherEmails ?? meeting[target].otherEmails, forms)];
  const mainForm = memberForm('primaryEmail', main, forms);
  if (!others.some(([form]) => form === mainForm)) return;
  const replaced = shown('primaryEmail', meeting[target], forms);
  const replacedForm = typeof replaced === 'string' ? memberForm('primaryEmail', replaced, forms) : '';
  // A source that holds other addresses itself has said which of them stay.
  const source = target === 'm' ? 'c' : 'm';
  const isKept = replacedForm !== '' && !holds[source].has('otherEmails') && !others.some(([form]) => form === replacedForm);
  const instead = isKept && typeof replaced === 'string' ? [replaced] : [];
  draft.otherEmails = others.flatMap(([form, raw]) => (form === mainForm ? instead : [raw]));
}
