/** People on both sides, one act at a time: they enter, edit, delete, restore, merge, hide and move records. */
import type { FieldName, Fields, FieldValue, SideKey } from '../../src/engine/record.ts';
import type { FakeRecord } from './fake-record.ts';
import type { FakeSide } from './fake-side.ts';
import type { Faults } from './faults.ts';
import type { Prng } from './prng.ts';
import { REFUSED, REWRITTEN, type Users } from './users.ts';

const EDITED: readonly FieldName[] = ['jobTitle', 'department', 'phones.mobile', 'givenName', 'primaryEmail'];
const RECORDS_MAX = 8;

export interface Place {
  readonly prng: Prng;
  readonly faults: Faults;
  readonly users: Users;
  readonly sides: Readonly<Record<SideKey, FakeSide>>;
  readonly holds: Readonly<Record<SideKey, readonly FieldName[]>>;
  isLinked(side: SideKey, id: string): boolean;
  now(): number;
  note(event: string): void;
}

export class People {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  act(): void {
    const { prng, faults, sides } = this.#place;
    const side = prng.pick(['m', 'c'] as const);
    const live = sides[side].live();
    const dice = prng.fraction();
    const people = sides.m.records.size + sides.c.records.size;
    const rarely = (['remove', 'restore', 'merge', 'hide', 'leave', 'stir'] as const).find((name) => prng.chance(faults[name]));
    if ((dice < 0.25 || live.length === 0) && people < RECORDS_MAX) this.#enter(side);
    else if (rarely) this.#rarely(rarely, side, live);
    else if (live.length > 0) this.edit(side, prng.pick(live));
  }

  edit(side: SideKey, record: FakeRecord): void {
    const { prng, users, sides, holds, note } = this.#place;
    const field = prng.pick(EDITED.filter((one) => holds[side].includes(one)));
    // Of a creation whose answer got lost a blank looks like what the service could not hold: nobody can tell who cleared it (R9).
    const isAdrift = record.madeFor !== undefined && !this.#place.isLinked(side, record.id);
    const mayClear = field !== 'givenName' && field !== 'primaryEmail' && !isAdrift;
    const value = mayClear && prng.chance(0.12) ? null : this.#value(field);
    note(`user edits ${side} ${record.id} ${field} ${String(value)}`);
    sides[side].edit(record.id, { [field]: value });
    users.noteEdit(side, record, field, this.#place.now());
  }

  #rarely(act: 'remove' | 'restore' | 'merge' | 'hide' | 'leave' | 'stir', side: SideKey, live: readonly FakeRecord[]): void {
    const { prng, users, sides, note } = this.#place;
    const fake = sides[side];
    const all = [...fake.records.values()];
    const some = (records: readonly FakeRecord[]): FakeRecord | undefined => (records.length > 0 ? prng.pick(records) : undefined);
    const part = (record: FakeRecord, sentence: string): void => {
      users.parted.add(`${side}:${record.id}`);
      note(`user ${sentence} ${side} ${record.id}`);
    };
    switch (act) {
      case 'remove': for (const record of present(some(live))) { part(record, 'deletes'); fake.remove(record.id); } return;
      case 'restore':
        for (const record of present(some(all.filter(({ isGone, movedTo }) => isGone && movedTo === undefined)))) {
          users.restored.add(`${side}:${record.id}`);
          note(`user restores ${side} ${record.id}`);
          fake.restore(record.id);
        }
        return;
      case 'merge': this.#merge(live); return;
      case 'hide':
        for (const record of present(some(all.filter(({ isGone }) => !isGone)))) {
          part(record, record.isHidden === true ? 'may again read' : 'may no longer read');
          fake.hide(record.id, record.isHidden !== true);
        }
        return;
      case 'leave':
        for (const record of present(some(live))) { note(`user moves ${side} ${record.id}`); fake.leave(record.id, record.isAway !== true); }
        return;
      case 'stir': for (const record of present(some(live))) { note(`version noise ${side} ${record.id}`); fake.stir(record.id); } return;
      default: act satisfies never;
    }
  }

  /** Only a CRM merges records. */
  #merge(live: readonly FakeRecord[]): void {
    const { prng, users, sides, note } = this.#place;
    const all = live.every(({ id }) => sides.c.records.has(id)) ? live : sides.c.live();
    const [loser, survivor] = prng.shuffled(all);
    if (!loser || !survivor) return;
    note(`user merges c ${loser.id} into ${survivor.id}`);
    for (const { id } of [loser, survivor]) users.parted.add(`c:${id}`);
    users.hasMerged = true;
    sides.c.merge(loser.id, survivor.id);
  }

  #enter(side: SideKey): void {
    const { prng, faults, users, sides } = this.#place;
    const name = `P${users.tokens += 1}`;
    const isRefused = prng.chance(faults.refusedRecord);
    const core: Fields = {
      familyName: `${isRefused ? REFUSED : ''}${name}son`, givenName: `${name}given`, primaryEmail: `${name}@people.example`,
    };
    const one = sides[side].add({ ...core, ...this.#some() });
    if (prng.chance(faults.malformed)) this.#deform(side, one);
    this.#noteBirth(side, one);
    if (isRefused || !prng.chance(0.25)) return;
    const other = side === 'm' ? 'c' : 'm';
    const two = sides[other].add({ ...core, ...this.#some() });
    this.#noteBirth(other, two);
    users.twins.set(`${side}:${one}`, `${other}:${two}`);
    users.twins.set(`${other}:${two}`, `${side}:${one}`);
  }

  /** A list where a text belongs, as no connector should ever hand over. */
  #deform(side: SideKey, id: string): void {
    const { users, sides, note } = this.#place;
    const record = sides[side].of(id);
    users.malformed.add(id);
    record.fields = { ...record.fields, jobTitle: ['a list'] };
    note(`${side} ${id} is malformed`);
  }

  #some(): Fields {
    const { prng } = this.#place;
    return Object.fromEntries((['jobTitle', 'department'] as const).flatMap((field) => (prng.chance(0.6) ? [[field, this.#value(field)]] : [])));
  }

  #noteBirth(side: SideKey, id: string): void {
    const { users, sides, holds, note, now } = this.#place;
    const record = sides[side].of(id);
    note(`user enters ${side} ${id} ${JSON.stringify(record.fields)}`);
    for (const field of holds[side]) users.noteEdit(side, record, field, now());
  }

  /** Some are long, so that a side that cuts has something to cut; a phone is made of digits. */
  #value(field: FieldName): FieldValue {
    const { prng, users } = this.#place;
    users.tokens += 1;
    if (field === 'phones.mobile') return `+49 171 ${String(1_000_000 + users.tokens)}`;
    if (field === 'primaryEmail') return `T${users.tokens}@people.example`;
    const blanks = prng.chance(0.1) ? ' ' : '';
    return field !== REWRITTEN && prng.chance(0.2) ? `T${users.tokens}-${'x'.repeat(60)}` : `T${users.tokens}${blanks}`;
  }
}

const present = (record: FakeRecord | undefined): readonly FakeRecord[] => (record ? [record] : []);
