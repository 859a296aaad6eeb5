/** Who else writes beside the runs: "sync now", a webhook's mark, settings, "try again", and answers to questions. */
import type { Config, Control } from '../../src/app/control.ts';
import type { Services } from '../../src/app/services.ts';
import { answerHeld, listHeld } from '../../src/app/sync/held.ts';
import { brakeKey } from '../../src/engine/brake.ts';
import { fieldNames } from '../../src/engine/fields.ts';
import type { Held, Link, LinkId, Todo } from '../../src/engine/link.ts';
import type { Kind, SideKey } from '../../src/engine/record.ts';
import { answerCells, markCells, plainCells, plainValue, retryCells } from '../../src/store/codec.ts';
import { bellChange, readControl } from '../../src/store/control-store.ts';
import { keys, organizationPartition } from '../../src/store/keys.ts';
import type { MemoryTable } from '../../src/store/memory-table.ts';
import type { FakeSide } from './fake-side.ts';
import type { Ledger } from './ledger.ts';
import { ORGANIZATION, type Seat } from './mailbox.ts';
import type { Prng } from './prng.ts';
import type { Users } from './users.ts';

export interface Office {
  /** The app as the pane calls it, beside every run. */
  readonly services: Services;
  readonly seat: Seat;
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

  /** A person says what is to become of each group that the brake holds. Answers whether anything was held. */
  async answerBrake(): Promise<boolean> {
    const { services, users, prng, note, ledger } = this.#office;
    const control = await this.control();
    const { groups } = await listHeld(services, control);
    for (const { id } of groups) {
      const verdict = prng.pick(['confirm', 'keep', 'restore'] as const);
      note(`user says ${verdict} to ${id}`);
      for (const { linkId, held, wish } of ledger.read().todos()) {
        if (!held || wish || brakeKey(this.#kindOf(linkId), held) !== id) continue;
        users.words.set(linkId, verdict);
        const link = ledger.read().link(linkId);
        if (verdict !== 'confirm' && link) this.#noteWord(link, held, verdict);
      }
      await answerHeld(services, control, id, { verdict });
    }
    return groups.length > 0;
  }

  /** A word is about the whole record: all that was blanked in it is kept or restored with what was asked about. */
  #noteWord(link: Link, { what, side }: Held, verdict: 'keep' | 'restore'): void {
    const { sides, users, now } = this.#office;
    const [m, c] = [sides.m.records.get(link.m?.id ?? ''), sides.c.records.get(link.c?.id ?? '')];
    const there = side === 'm' ? m : c;
    if (what !== 'blank' && verdict === 'restore' && there) for (const field of fieldNames(link.kind)) users.noteEdit(side, there, field, now(), true);
    if (what !== 'blank' || !m || !c) return;
    for (const field of fieldNames(link.kind)) {
      if (verdict === 'keep') { for (const [key, { id }] of [['m', m], ['c', c]] as const) users.noteKept(key, id, field, now()); continue; }
      const blank = ([['m', m], ['c', c]] as const).find(([, { fields }]) => (fields[field] ?? null) === null);
      if (!blank) continue;
      // What differed before is not news that a word could bring back.
      if ((link.shadow[blank[0]][field] ?? null) === null) continue;
      const full = blank[0] === 'm' ? c : m;
      for (const [key, { id }] of [['m', m], ['c', c]] as const) users.noteEdit(key, { ...full, id }, field, now(), true);
    }
  }

  async control(): Promise<Control> {
    const { services, seat } = this.#office;
    const control = await readControl(services, seat.user);
    if (!control) throw new Error('the user is gone');
    return control;
  }

  #kindOf(linkId: LinkId): Kind {
    return this.#office.ledger.read().link(linkId)?.kind ?? 'contact';
  }

  /** Colleagues' runs take the meetings that they have seen first. */
  async claimMeetings(): Promise<void> {
    const { users, state } = this.#office;
    const partition = organizationPartition(ORGANIZATION);
    for (const identity of users.colleagues) {
      await state.batch(partition, [{ op: 'put', key: keys.meeting(identity), cells: { u: 'a colleague' } }]);
    }
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
    const meeting = seen.m && sides.m.records.get(seen.m.id)?.marks?.identity;
    const candidate = ask.candidates.find((id) => {
      const madeFor = sides[target].records.get(id)?.madeFor ?? '';
      return own === `c:${id}` || madeFor === linkId || (meeting !== undefined && users.meetings.get(madeFor) === meeting);
    });
    note(`user answers ${linkId.slice(0, 4)} ${candidate ?? 'different'}`);
    await this.#merge(linkId, answerCells(ask, candidate === undefined ? { verdict: 'different' } : { verdict: 'same', candidate }, now()));
  }

  /** Somebody wants one record looked at, whatever else is known of it. The lookup in the index comes first. */
  async #mark(): Promise<void> {
    const { prng, sides, ledger, note, now } = this.#office;
    const side = prng.pick(['m', 'c'] as const);
    const live = sides[side].live();
    if (live.length === 0) return;
    const record = prng.pick(live);
    const { id, version, kind } = record;
    const linkId = ledger.read().linkOf(side, id)?.id ?? ledger.ownOf(side, record);
    note(`others mark ${side} ${id}`);
    await this.#merge(linkId, markCells({ kind, seen: { [side]: { id, version: String(version) } }, reason: 'user', nextTry: now() }));
    await this.#ring('user');
  }

  async #settle(): Promise<void> {
    const { prng, ledger, state, seat, note } = this.#office;
    const row = ledger.read().rows.get(keys.config);
    if (!row) throw new Error('there is no config');
    const config: Config = { ...plainValue<Config>(row), intervalMinutes: prng.pick([15, 30, 60]) };
    note(`user sets ${config.intervalMinutes} minutes`);
    await state.batch(seat.partition, [{ op: 'put', key: keys.config, cells: plainCells(config), etag: row.etag }]);
    await this.#ring('settings');
  }

  async #ring(by: 'user' | 'settings'): Promise<void> {
    this.#office.note(`${by} rings`);
    await this.#office.state.batch(this.#office.seat.partition, [bellChange(this.#office.now(), by)]);
  }

  async #merge(linkId: string, cells: ReturnType<typeof markCells>): Promise<void> {
    await this.#office.state.batch(this.#office.seat.partition, [{ op: 'merge', key: keys.todo(linkId), cells }]);
  }
}
