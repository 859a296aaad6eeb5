/** The decision table: what to do about one todo, from fresh looks at both sides. */
import { assert } from './assert.ts';
import { birthFields } from './birth.ts';
import { fillBlanks } from './fill.ts';
import { foldIntent, landedChanges, newerSides } from './intent.ts';
import { merge } from './merge.ts';
import { isSilent } from './observe.ts';
import { swinging } from './oscillation.ts';
import { parseWhen, spanOf } from './when.ts';
import { planWish } from './wish.ts';
import { pick, rulesFor } from './fields.ts';
import type { Holds, Rules } from './fields.ts';
import type { Forms } from './forms.ts';
import type { AskReason, FieldChange, Link, LinkId, Shadows, Todo, Why } from './link.ts';
import type { Match } from './match.ts';
import type { Loser } from './merge.ts';
import type { FieldName, Fields, Instant, Look, Seen, SideKey } from './record.ts';

export interface Situation {
  readonly link: Link | undefined;
  /** Its creation intent, if it had one, must be resolved already (resolveCreation); an update intent is folded here (R10). */
  readonly todo: Todo;
  /** Fresh looks, undefined where no record is known. For a matched or answered pair without link: both. */
  readonly m: Look | undefined;
  readonly c: Look | undefined;
  /** What matching said about the record; needed only without a link and without an answer. */
  readonly match?: Match;
  readonly rules: Rules;
  readonly forms: Forms;
  readonly holds: Holds;
  readonly now: Instant;
}

export type Action =
  /** Nothing to write and nothing to record: delete the todo. */
  | { readonly do: 'drop' }
  /** Write both patches and settleUpdate. Empty patches: write nothing outside, only record the new agreement. */
  | {
    readonly do: 'patch'; readonly m: Seen; readonly c: Seen; readonly patchM: Fields; readonly patchC: Fields;
    readonly losers: readonly Loser[];
    /** The user's word instead of a rule. */
    readonly why?: Why;
    /** R10: store the link with these shadows in the same batch as the new intent. */
    readonly foldedShadow?: Shadows;
    /** What the folded intent had written: the log tells of it in that batch (settle.ts, landedEntries). */
    readonly landed?: Readonly<Record<SideKey, readonly FieldChange[]>>;
    /** R7: fields that swing between both sides; they agree to differ, and the user is told. */
    readonly frozen?: readonly FieldName[];
  }
  /** Create the counterpart on `side`, then settleCreate. */
  | { readonly do: 'create'; readonly side: SideKey; readonly fields: Fields; readonly fills: readonly FieldName[]; readonly source: Seen }
  /** Two records meet: write the fills, then settleLink. */
  | {
    readonly do: 'link'; readonly m: Seen; readonly c: Seen; readonly patchM: Fields; readonly patchC: Fields;
    readonly kept: readonly FieldName[]; readonly why: Why;
  }
  | { readonly do: 'unlink'; readonly why: Why }
  /** Delete the record of one side, then settleDelete. Held above the brake's limit. */
  | { readonly do: 'delete'; readonly side: SideKey; readonly record: Seen; readonly why: Why }
  /** Make a deleted record again from its before-image, without a counterpart. */
  | { readonly do: 'remake'; readonly side: SideKey; readonly fields: Fields }
  /** The pair is to begin anew: its link and index rows go, and the living record is a newborn. */
  | { readonly do: 'forget' }
  | { readonly do: 'dead' }
  /** The record lives on under another id: settleRepoint and look again. */
  | { readonly do: 'repoint'; readonly side: SideKey; readonly to: string }
  /** R8: the record bears the key of another link: move the todo there, in one batch. */
  | { readonly do: 'adopt'; readonly side: SideKey; readonly linkId: LinkId; readonly record: Seen }
  | { readonly do: 'ask'; readonly reason: AskReason; readonly candidates: readonly string[] }
  /** Never to be made on the other side; journal it and delete the todo. `owner` names the colleague. */
  | { readonly do: 'skip'; readonly why: Why; readonly owner?: string }
  /** No decision now: keep the todo. Without `until` it waits for an answer or the ordinary backoff. */
  | { readonly do: 'wait'; readonly until?: Instant };

/** The decision for one todo. Pure: the same situation always yields the same action. */
export function plan(situation: Situation): Action {
  const { link, todo } = situation;
  assert(todo.intent?.op !== 'create', `the creation of ${todo.linkId} is resolved before it is planned again`);
  assert(link === undefined || link.id === todo.linkId, `todo ${todo.linkId} is planned with its own link`);
  const action = (todo.wish && planWish(situation, todo.wish)) ?? decide(situation);
  assert(action.do !== 'create' || link === undefined || todo.wish !== undefined, `${todo.linkId} has a link, so nothing is created for it`);
  return action;
}

