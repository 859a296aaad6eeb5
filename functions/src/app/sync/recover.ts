/** Recover: creations whose outcome is unknown are looked up before anything else is decided about them (R8, R9). */
import { KINDS } from '../../engine/fields.ts';
import { resolveCreation, type CreateIntent, type Resolution } from '../../engine/intent.ts';
import type { LinkId } from '../../engine/link.ts';
import type { Kind, Seen, SideKey } from '../../engine/record.ts';
import { adoptedSettled, askTodo, keptGroup, settledGroup } from './groups.ts';
import { loadIndex, storeGroups } from './rows.ts';
import { unlinkedOf, type Unlinked } from './waiting.ts';
import type { Group, OpenTodo, Run } from './run.ts';

/**
 * Resolves what can be resolved now; a creation that was never made loses its intent and is planned like any stranger. When a
 * record without a link has turned up on a side, every creation there is looked up: that record may be what it made.
 */
export async function recover(run: Run, due: readonly LinkId[]): Promise<void> {
  const dueIds = new Set(due);
  const strangers = due.flatMap((linkId) => run.todos.get(linkId)?.todo ?? []).filter((todo) => !todo.intent && !run.links.has(todo.linkId));
  for (const side of ['m', 'c'] as const) {
    const isMet = strangers.some((todo) => todo.seen[side] !== undefined);
    const open = [...run.todos.values()].filter((one) => creationOf(one)?.side === side && (isMet || dueIds.has(one.todo.linkId)));
    for (const kind of KINDS) {
      const ofKind = open.filter(({ todo }) => todo.kind === kind);
      if (ofKind.length > 0) await recoverSide(run, side, kind, ofKind);
    }
  }
}

async function recoverSide(run: Run, side: SideKey, kind: Kind, todos: readonly OpenTodo[]): Promise<void> {
  const lost = todos.flatMap((open) => {
    const intent = creationOf(open);
    return intent ? [{ linkId: open.todo.linkId, payload: intent.payload, startedAt: intent.startedAt }] : [];
  });
  // The answer may come late: "not found" speaks of the moment at which it was asked.
  const askedAt = run.now;
  const recalls = await run.sides[side].recall(kind, lost);
  await loadIndex(run, side, [...recalls.values()].flatMap(({ found }) => found.map(({ id }) => id)));
  const unlinked = unlinkedOf(run);
  // What one creation has certainly made, no other one can have made.
  const adopted = new Set<string>();
  const resolved = (open: OpenTodo): Resolution | undefined => {
    const [intent, recall] = [creationOf(open), recalls.get(open.todo.linkId)];
    if (!intent || !recall) return undefined;
    const found = recall.found.filter(({ id }) => !adopted.has(id) && !isAnothers(run, side, id, open.todo.linkId));
    return answered(open, found) ?? resolveCreation(intent, { found, isByKey: recall.isByKey }, run.forms, askedAt);
  };
  const settled = todos.map((open) => {
    const resolution = resolved(open);
    if (resolution?.outcome === 'adopt') adopted.add(resolution.record.id);
    return { open, resolution };
  });
  const groups = settled.flatMap(({ open, resolution: first }) => {
    const resolution = first?.outcome === 'ask' ? resolved(open) : first;
    return resolution ? resolvedGroup(run, side, open, resolution, unlinked) : [];
  });
  await storeGroups(run, groups);
}

/** Which of several own creations it is was asked, and the user's word settles it. A chosen one that vanished is looked for anew. */
function answered({ todo }: OpenTodo, found: readonly Seen[]): Resolution | undefined {
  const answer = todo.ask?.answer;
  if (answer?.verdict === 'different') return { outcome: 'create' };
  const chosen = answer && found.find(({ id }) => id === answer.candidate);
  return chosen && { outcome: 'adopt', record: chosen };
}

function resolvedGroup(run: Run, side: SideKey, open: OpenTodo, resolution: Resolution, unlinked: Unlinked): Group[] {
  switch (resolution.outcome) {
    case 'adopt': {
      const settled = adoptedSettled(run, open, resolution.record);
      // The delta may have brought the found record already, under a key of its own birth.
      const own = (unlinked[side].get(resolution.record.id) ?? []).filter((other) => other !== open);
      return settled ? [settledGroup(run, open, settled, { [side]: resolution.record }, own)] : [];
    }
    case 'wait': {
      const nextTry = Math.max(resolution.until, run.now) + 1;
      return nextTry === open.todo.nextTry ? [] : [keptGroup(run, open, { ...open.todo, nextTry })];
    }
    case 'ask': return [keptGroup(run, open, askTodo(open.todo, { reason: resolution.reason, candidates: resolution.candidates }))];
    case 'create': {
      const { intent: _intent, ...todo } = open.todo;
      return [keptGroup(run, open, todo)];
    }
    default: return resolution satisfies never;
  }
}

function creationOf({ todo }: OpenTodo): CreateIntent | undefined {
  return todo.intent?.op === 'create' ? todo.intent : undefined;
}

function isAnothers(run: Run, side: SideKey, id: string, linkId: LinkId): boolean {
  const linked = run.index[side].get(id);
  return linked !== null && linked !== undefined && linked !== linkId;
}
