/** The result of an action -> the next link and the journal. Records what was decided, never what is seen later (R2). */
import { assert } from './assert.ts';
import { FIELDS, pick } from './fields.ts';
import { isEmpty, sameValue } from './forms.ts';
import { shadowsOfCreation } from './intent.ts';
import { isUndecided } from './merge.ts';
import { changedFields } from './observe.ts';
import { turnsAfter } from './oscillation.ts';
import type { Holds } from './fields.ts';
import type { Forms } from './forms.ts';
import type { CreateIntent, DeleteIntent } from './intent.ts';
import type { CarryNote, FieldChange, JournalEntry, Link, LinkId, Shadows, Why } from './link.ts';
import type { Loser } from './merge.ts';
import type { Turns } from './oscillation.ts';
import type { Action } from './plan.ts';
import type { FieldName, Fields, FieldsDraft, Instant, Kind, Seen, SideKey } from './record.ts';

/** The good half of a WriteResult. */
export interface Written {
  readonly id: string;
  readonly version: string;
  readonly written: Fields;
  readonly notes: readonly CarryNote[];
}

/** Only writes that succeeded; a patch without a result keeps its fields dirty on both sides. */
export interface Results {
  readonly m?: Written;
  readonly c?: Written;
}

export interface Settled {
  readonly link: Link;
  readonly journal: readonly JournalEntry[];
  /** What becomes of the todo: deleted; kept because something is not settled; or kept for one later look (R11). */
  readonly todo: 'done' | 'again' | 'confirm';
}

export interface Stamp {
  readonly holds: Holds;
  readonly forms: Forms;
  readonly now: Instant;
  readonly epoch: number;
}

/** After a patch: the values the plan was based on plus our patch as the servers echoed it. */
export function settleUpdate(link: Link, action: Extract<Action, { do: 'patch' }>, results: Results, stamp: Stamp): Settled {
  assert(link.status === 'live', `${link.id} is live`);
  const shadow = action.foldedShadow ?? link.shadow;
  const outcome = agree(link.id, link.kind, shadow, action, results, stamp);
  const changed = { m: changedFields(shadow.m, action.m.fields, stamp.forms), c: changedFields(shadow.c, action.c.fields, stamp.forms) };
  const fromCrm = pick(action.c.fields, changed.c);
  const left = [
    ...notHeld(pick(action.m.fields, changed.m), stamp.holds.c),
    ...(action.m.meeting ? notHeld(fromCrm, NOTHING, 'guests') : notHeld(fromCrm, stamp.holds.m)),
  ];
  const journal = [...changesOf('m', link, action, results, action.losers), ...changesOf('c', link, action, results, action.losers)];
  // With something to write, the fold was stored and told of together with the new intent.
  if (Object.keys(action.patchM).length === 0 && Object.keys(action.patchC).length === 0) journal.push(...landedEntries(link, action));
  if (action.frozen) journal.push(frozenEntry(link, action, action.frozen));
  if (left.length > 0) journal.push({ linkId: link.id, kind: link.kind, action: 'skip', why: 'changedHere', fields: [], notes: left });
  const turns = turnsOf(link, action, results, stamp);
  return { ...outcome, link: { ...outcome.link, ...(Object.keys(turns).length > 0 ? { turns } : {}) }, journal };
}

/** A mailbox record that is to stay without a counterpart. */
export function settleApart(linkId: LinkId, { kind, id, version, fields }: Seen, journal: readonly JournalEntry[], { holds, now, epoch }: Stamp): Settled {
  const shadow = { m: pick(fields, [...holds.m]), c: {} };
  return { link: { id: linkId, kind, m: { id, version }, shadow, status: 'unlinked', agreedAt: now, epoch }, journal, todo: 'done' };
}

