/** Who else writes beside the runs: "sync now", a webhook's mark, settings, "try again", and answers to questions. */
import type { Config } from '../../src/app/control.ts';
import type { Todo } from '../../src/engine/link.ts';
import type { SideKey } from '../../src/engine/record.ts';
import { answerCells, markCells, plainCells, plainValue, retryCells } from '../../src/store/codec.ts';
import { bellChange } from '../../src/store/control-store.ts';
import { keys } from '../../src/store/keys.ts';
import type { MemoryTable } from '../../src/store/memory-table.ts';
import type { FakeSide } from './fake-side.ts';
import { PARTITION, type Ledger } from './ledger.ts';
import type { Prng } from './prng.ts';
import type { Users } from './users.ts';

export interface Office {
  readonly prng: Prng;
  readonly users: Users;
  readonly sides: Readonly<Record<SideKey, FakeSide>>;
  readonly ledger: Ledger;
  readonly state: MemoryTable;
  now(): number;
  note(event: string): void;
}

export class Others {
  readonly #office: Office;

  constructor(office: Office) {
    this.#office = office;
  }

  async act(): Promise<void> {
    const act = this.#office.prng.pick(['bell', 'mark', 'settings', 'retry', 'answer'] as const);
    switch (act) {
      case 'bell': return this.#ring('user');
      case 'mark': return this.#mark();
      case 'settings': return this.#settle();
      case 'retry': return this.retryParked();
      case 'answer': await this.answerAll(); return;
      default: act satisfies never;
    }
  }

  /** A person presses "Try again" on everything that was set aside. */
  async retryParked(): Promise<void> {
    const parked = this.#office.ledger.read().todos().filter(({ isParked }) => isParked);
    if (parked.length > 0) this.#office.note('user tries again');
    for (const { linkId } of parked) await this.#merge(linkId, retryCells(this.#office.now()));
    if (parked.length > 0) await this.#ring('user');
  }

  /** A person who knows everybody answers what is asked. Answers whether anything was. */
  async answerAll(): Promise<boolean> {
    const asked = this.#office.ledger.read().todos().filter(({ ask, isParked }) => ask && !ask.answer && isParked !== true);
    for (const todo of asked) await this.#answer(todo);
    if (asked.length > 0) await this.#ring('user');
    return asked.length > 0;
  }

  /** Todos in short. */
  telling(todos: readonly Todo[]): readonly string[] {
    return todos.map(({ linkId, reason, error, ask, intent, nextTry, seen }) => {
      const parts = [seen.m?.id, seen.c?.id, reason, intent?.op, error?.code, ask?.reason, `in ${Math.round((nextTry - this.#office.now()) / 60_000)} min`];
      return `${linkId.slice(0, 4)} ${parts.filter((part) => part !== undefined).join(' ')}`;
    });
  }

  async #answer({ linkId, ask, seen, intent }: Todo): Promise<void> {
    const { users, sides, note, now } = this.#office;
    if (!ask) return;
    const target = intent?.op === 'create' ? intent.side : 'c';
    const own = seen.m && users.twins.get(`m:${seen.m.id}`);
    const candidate = ask.candidates.find((id) => own === `c:${id}` || sides[target].records.get(id)?.madeFor === linkId);
    note(`user answers ${linkId.slice(0, 4)} ${candidate ?? 'different'}`);
    await this.#merge(linkId, answerCells(ask, candidate === undefined ? { verdict: 'different' } : { verdict: 'same', candidate }, now()));
  }

  /** A notification: one record is to be looked at, whatever else is known of it. The lookup in the index comes first. */
  async #mark(): Promise<void> {
    const { prng, sides, ledger, note, now } = this.#office;
    const side = prng.pick(['m', 'c'] as const);
    const live = sides[side].live();
    if (live.length === 0) return;
    const { id, version } = prng.pick(live);
    const linkId = ledger.read().linkOf(side, id)?.id ?? ledger.keysOf(side, id).own;
    note(`others mark ${side} ${id}`);
    await this.#merge(linkId, markCells({ kind: 'contact', seen: { [side]: { id, version: String(version) } }, reason: 'user', nextTry: now() }));
    await this.#ring('notification');
  }

  async #settle(): Promise<void> {
    const { prng, ledger, state, note } = this.#office;
    const row = ledger.read().rows.get(keys.config);
    if (!row) throw new Error('there is no config');
    const config: Config = { ...plainValue<Config>(row), intervalMinutes: prng.pick([15, 30, 60]) };
    note(`user sets ${config.intervalMinutes} minutes`);
    await state.batch(PARTITION, [{ op: 'put', key: keys.config, cells: plainCells(config), etag: row.etag }]);
    await this.#ring('settings');
  }

  async #ring(by: 'user' | 'settings' | 'notification'): Promise<void> {
    this.#office.note(`${by} rings`);
    await this.#office.state.batch(PARTITION, [bellChange(this.#office.now(), by)]);
  }

  async #merge(linkId: string, cells: ReturnType<typeof markCells>): Promise<void> {
    await this.#office.state.batch(PARTITION, [{ op: 'merge', key: keys.todo(linkId), cells }]);
  }
}
