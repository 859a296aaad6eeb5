/** Holds what the brake stops (engine/brake.ts): the todo stays, nothing is written, and the pane asks. */
import { brakeKey, dailyLimit, passedIn24h, withPassed, type HeldWhat } from '../../engine/brake.ts';
import type { Todo } from '../../engine/link.ts';
import type { Action } from '../../engine/plan.ts';
import type { Seen } from '../../engine/record.ts';
import { blanksIn } from '../../engine/wish.ts';
import { NEVER } from './limits.ts';
import type { OpenTodo, Run } from './run.ts';

export interface Planned {
  readonly open: OpenTodo;
  readonly action: Action;
  /** The living records. */
  readonly records: { readonly m?: Seen; readonly c?: Seen };
}

/** Of these actions, the ones to hold. What passes is counted for a day. */
export function heldOf(run: Run, planned: readonly Planned[]): ReadonlyMap<OpenTodo, HeldWhat> {
  const byKey = new Map<string, { readonly what: HeldWhat; readonly todos: OpenTodo[] }>();
  for (const one of planned) {
    const { open } = one;
    // What the user asked for herself needs no second question.
    if (open.todo.wish) continue;
    for (const what of lossesOf(one)) {
      const key = brakeKey(open.todo.kind, what);
      const group = byKey.get(key) ?? { what, todos: [] };
      group.todos.push(open);
      byKey.set(key, group);
    }
  }
  const held = new Map<OpenTodo, HeldWhat>();
  const waiting = byKey.size === 0 ? new Set<string>() : waitingKeys(run);
  for (const [key, { what, todos }] of byKey) {
    const kind = todos[0]?.todo.kind ?? 'contact';
    const passed = passedIn24h(run.head.passed, key, run.now);
    const isTooMany = passed + todos.length > dailyLimit(run.head.links[kind] + passed);
    if (isTooMany || waiting.has(key)) for (const open of todos) held.set(open, what);
    else run.head = { ...run.head, passed: withPassed(run.head.passed, key, todos.length, run.now) };
  }
  return held;
}

export function heldTodo(todo: Todo, what: HeldWhat, now: number): Todo {
  return { ...todo, held: { ...what, since: now }, nextTry: NEVER };
}

/** While some are held, all of the same that come after are: a source that empties slowly is no better than one that does at once. */
function waitingKeys(run: Run): ReadonlySet<string> {
  return new Set([...run.todos.values()].flatMap(({ todo }) => (todo.held ? [brakeKey(todo.kind, todo.held)] : [])));
}

function lossesOf({ action, records }: Planned): readonly HeldWhat[] {
  if (action.do === 'delete') return action.why === 'deletedThere' ? [{ what: 'delete', side: action.side }] : [];
  // Taken apart because one record vanished; `side` is where the other one stays.
  if (action.do === 'unlink') return action.why === 'deletedThere' ? [{ what: 'unlink', side: records.m ? 'm' : 'c' }] : [];
  if (action.do !== 'patch') return [];
  return (['m', 'c'] as const).flatMap((side) => (
    blanksIn(side === 'm' ? action.patchM : action.patchC, action[side]).map((field): HeldWhat => ({ what: 'blank', side, field }))));
}