/** R10: what an update of unknown outcome turned out to have written, with its before-images. */
export function landedEntries(link: Pick<Link, 'id' | 'kind'>, { landed }: Pick<Extract<Action, { do: 'patch' }>, 'landed'>): readonly JournalEntry[] {
  return (['m', 'c'] as const).flatMap((side): JournalEntry[] => {
    const fields = landed?.[side] ?? [];
    return fields.length === 0 ? [] : [{ linkId: link.id, kind: link.kind, action: 'update', side, why: 'changedHere', fields, notes: [] }];
  });
}

/** R7: told once, since both shadows now hold what differs; `before` is the mailbox's value, `after` the CRM's. */
function frozenEntry(link: Link, { m, c }: Pairing, frozen: readonly FieldName[]): JournalEntry {
  const fields = frozen.map((field) => ({ field, before: m.fields[field] ?? null, after: c.fields[field] ?? null }));
  return { ...entryOf(link, 'skip', 'oscillation'), fields };
}

/** R7: what was written to either side, by this action or by the intent that it folds. */
function turnsOf(link: Link, action: Extract<Action, { do: 'patch' }>, results: Results, { forms, now }: Stamp): Turns {
  let turns = link.turns ?? {};
  for (const side of ['m', 'c'] as const) {
    const written = pick(side === 'm' ? action.patchM : action.patchC, Object.keys(results[side]?.written ?? {}) as FieldName[]);
    const landed = Object.fromEntries((action.landed?.[side] ?? []).map(({ field, after }) => [field, after])) as Fields;
    turns = turnsAfter(turns, side, { ...landed, ...written }, forms, now);
  }
  return turns;
}

/** After a first meeting: fills are agreed, different values stay as each side's own shadow. */
export function settleLink(linkId: LinkId, action: Extract<Action, { do: 'link' }>, results: Results, stamp: Stamp): Settled {
  const { kind } = action.m;
  const outcome = agree(linkId, kind, { m: {}, c: {} }, action, results, stamp);
  const notes = [...notHeld(action.m.fields, stamp.holds.c), ...leftOf(action.m), ...notHeld(action.c.fields, stamp.holds.m)];
  const meeting: JournalEntry = { linkId, kind, action: 'link', why: action.why, fields: [], notes };
  const fills = (['m', 'c'] as const).flatMap((side) => changesOf(side, { id: linkId, kind }, action, results, []));
  return { ...outcome, journal: [meeting, ...fills.map((entry) => ({ ...entry, why: 'firstMeeting' as const }))] };
}

/** After a creation: the target's shadow is what it now holds, the source's is what was read. The todo stays for one later look (R11). */
export function settleCreate(linkId: LinkId, action: Extract<Action, { do: 'create' }>, result: Written, stamp: Stamp): Settled {
  const { side, source, fields } = action;
  const held: FieldsDraft = {};
  // Of what the server added by itself nothing is common ground yet: it differs from the shadow and travels like an edit.
  for (const field of stamp.holds[side]) held[field] = (field in fields ? result.written[field] : null) ?? null;
  const refs = { [side]: refOf(result), [side === 'm' ? 'c' : 'm']: refOf(source) };
  const shadow = side === 'm' ? { m: held, c: source.fields } : { m: source.fields, c: held };
  const changes = (Object.keys(fields) as FieldName[]).map((field) => ({ field, before: null, after: held[field] ?? null }));
  const notes = [...result.notes, ...notHeld(source.fields, stamp.holds[side]), ...leftOf(source)];
  const link: Link = { id: linkId, kind: source.kind, ...refs, ...familyOf(source), shadow, status: 'live', agreedAt: stamp.now, epoch: stamp.epoch };
  assert(link.m !== undefined && link.c !== undefined, `live link ${linkId} has both sides`);
  const written = changes.filter((change) => change.after !== null);
  const entry: JournalEntry = { linkId, kind: link.kind, action: 'insert', side, why: 'newRecord', fields: written, notes };
  return { link, journal: [entry], todo: 'confirm' };
}

