/** Recover: creations whose outcome is unknown are looked up before anything else is decided about them (R8, R9). */
import { resolveCreation, type CreateIntent, type Resolution } from '../../engine/intent.ts';
import type { LinkId } from '../../engine/link.ts';
import type { Seen, SideKey } from '../../engine/record.ts';
import { adoptedSettled, askTodo, keptGroup, settledGroup } from './groups.ts';
import { loadIndex } from './rows.ts';
import type { Group, OpenTodo, Run } from './run.ts';

/** Resolves what can be resolved now; a creation that was never made loses its intent and is planned like any stranger. */
export async function recover(run: Run, linkIds: readonly LinkId[]): Promise<void> {
  for (const side of ['m', 'c'] as const) {
    const open = linkIds.flatMap((linkId) => run.todos.get(linkId) ?? []).filter((todo) => creationOf(todo)?.side === side);
    if (open.length > 0) await recoverSide(run, side, open);
  }
}

async function recoverSide(run: Run, side: SideKey, todos: readonly OpenTodo[]): Promise<void> {
  const lost = todos.flatMap((open) => {
    const intent = creationOf(open);
    return intent ? [{ linkId: open.todo.linkId, payload: intent.payload, startedAt: intent.startedAt }] : [];
  });
  const recalls = await run.sides[side].recall('contact', lost);
  await loadIndex(run, side, [...recalls.values()].flatMap(({ found }) => found.map(({ id }) => id)));
  const groups = todos.flatMap((open): Group[] => {
    const intent = creationOf(open);
    const recall = recalls.get(open.todo.linkId);
    if (!intent || !recall) return [];
    const found = recall.found.filter(({ id }) => !isAnothers(run, side, id, open.todo.linkId));
    const resolution = answered(open, found) ?? resolveCreation(intent, { found, isByKey: recall.isByKey }, run.forms, run.now);
    return resolvedGroup(run, side, open, resolution);
  });
  await run.store(groups);
}

/** Which of several own creations it is was asked, and the user's word settles it. A chosen one that vanished is looked for anew. */
function answered({ todo }: OpenTodo, found: readonly Seen[]): Resolution | undefined {
  const answer = todo.ask?.answer;
  if (answer?.verdict === 'different') return { outcome: 'create' };
  const chosen = answer && found.find(({ id }) => id === answer.candidate);
  return chosen && { outcome: 'adopt', record: chosen };
}

function resolvedGroup(run: Run, side: SideKey, open: OpenTodo, resolution: Resolution): Group[] {
  switch (resolution.outcome) {
    case 'adopt': {
      const settled = adoptedSettled(run, open, resolution.record);
      const own = otherTodo(run, side, resolution.record.id, open);
      return settled ? [settledGroup(run, open, settled, { [side]: resolution.record }, own)] : [];
    }
    case 'wait': return [keptGroup(run, open, { ...open.todo, nextTry: Math.max(resolution.until, run.now + 1) })];
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

/** The delta may have brought the found record already, under a key of its own birth. */
function otherTodo(run: Run, side: SideKey, id: string, open: OpenTodo): readonly OpenTodo[] {
  return [...run.todos.values()].filter((other) => other !== open && other.todo.seen[side]?.id === id && !run.links.has(other.todo.linkId));
}
