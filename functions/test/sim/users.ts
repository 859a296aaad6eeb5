/** People who edit both sides: every value they write is a token that was never written before. */
import type { FieldName, Fields, SideKey } from '../../src/engine/record.ts';
import type { FakeRecord } from './fake-side.ts';
import type { World } from './world.ts';

const EDITED: readonly FieldName[] = ['jobTitle', 'department', 'phones.mobile', 'givenName'];
const PLAIN: readonly FieldName[] = ['jobTitle', 'department'];
const RECORDS_MAX = 8;

interface Edit { readonly token: string; readonly at: number }

export class Users {
  /** `side:id:field` -> edits by people, oldest first; a birth is the first. */
  readonly edits = new Map<string, Edit[]>();
  readonly deleted = new Set<string>();
  /** Ids of people who were entered on both sides before sync knew them. */
  readonly twins = new Map<string, string>();
  readonly #world: World;
  #tokens = 0;

  constructor(world: World) {
    this.#world = world;
  }

  act(): void {
    const { prng, services } = this.#world;
    const side = prng.pick(['m', 'c'] as const);
    const live = services[side].fake.live();
    const dice = prng.fraction();
    const people = services.m.fake.records.size + services.c.fake.records.size;
    if ((dice < 0.3 || live.length === 0) && people < RECORDS_MAX) this.#enter(side);
    else if (dice < 0.93 && live.length > 0) this.#edit(side, prng.pick(live));
    else if (live.length > 0) this.#remove(side, prng.pick(live));
  }

  last(side: SideKey, id: string, field: FieldName): Edit | undefined {
    return this.edits.get(`${side}:${id}:${field}`)?.at(-1);
  }

  /** The part of a value that no service changes. */
  static tokenOf(value: unknown): string {
    return typeof value === 'string' ? value.trim().toLowerCase().replace(/[-@].*$/, '') : '';
  }

  #enter(side: SideKey): void {
    const { prng, services } = this.#world;
    const name = `P${this.#tokens += 1}`;
    const core: Fields = { familyName: `${name}son`, givenName: `${name}given`, primaryEmail: `${name}@people.example` };
    const one = services[side].fake.add({ ...core, ...this.#some() });
    this.#note(side, one);
    if (!prng.chance(0.25)) return;
    const other = side === 'm' ? 'c' : 'm';
    const two = services[other].fake.add({ ...core, ...this.#some() });
    this.#note(other, two);
    this.twins.set(`${side}:${one}`, `${other}:${two}`);
    this.twins.set(`${other}:${two}`, `${side}:${one}`);
  }

  #some(): Fields {
    const { prng } = this.#world;
    return Object.fromEntries((['jobTitle', 'department'] as const).flatMap((field) => (prng.chance(0.6) ? [[field, this.#value(field)]] : [])));
  }

  #edit(side: SideKey, record: FakeRecord): void {
    const { prng, services, scheduler } = this.#world;
    // A creation whose answer got lost is not linked yet. Where a service has no place for our key it is known again by its key
    // fields alone, and a blank looks like what the service could not hold: what people do to these until then, nobody can tell.
    const isAdrift = record.madeFor !== undefined && !this.#world.isLinked(side, record.id);
    const field = prng.pick(isAdrift && services[side].profile.ownKey === 'none' ? PLAIN : EDITED);
    const value = prng.chance(0.12) && field !== 'givenName' && !isAdrift ? null : this.#value(field);
    scheduler.note(`user edits ${side} ${record.id} ${field} ${String(value)}`);
    services[side].fake.edit(record.id, { [field]: value });
    this.#push(side, record, field);
  }

  #remove(side: SideKey, record: FakeRecord): void {
    const { services, scheduler } = this.#world;
    scheduler.note(`user deletes ${side} ${record.id}`);
    services[side].fake.remove(record.id);
    this.deleted.add(`${side}:${record.id}`);
  }

  #note(side: SideKey, id: string): void {
    const record = this.#world.services[side].fake.records.get(id);
    if (!record) throw new Error(`there is no record ${id}`);
    this.#world.scheduler.note(`user enters ${side} ${record.id} ${JSON.stringify(record.fields)}`);
    for (const field of this.#world.services[side].profile.holds) this.#push(side, record, field);
  }

  #push(side: SideKey, { id, fields }: FakeRecord, field: FieldName): void {
    const key = `${side}:${id}:${field}`;
    const edit = { token: Users.tokenOf(fields[field]), at: this.#world.scheduler.now };
    this.edits.set(key, [...this.edits.get(key) ?? [], edit]);
  }

  /** Some are long, so that a side that cuts has something to cut; a phone is made of digits. */
  #value(field: FieldName): string {
    const { prng } = this.#world;
    this.#tokens += 1;
    if (field === 'phones.mobile') return `+49 171 ${String(1_000_000 + this.#tokens)}`;
    const blanks = prng.chance(0.1) ? ' ' : '';
    return prng.chance(0.2) ? `T${this.#tokens}-${'x'.repeat(60)}` : `T${this.#tokens}${blanks}`;
  }
}