/** After a deletion: a tombstone when nothing is left of the pair, else the survivor stands alone. */
export function settleDelete(link: Link, { side, before, why }: Pick<DeleteIntent, 'side' | 'before' | 'why'>, hasSurvivor: boolean, stamp: Stamp): Settled {
  const fields = (Object.keys(before) as FieldName[]).flatMap((field): FieldChange[] => (
    isEmpty(before[field] ?? null) ? [] : [{ field, before: before[field], after: null }]));
  const next: Link = { ...link, status: hasSurvivor ? 'unlinked' : 'dead', agreedAt: stamp.now, epoch: stamp.epoch };
  return { link: next, journal: [{ linkId: link.id, kind: link.kind, action: 'delete', side, why, fields, notes: [] }], todo: 'done' };
}

/** After a deleted record was made again: it stands alone, as it did before. */
export function settleRemade(link: Link, side: SideKey, result: Written, stamp: Stamp): Settled {
  const refs = side === 'm' ? { m: refOf(result) } : { c: refOf(result) };
  const { m: _m, c: _c, ...rest } = link;
  const next: Link = { ...rest, ...refs, status: 'unlinked', agreedAt: stamp.now, epoch: stamp.epoch };
  const fields = (Object.keys(result.written) as FieldName[]).map((field) => ({ field, before: null, after: result.written[field] ?? null }));
  return { link: next, journal: [{ linkId: link.id, kind: link.kind, action: 'insert', side, why: 'undone', fields, notes: result.notes }], todo: 'done' };
}

/** R9: a creation found again. Both shadows are the frozen payload; the todo is kept, so edits made since travel from there. */
export function settleAdopt(linkId: LinkId, kind: Kind, intent: CreateIntent, record: Seen, stamp: Stamp): Settled {
  assert(record.kind === kind, `the record found for ${linkId} is of its kind`);
  const refs = intent.side === 'm' ? { m: refOf(record), c: intent.source } : { m: intent.source, c: refOf(record) };
  const shadow = shadowsOfCreation(intent, record, stamp.holds, stamp.forms);
  const link: Link = { id: linkId, kind, ...refs, shadow, status: 'live', agreedAt: stamp.now, epoch: stamp.epoch };
  const names = Object.keys(intent.payload) as FieldName[];
  const fields = names.map((field) => ({ field, before: null, after: intent.payload[field] ?? null }));
  const entry: JournalEntry = { linkId, kind, action: 'insert', side: intent.side, why: 'adopted', fields, notes: [] };
  return { link, journal: [entry], todo: 'again' };
}

/** A merge on one side: the link follows the surviving record, and the todo is kept to compare with it. */
export function settleRepoint(link: Link, side: SideKey, to: string, stamp: Stamp): Settled {
  // The version is unknown until the next look; '' equals none.
  const next: Link = { ...link, [side]: { id: to, version: '' }, agreedAt: stamp.now, epoch: stamp.epoch };
  return { link: next, journal: [entryOf(link, 'link', 'merged')], todo: 'again' };
}

/** The pair is no longer kept equal; both records stay where they are. */
export function settleUnlink(link: Link, why: Why, stamp: Stamp): Settled {
  const next: Link = { ...link, status: 'unlinked', agreedAt: stamp.now, epoch: stamp.epoch };
  return { link: next, journal: [entryOf(link, 'unlink', why)], todo: 'done' };
}

/** Both records are gone; the link stays as a tombstone, so that a late replay does not make them again. */
export function settleDead(link: Link, stamp: Stamp): Settled {
  const next: Link = { ...link, status: 'dead', agreedAt: stamp.now, epoch: stamp.epoch };
  return { link: next, journal: [entryOf(link, 'unlink', 'bothGone')], todo: 'done' };
}

type Pairing = Extract<Action, { do: 'patch' | 'link' }>;

