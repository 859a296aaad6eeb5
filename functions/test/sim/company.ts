/** What people who share one CRM do with each other: they hand records over, and invite each other to meetings. */
import type { Head } from '../../src/app/control.ts';
import type { FieldName, FieldValue } from '../../src/engine/record.ts';
import type { Desk } from './desk.ts';
import type { FakeRecord } from './fake-record.ts';
import type { Prng } from './prng.ts';

/**
 * While a first sync is under way, the mailbox is not searched for what was set aside in it as a colleague's: a record that is handed over
 * just then is made a second time there (meet.ts, mailboxFor), which is known.
 */
const isPastFirstSync = ({ lastRunAt, firstSync }: Head): boolean => lastRunAt !== undefined && firstSync === undefined;

export class Company {
  readonly #desks: readonly Desk[];
  readonly #prng: Prng;
  readonly #world: { readonly now: () => number; readonly note: (event: string) => void; readonly hasEvents: boolean };

  constructor(desks: readonly Desk[], prng: Prng, world: { readonly now: () => number; readonly note: (event: string) => void; readonly hasEvents: boolean }) {
    this.#desks = desks;
    this.#prng = prng;
    this.#world = world;
    for (const desk of desks) desk.people.onMove = (record, field, value) => { this.#spread(desk, record, field, value); };
  }

  act(): void {
    if (this.#world.hasEvents && this.#prng.chance(0.5)) this.#meet();
    else this.#handOver();
  }

  /** A record becomes another user's, who from then on finds it among his own. */
  #handOver(): void {
    const desk = this.#prng.pick(this.#desks);
    const live = desk.sides.c.live().filter((record) => this.#mayBeHanded(record));
    if (live.length === 0) return;
    const record = this.#prng.pick(live);
    const heirs = this.#desks.filter(({ seat, ledger }) => seat.user !== record.owner?.id && isPastFirstSync(ledger.read().head()));
    if (heirs.length === 0) return;
    const { seat } = this.#prng.pick(heirs);
    desk.users.handed.add(`c:${record.id}`);
    this.#world.note(`user hands c ${record.id} over to ${seat.prefix}`);
    desk.sides.c.hand(record.id, seat.user);
  }

  /** What was just made and bears no key is known by whose it is: nobody could find it again elsewhere. */
  #mayBeHanded({ madeFor, id }: FakeRecord): boolean {
    return madeFor === undefined || this.#desks.some(({ ledger }) => ledger.read().linkOf('c', id) !== undefined);
  }

  #meet(): void {
    const [host, ...others] = this.#prng.shuffled(this.#desks);
    if (!host) return;
    const record = host.people.host();
    for (const guest of others) if (this.#prng.chance(0.8)) guest.people.attend(record);
  }

  /** Calendars tell each guest's what the host has changed. */
  #spread(host: Desk, { marks }: FakeRecord, field: FieldName, value: FieldValue | null): void {
    for (const { sides, users } of this.#desks.filter((desk) => desk !== host)) {
      for (const copy of sides.m.live().filter((record) => record.marks?.identity === marks?.identity)) {
        sides.m.edit(copy.id, { [field]: value });
        users.noteEdit('m', copy, field, this.#world.now());
      }
    }
  }
}