function decide(situation: Situation): Action {
  const { link } = situation;
  if (link === undefined) return planStrangers(situation);
  switch (link.status) {
    case 'live': return planPair(situation, link);
    // The user took the pair apart or lost it; edits do nothing until the user links it again.
    case 'unlinked': return { do: 'drop' };
    case 'dead': return planRestored(situation);
    default: return link.status satisfies never;
  }
}

type PairState = 'same' | 'edited' | 'gone' | 'hidden';

function planPair(situation: Situation, link: Link): Action {
  const { m, c, rules, forms } = situation;
  assert(m !== undefined && c !== undefined, `live link ${link.id} is planned from looks at both sides`);
  if (m.state === 'unknown' || c.state === 'unknown') return { do: 'wait' };
  if (m.state === 'moved') return { do: 'repoint', side: 'm', to: m.to };
  if (c.state === 'moved') return { do: 'repoint', side: 'c', to: c.to };
  if (m.state === 'live' && m.record.isPrivate) return { do: 'unlink', why: 'private' };
  if (c.state === 'live' && c.record.owner?.isUser === false) return { do: 'unlink', why: 'colleague' };

  const shadow = commonGround(situation, link);
  const state = (look: typeof m, own: Fields): PairState =>
    look.state !== 'live' ? look.state : isSilent(own, look.record.fields, forms) ? 'same' : 'edited';
  const key = `${state(m, shadow.m)}:${state(c, shadow.c)}` as const;
  switch (key) {
    // Nothing is new. Only common ground found by a fold is worth recording.
    case 'same:same': return shadow === link.shadow ? { do: 'drop' } : reconcile(situation, link, shadow);
    // One or both sides were edited: what changed travels, field by field.
    case 'same:edited':
    case 'edited:same':
    case 'edited:edited': return reconcile(situation, link, shadow);
    // Deleted in the CRM, untouched in the mailbox: the policy decides about the mailbox record.
    case 'same:gone': return followDeletion(situation, 'm', rules.whenGone.c);
    // Deleted in the mailbox, untouched in the CRM: likewise.
    case 'gone:same': return followDeletion(situation, 'c', rules.whenGone.m);
    // Update beats delete: what a person just edited is never deleted.
    case 'edited:gone':
    case 'gone:edited': return { do: 'unlink', why: 'deletedThereKept' };
    // Both are gone: the link stays as a tombstone, so that a replay does not make them again.
    case 'gone:gone': return { do: 'dead' };
    // Access was lost on a side, which is no deletion: the pair is taken apart and nothing is touched.
    case 'hidden:same':
    case 'hidden:edited':
    case 'hidden:gone':
    case 'hidden:hidden':
    case 'same:hidden':
    case 'edited:hidden':
    case 'gone:hidden': return { do: 'unlink', why: 'lostAccess' };
    default: return key satisfies never;
  }
}

/** The link's shadows, with an update of unknown outcome folded in where it is found to have landed (R10). */
function commonGround({ todo, m, c, forms }: Situation, link: Link): Shadows {
  if (todo.intent?.op !== 'update') return link.shadow;
  const records = { m: m?.state === 'live' ? m.record : undefined, c: c?.state === 'live' ? c.record : undefined };
  return foldIntent(link.shadow, todo.intent, records, forms);
}

function reconcile(situation: Situation, link: Link, shadow: Shadows): Action {
  const { m, c, rules, forms, holds, now, todo: { intent } } = situation;
  assert(m?.state === 'live' && c?.state === 'live', `both records of ${link.id} are live`);
  const { patchM, patchC, losers } = merge({
    shadow, m: m.record.fields, c: c.record.fields, rules: rulesFor(m.record, rules), forms, holds, mStamp: m.record.modifiedAt, cStamp: c.record.modifiedAt,
    ...(intent?.op === 'update' ? { newer: newerSides(intent, { m: m.record, c: c.record }, forms) } : {}),
  });
  const frozen = { m: swinging(link.turns, 'm', patchM, forms, now), c: swinging(link.turns, 'c', patchC, forms, now) };
  const action = {
    do: 'patch', m: m.record, c: c.record, patchM: without(patchM, frozen.m), patchC: without(patchC, frozen.c), losers,
    ...(frozen.m.length + frozen.c.length > 0 ? { frozen: [...frozen.m, ...frozen.c] } : {}),
  } as const;
  if (shadow === link.shadow || intent?.op !== 'update') return action;
  return { ...action, foldedShadow: shadow, landed: landedChanges(intent, { m: m.record, c: c.record }, forms) };
}

function without(patch: Fields, names: readonly FieldName[]): Fields {
  return names.length === 0 ? patch : pick(patch, (Object.keys(patch) as FieldName[]).filter((name) => !names.includes(name)));
}

