/** One user of the world: a mailbox, his eyes on the CRM, his rows in the store, and all that watch over them. */
import type { Todo } from '../../src/engine/link.ts';
import type { Kind, SideKey } from '../../src/engine/record.ts';
import type { MemoryTable } from '../../src/store/memory-table.ts';
import type { FakeRecord } from './fake-record.ts';
import type { FakeSide } from './fake-side.ts';
import type { Faults } from './faults.ts';
import { Guard } from './guard.ts';
import { Ledger } from './ledger.ts';
import { servicesOf, type Seat } from './mailbox.ts';
import { Others } from './others.ts';
import { People } from './people.ts';
import { Regrets } from './regrets.ts';
import type { Prng } from './prng.ts';
import type { Scheduler } from './scheduler.ts';
import type { SimSide } from './side.ts';
import type { Users } from './users.ts';
import { Witness } from './witness.ts';

export interface Room {
  readonly services: Readonly<Record<SideKey, SimSide>>;
  readonly state: MemoryTable;
  readonly prng: Prng;
  readonly faults: Faults;
  readonly users: Users;
  readonly scheduler: Scheduler;
  readonly kinds: readonly Kind[];
  readonly crowd: number;
  /** What services let any of the users overwrite unseen. */
  readonly unseen: Set<string>;
  /** Others who use the same CRM. */
  readonly colleagues: readonly string[];
}

export class Desk {
  readonly seat: Seat;
  readonly services: Readonly<Record<SideKey, SimSide>>;
  readonly sides: Readonly<Record<SideKey, FakeSide>>;
  readonly users: Users;
  readonly ledger: Ledger;
  readonly people: People;
  readonly others: Others;
  readonly witness: Witness;
  readonly guard: Guard;
  readonly regrets: Regrets;

  constructor(seat: Seat, { services, state, prng, faults, users, scheduler, kinds, crowd, unseen, colleagues }: Room) {
    this.seat = seat;
    this.services = services;
    this.users = users;
    const sides = { m: services.m.fake, c: services.c.fake };
    this.sides = sides;
    const ledger = new Ledger(state, seat);
    this.ledger = ledger;
    const now = (): number => scheduler.now;
    const note = (event: string): void => { scheduler.note(event); };
    const holds = { m: services.m.profile.holds, c: services.c.profile.holds };
    this.people = new People({ prng, faults, users, sides, holds, kinds, crowd, colleagues, now, note,
      isLinked: (key, id) => ledger.read().linkOf(key, id) !== undefined });
    // What a person calls waits at no gate.
    const pane = servicesOf({ clock: { now }, state, sides });
    this.others = new Others({ services: pane, seat, prng, users, sides, ledger, state, now, note });
    this.witness = new Witness({ ledger, users, sides, unseen, now, prefix: seat.prefix, isStrict: (key) => services[key].profile.isStrict });
    const { others, witness } = this;
    this.regrets = new Regrets({ services: pane, seat, prng, users, sides, ledger, witness, now, note, control: () => others.control() });
    const isNobodys = (side: SideKey, record: FakeRecord): boolean => this.isTaken(record) || this.isNotOurs(side, record) || this.#isHanded(side, record);
    this.guard = new Guard({ ledger, users, sides, now, isNobodys });
  }

  /** Bad itself, or the same person as a bad record on the other side: nothing can be done for it. */
  isHopeless(side: SideKey, record: FakeRecord): boolean {
    const twin = this.sides[side === 'm' ? 'c' : 'm'].records.get(this.users.twins.get(`${side}:${record.id}`)?.slice(2) ?? '');
    return this.users.isBad(record) || (twin !== undefined && this.users.isBad(twin));
  }

  /** The records that a todo is about, by itself, its link, its question, or as the same person on the other side. */
  concerned({ linkId, seen, ask }: Todo): readonly FakeRecord[] {
    const link = this.ledger.read().link(linkId);
    return (['m', 'c'] as const).flatMap((side) => {
      const other = side === 'm' ? 'c' : 'm';
      const twin = this.users.twins.get(`${other}:${seen[other]?.id ?? ''}`)?.slice(2);
      const ids = [seen[side]?.id, link?.[side]?.id, twin, ...ask?.candidates ?? []];
      return ids.flatMap((id) => this.sides[side].records.get(id ?? '') ?? []);
    });
  }

  /** A colleague's, or known to the CRM as a colleague's, or beyond the window: nothing is made of it. */
  isNotOurs(side: SideKey, record: FakeRecord): boolean {
    const { sides, users } = this;
    if (sides[side].isOutside(record) || !sides[side].isOwn(record)) return true;
    const twin = side === 'm' ? sides.c.records.get(users.twins.get(`m:${record.id}`)?.slice(2) ?? '') : undefined;
    if (twin === undefined || !sides.c.isOwn(twin)) return twin !== undefined;
    // Once set aside as a colleague's, it is looked at again when somebody touches it, or when what it was known by comes to this user.
    const isElsewhere = twin.isAway === true || twin.isGone || twin.isHidden === true || this.ledger.read().linkOf('c', twin.id) !== undefined;
    return this.#isHanded(side, record) && isElsewhere;
  }

  /** Known as a colleague's until he handed it over, which the CRM tells. */
  #isHanded(side: SideKey, { id }: FakeRecord): boolean {
    return side === 'm' && this.users.handed.has(this.users.twins.get(`m:${id}`) ?? '');
  }

  /** A colleague came first: nothing becomes of this copy of a meeting. */
  isTaken(record: FakeRecord): boolean {
    const { identity } = record.marks ?? {};
    if (identity === undefined) return false;
    if (this.users.colleagues.has(identity)) return true;
    const claimant = this.users.company ? this.ledger.claimantOf(identity) : undefined;
    return claimant !== undefined && claimant !== this.seat.user;
  }
}
