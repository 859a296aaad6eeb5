/** What the user asked for about one record: it is planned afresh, and guarded by what stands there now. Pure. */
import { rulesFor } from './fields.ts';
import { fillBlanks } from './fill.ts';
import { sameValue, shown } from './forms.ts';
import type { Forms } from './forms.ts';
import { foldIntent, landedChanges, newerSides } from './intent.ts';
import { merge } from './merge.ts';
import { isSilent } from './observe.ts';
import type { FieldChange, Link, Shadows, UndoStep, Wish } from './link.ts';
import type { Action, Situation } from './plan.ts';
import type { Fields, FieldsDraft, FieldName, Look, Seen, SideKey } from './record.ts';

type UndoWish = Extract<Wish, { do: 'undo' }>;
type Patch = Extract<Action, { do: 'patch' }>;

/** Undefined: the wish changes nothing about how the pair is planned (a held deletion that was confirmed). */
export function planWish(situation: Situation, wish: Wish): Action | undefined {
  const { link, m, c } = situation;
  if (m?.state === 'unknown' || c?.state === 'unknown') return { do: 'wait' };
  // A colleague's record is neither written nor deleted, whoever wishes it: its pair is taken apart.
  if (c?.state === 'live' && c.record.owner?.isUser === false && wish.do !== 'unlink' && wish.do !== 'relink') return undefined;
  switch (wish.do) {
    case 'confirm': return undefined;
    case 'undo': return planUndo(situation, wish);
    case 'unlink': return link?.status === 'live' ? { do: 'unlink', why: 'userUnlinked' } : { do: 'drop' };
    case 'relink': return planRelink(situation);
    case 'use': return planUse(situation, wish);
    case 'keep': return planKeep(situation);
    case 'restore': return planRestore(situation);
    default: return wish satisfies never;
  }
}

function planUndo(situation: Situation, { steps }: UndoWish): Action {
  const { link } = situation;
  if (link === undefined) return { do: 'skip', why: 'changedSince' };
  const step = (action: UndoStep['action']): UndoStep | undefined => steps.find((one) => one.action === action);
  const [inserted, deleted] = [step('insert'), step('delete')];
  const unmade = inserted?.side ? undoInsert(situation, link, inserted.side) : undefined;
  if (unmade?.do === 'delete') return unmade;
  const remade = deleted?.side ? undoDelete(situation, deleted, deleted.side) : undefined;
  if (remade && remade.do !== 'drop') return remade;
  // What cannot be unmade may still hold what was written into it, by that run or by another one that was taken back with it.
  const patch = undoUpdates(situation, link, steps) ?? unmade ?? remade;
  if (patch) return patch;
  if (step('link')) return link.status === 'live' ? { do: 'unlink', why: 'undone' } : { do: 'drop' };
  return { do: 'skip', why: 'changedSince' };
}

function undoUpdates(situation: Situation, link: Link, steps: readonly UndoStep[]): Action | undefined {
  const [inM, inC] = [recordOf(situation.m), recordOf(situation.c)];
  if (link.status !== 'live' || !inM || !inC) return undefined;
  const patches: Record<SideKey, Fields> = { m: {}, c: {} };
  for (const { action, side, fields } of steps) {
    if (action !== 'update' || side === undefined || (side === 'm' && inM.meeting)) continue;
    const { fields: now } = side === 'm' ? inM : inC;
    // Each step starts from what those before it put back.
    patches[side] = { ...patches[side], ...undoable(fields, { fields: { ...now, ...patches[side] } }, situation.forms) };
  }
  if (Object.keys(patches.m).length + Object.keys(patches.c).length === 0) return undefined;
  return folded(situation, link, { do: 'patch', m: inM, c: inC, patchM: patches.m, patchC: patches.c, losers: [], why: 'undone' });
}

function undoInsert({ m, c, forms }: Situation, link: Link, side: SideKey): Action {
  const target = recordOf(side === 'm' ? m : c);
  if (!target || !isSilent(link.shadow[side], target.fields, forms)) return { do: 'skip', why: 'changedSince' };
  return target.meeting ? { do: 'skip', why: 'meeting' } : { do: 'delete', side, record: target, why: 'undone' };
}

/** With its counterpart, if that is still there; else on its own. Guests are never written. */
function undoDelete({ m, c, holds }: Situation, { fields: changes }: UndoStep, side: SideKey): Action {
  if (recordOf(side === 'm' ? m : c)) return { do: 'drop' };
  const fields: FieldsDraft = {};
  for (const { field, before } of changes) {
    const name = field as FieldName;
    if (before !== null && before !== undefined && name !== 'attendees' && holds[side].has(name)) fields[name] = before;
  }
  const survivor = recordOf(side === 'm' ? c : m);
  return survivor ? { do: 'create', side, fields, fills: [], source: survivor } : { do: 'remake', side, fields };
}

/** Fields that still hold what was written, with what stood there before. */
export function undoable(changes: readonly FieldChange[], record: Pick<Seen, 'fields'>, forms: Forms): Fields {
  const patch: FieldsDraft = {};
  for (const { field, before, after } of changes) {
    const name = field as FieldName;
    const now = record.fields[name];
    if (now !== undefined && sameValue(name, now, after ?? null, forms)) patch[name] = before ?? null;
  }
  return patch;
}