/** `side` is where the surviving record is. */
function followDeletion({ m, c, now }: Situation, side: SideKey, policy: Rules['whenGone']['m']): Action {
  const look = side === 'm' ? m : c;
  assert(look?.state === 'live', 'the surviving record is live');
  switch (policy) {
    case 'unlink': return { do: 'unlink', why: 'deletedThere' };
    case 'delete': {
      const { record } = look;
      // A server would call the meeting off at every guest; what is over or done is history, and history stays.
      if (record.meeting) return { do: 'unlink', why: 'meeting' };
      const isHistory = record.isClosed === true || (side === 'm' && isPast(record, now));
      return isHistory ? { do: 'unlink', why: 'deletedThere' } : { do: 'delete', side, record, why: 'deletedThere' };
    }
    default: return policy satisfies never;
  }
}

function isPast({ fields: { when } }: Seen, now: Instant): boolean {
  const parsed = typeof when === 'string' ? parseWhen(when) : undefined;
  return parsed !== undefined && spanOf(parsed).to < now;
}

/** A tombstone whose records were restored: both are linked again; a single one is kept as it is, and never made again elsewhere. */
function planRestored(situation: Situation): Action {
  const { m, c } = situation;
  if (m?.state === 'unknown' || c?.state === 'unknown') return { do: 'wait' };
  if (m?.state === 'live' && c?.state === 'live') return meet(situation, m.record, c.record, 'firstMeeting');
  return m?.state === 'live' || c?.state === 'live' ? { do: 'unlink', why: 'deletedThereKept' } : { do: 'drop' };
}

function planStrangers(situation: Situation): Action {
  const { todo, m, c } = situation;
  if (m?.state === 'unknown' || c?.state === 'unknown') return { do: 'wait' };
  const [inM, inC] = [m?.state === 'live' ? m.record : undefined, c?.state === 'live' ? c.record : undefined];
  for (const [side, record] of [['m', inM], ['c', inC]] as const) {
    if (record?.linkKey !== undefined && record.linkKey !== todo.linkId) return { do: 'adopt', side, linkId: record.linkKey, record };
    if (record?.isPrivate) return { do: 'skip', why: 'private' };
  }
  const key = `${inM === undefined ? 'none' : 'live'}:${inC === undefined ? 'none' : 'live'}` as const;
  switch (key) {
    // Nothing is left to carry.
    case 'none:none': return { do: 'drop' };
    case 'live:live':
      assert(inM !== undefined && inC !== undefined, 'both records are live');
      return planMeeting(situation, inM, inC);
    case 'live:none':
    case 'none:live': {
      const source = inM ?? inC;
      assert(source !== undefined, 'one record is live');
      return planBirth(situation, source, inM === undefined ? 'c' : 'm');
    }
    default: return key satisfies never;
  }
}

function planMeeting(situation: Situation, m: Seen, c: Seen): Action {
  const { todo, match } = situation;
  if (todo.ask?.answer?.verdict === 'different') return create(situation, m, 'c');
  // The person is known to the CRM, but the record is not the user's to change.
  if (c.owner?.isUser === false) return { do: 'skip', why: 'colleague', owner: c.owner.name };
  if (todo.ask?.answer?.verdict === 'same') return meet(situation, m, c, 'answeredSame');
  // Both ids lie under one key of ours: an earlier run made one from the other.
  return meet(situation, m, c, match?.outcome === 'link' ? match.why : 'adopted');
}

function meet({ holds, rules, forms }: Situation, m: Seen, c: Seen, why: Why): Action {
  return { do: 'link', m, c, ...fillBlanks(m.fields, c.fields, holds, rulesFor(m, rules), forms), why };
}

function planBirth(situation: Situation, source: Seen, side: SideKey): Action {
  const { todo, match } = situation;
  const target = side === 'm' ? 'c' : 'm';
  if (todo.ask?.answer?.verdict === 'different') return create(situation, source, target);
  // Asked and not answered yet; or the chosen candidate has vanished and is to be matched anew; or an answer about another record
  // chose this one, and that pair is still to be made.
  if (match === undefined) return { do: 'wait' };
  switch (match.outcome) {
    case 'create': return create(situation, source, target);
    case 'ask': return { do: 'ask', reason: match.reason, candidates: match.candidates };
    case 'colleague': return { do: 'skip', why: 'colleague', owner: match.owner };
    case 'skip': return { do: 'skip', why: match.reason };
    // Waiting for the answers of others, or the counterpart vanished since it was matched.
    case 'wait':
    case 'link': return { do: 'wait' };
    default: return match satisfies never;
  }
}

function create({ holds, rules, forms }: Situation, source: Seen, side: SideKey): Action {
  const { fields, fills } = birthFields(source, { side, holds: holds[side] }, rules, forms);
  // A card with nothing the other side can hold would be refused there.
  return Object.keys(fields).length === 0 ? { do: 'skip', why: 'blank' } : { do: 'create', side, fields, fills, source };
}
