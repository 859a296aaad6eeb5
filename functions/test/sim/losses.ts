/** I10, counted: what sync takes away in a day without a person's word, by kind, side and field. */
import type { Todo } from '../../src/engine/link.ts';
import type { FieldName } from '../../src/engine/record.ts';
import { must } from './violation.ts';
import type { Deed, Scene } from './witness.ts';

const DAY_MS = 24 * 3_600_000;
const FREE = 5;
const SHARE = 0.1;

/** The brake holds it, and nobody has said anything yet. */
export const isHeld = ({ held, wish }: Partial<Pick<Todo, 'held' | 'wish'>> = {}): boolean => held !== undefined && wish === undefined;

export class Losses {
  readonly #scene: Scene;
  /** `kind side` or `kind side field` -> when. */
  readonly #times = new Map<string, number[]>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** A write took effect: at most max(5, 10 %) of a kind are deleted or lose one field in 24 hours, beside what a person confirmed. */
  took({ side, id, effect: { operation, before, after } }: Deed): void {
    const { users, sides, ledger } = this.#scene;
    if (operation.op === 'create') return;
    const link = ledger.read().linkOf(side, id);
    if (operation.op === 'delete') (link && users.isUndone(link.id) ? users.takenBack : users.deletedBySync).add(`${side}:${id}`);
    if (link && users.words.has(link.id)) return;
    const { kind } = sides[side].of(id);
    if (operation.op === 'delete') this.#count(`${kind} ${side}`, kind, side);
    else for (const field of Object.keys(after) as FieldName[]) {
      if (after[field] === null && (before[field] ?? null) !== null) this.#count(`${kind} ${side} ${field}`, kind, side);
    }
  }

  #count(key: string, kind: string, side: 'm' | 'c'): void {
    const { now, sides } = this.#scene;
    const times = [...this.#times.get(key) ?? [], now()].filter((at) => now() - at < DAY_MS);
    this.#times.set(key, times);
    const all = [...sides[side].records.values()].filter((record) => record.kind === kind).length;
    must(times.length <= Math.max(FREE, Math.floor(all * SHARE)), `${times.length} losses of ${key} in a day without a word of anybody (I10)`);
  }
}