/** What of a wish is left when its values are written back: the pair is taken apart after that. */
export function wishLeft(wish: Wish | undefined): Wish | undefined {
  if (wish?.do !== 'undo' || !wish.steps.some(({ action }) => action === 'update')) return undefined;
  const steps = wish.steps.filter(({ action }) => action === 'link');
  return steps.length > 0 ? { do: 'undo', steps } : undefined;
}

function planRelink({ link, m, c, holds, rules, forms }: Situation): Action {
  const [inM, inC] = [recordOf(m), recordOf(c)];
  if (link?.status !== 'unlinked' || !inM || !inC || inM.isPrivate || inC.owner?.isUser === false) return { do: 'skip', why: 'unclear' };
  return { do: 'link', m: inM, c: inC, ...fillBlanks(inM.fields, inC.fields, holds, rulesFor(inM, rules), forms), why: 'userLinked' };
}

function planUse(situation: Situation, { field, from }: Extract<Wish, { do: 'use' }>): Action {
  const { link, m, c, holds, forms } = situation;
  const [inM, inC] = [recordOf(m), recordOf(c)];
  const target = from === 'm' ? 'c' : 'm';
  if (link?.status !== 'live' || !inM || !inC || !holds[target].has(field)) return { do: 'skip', why: 'unclear' };
  if (target === 'm' && inM.meeting) return { do: 'skip', why: 'meeting' };
  const value = shown(field, (from === 'm' ? inM : inC).fields, forms);
  if (value === undefined) return { do: 'skip', why: 'unclear' };
  const patch = { [field]: value };
  const patches = { patchM: target === 'm' ? patch : {}, patchC: target === 'c' ? patch : {} };
  return folded(situation, link, { do: 'patch', m: inM, c: inC, ...patches, losers: [], why: 'usedOther' });
}

/** The untouched side stays as it is: a vanished pair is taken apart, blanked fields agree to differ. */
function planKeep(situation: Situation): Action {
  const blanked = blanksOf(situation);
  if (blanked === undefined) return situation.link?.status === 'live' ? { do: 'unlink', why: 'keptByUser' } : { do: 'drop' };
  return { ...blanked, patchM: withoutBlanks(blanked.patchM), patchC: withoutBlanks(blanked.patchC), why: 'keptByUser' };
}

/** What vanished is made again from the untouched side; a blanked field gets its value back from there. */
function planRestore(situation: Situation): Action {
  const blanked = blanksOf(situation);
  if (blanked === undefined) return recordOf(situation.m) || recordOf(situation.c) ? { do: 'forget' } : { do: 'drop' };
  const { m, c, patchM, patchC } = blanked;
  const [backM, backC] = [valuesOf(patchC, c), valuesOf(patchM, m)];
  // Guests would be told of what is written to the mailbox's copy: there the blank stays, and at least it does not travel.
  const isBound = m.meeting !== undefined && Object.keys(backM).length > 0;
  return {
    ...blanked, patchM: { ...withoutBlanks(patchM), ...(isBound ? {} : backM) }, patchC: { ...withoutBlanks(patchC), ...backC },
    why: isBound ? 'keptByUser' : 'restored',
  };
}

/**
 * The ordinary plan of a pair of living records; undefined when one of them is gone. An update of unknown outcome is folded in first (R10):
 * else our own write would pose as an edit, and the user's word about one field would take back a newer edit of another.
 */
function blanksOf(situation: Situation): Patch | undefined {
  const { link, todo: { intent }, m, c, rules, forms, holds } = situation;
  const [inM, inC] = [recordOf(m), recordOf(c)];
  if (link?.status !== 'live' || !inM || !inC) return undefined;
  const records = { m: inM, c: inC };
  const shadow: Shadows = intent?.op === 'update' ? foldIntent(link.shadow, intent, records, forms) : link.shadow;
  const { patchM, patchC, losers } = merge({
    shadow, m: inM.fields, c: inC.fields, rules: rulesFor(inM, rules), forms, holds, mStamp: inM.modifiedAt, cStamp: inC.modifiedAt,
    ...(intent?.op === 'update' ? { newer: newerSides(intent, records, forms) } : {}),
  });
  return folded(situation, link, { do: 'patch', m: inM, c: inC, patchM, patchC, losers });
}

/** R10: the new intent takes the place of one of unknown outcome; what that is found to have written is agreed and told with it. */
function folded({ todo: { intent }, forms }: Situation, link: Link, action: Patch): Patch {
  if (intent?.op !== 'update') return action;
  const records = { m: action.m, c: action.c };
  const shadow = foldIntent(link.shadow, intent, records, forms);
  return shadow === link.shadow ? action : { ...action, foldedShadow: shadow, landed: landedChanges(intent, records, forms) };
}

/** Fields of a patch that take a value away and put nothing in its place. */
export function blanksIn(patch: Fields, target: Seen): readonly FieldName[] {
  return (Object.keys(patch) as FieldName[]).filter((field) => patch[field] === null && (target.fields[field] ?? null) !== null);
}

function withoutBlanks(patch: Fields): Fields {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null)) as Fields;
}

/** For each blanking of `target`: its value, to be written where it was emptied. */
function valuesOf(patch: Fields, target: Seen): Fields {
  return Object.fromEntries(blanksIn(patch, target).map((field) => [field, target.fields[field]])) as Fields;
}

function recordOf(look: Look | undefined): Seen | undefined {
  return look?.state === 'live' ? look.record : undefined;
}