function agree(
  id: LinkId, kind: Kind, before: Shadows, action: Pairing, results: Results, stamp: Stamp,
): Pick<Settled, 'link' | 'todo'> {
  const shadow: Record<SideKey, FieldsDraft> = { m: { ...before.m }, c: { ...before.c } };
  let isDirty = false;
  for (const field of Object.keys(FIELDS) as FieldName[]) {
    const isMissing = (action.patchM[field] !== undefined && !results.m) || (action.patchC[field] !== undefined && !results.c);
    isDirty ||= isMissing;
    if (isMissing) continue;
    const isOpen = isUndecided(field, action.m.fields, action.c.fields, stamp.holds, stamp.forms);
    for (const side of ['m', 'c'] as const) {
      // One look was silent about a field that both sides hold: what they last agreed on stays the measure.
      if (isOpen && before[side][field] !== undefined) continue;
      const base = action[side].fields[field];
      const isPatched = (side === 'm' ? action.patchM : action.patchC)[field] !== undefined;
      const echo = results[side]?.written[field];
      // An echo that differs in a field we did not write is somebody's edit meanwhile: the shadow stays what was planned on.
      if (!isPatched && echo !== undefined && !sameValue(field, echo, base ?? null, stamp.forms)) isDirty = true;
      const value = isPatched && echo !== undefined ? echo : base;
      if (value !== undefined) shadow[side][field] = value;
    }
  }
  const refs = { m: refOf(results.m ?? action.m), c: refOf(results.c ?? action.c) };
  const link: Link = { id, kind, ...refs, ...familyOf(action.m), shadow, status: 'live', agreedAt: stamp.now, epoch: stamp.epoch };
  return { link, todo: isDirty ? 'again' : 'done' };
}

/** One journal entry for each rule that decided about the fields written to a side, with their before-images. */
function changesOf(
  side: SideKey, link: Pick<Link, 'id' | 'kind'>, action: Pairing, results: Results, losers: readonly Loser[],
): JournalEntry[] {
  const result = results[side];
  if (result === undefined) return [];
  const patch = side === 'm' ? action.patchM : action.patchC;
  const byRule = new Map<Why, FieldChange[]>();
  const ruled = (action.do === 'patch' ? action.why : undefined) ?? 'changedHere';
  for (const field of Object.keys(patch) as FieldName[]) {
    const after = result.written[field];
    if (after === undefined) continue;
    const why = losers.find((loser) => loser.field === field && loser.side === side)?.why ?? ruled;
    byRule.set(why, [...(byRule.get(why) ?? []), { field, before: action[side].fields[field] ?? null, after }]);
  }
  const entry = { linkId: link.id, kind: link.kind, side };
  // Nothing could be carried, and the notes say why.
  if (byRule.size === 0 && result.notes.length > 0) {
    return [{ ...entry, action: 'skip', why: 'changedHere', fields: [], notes: result.notes }];
  }
  return [...byRule].map(([why, fields], index) => (
    { ...entry, action: 'update', why, fields, notes: index === 0 ? result.notes : [] }
  ));
}

function entryOf(link: Link, action: JournalEntry['action'], why: Why): JournalEntry {
  return { linkId: link.id, kind: link.kind, action, why, fields: [], notes: [] };
}

const NOTHING: ReadonlySet<FieldName> = new Set();

/** Values that stay where they are because the other side has no place for them: listed once, when they appear. */
function notHeld(fields: Fields, holds: ReadonlySet<FieldName>, reason: CarryNote['reason'] = 'notHeld'): CarryNote[] {
  const names = (Object.keys(fields) as FieldName[]).filter((field) => !holds.has(field) && !isEmpty(fields[field] ?? null));
  return names.map((field) => ({ field, what: 'notCarried', reason }));
}

/** What the side itself could not show as canonical fields (photo, a fourth e-mail). */
function leftOf(seen: Seen): CarryNote[] {
  return (seen.left ?? []).map((field) => ({ field, what: 'notCarried', reason: 'notHeld' }));
}

function familyOf({ family }: Seen): { family?: string } {
  return family === undefined ? {} : { family };
}

function refOf({ id, version }: { readonly id: string; readonly version: string }): { id: string; version: string } {
  return { id, version };
}
