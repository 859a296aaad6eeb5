/** People on both sides, one act at a time: they enter, edit, delete, restore, merge, hide and move records. */
import { fieldNames } from '../../src/engine/fields.ts';
import type { FieldName, Fields, FieldValue, Kind, SideKey } from '../../src/engine/record.ts';
import { linkIdOf } from '../../src/store/keys.ts';
import type { FakeRecord } from './fake-record.ts';
import type { FakeSide } from './fake-side.ts';
import type { Faults } from './faults.ts';
import { ORGANIZATION } from './mailbox.ts';
import type { Prng } from './prng.ts';
import type { Storm } from './theme.ts';
import { REFUSED, REWRITTEN, type Users } from './users.ts';

const EDITED: Readonly<Record<Kind, readonly FieldName[]>> = {
  contact: ['jobTitle', 'department', 'phones.mobile', 'givenName', 'primaryEmail'], event: ['location', 'when', 'subject'],
  task: ['dueDate', 'startDate', 'subject'],
};
/** What has no value is no record, and what people are known by is no detail. */
const NEVER_CLEARED: ReadonlySet<FieldName> = new Set(['givenName', 'primaryEmail', 'subject', 'when']);
const OPTIONAL: Readonly<Record<Kind, readonly FieldName[]>> = { contact: ['jobTitle', 'department'], event: ['location'], task: ['dueDate', 'startDate'] };
const RECORDS_MAX = 8;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Of the mailbox's events. */
const MEETINGS = 0.3;
const COLLEAGUE_FIRST = 0.3;
/** Of the people whom both sides know. */
const COLLEAGUES = 0.3;
/** Of what would be a merge. */
const CONVERSIONS = 0.4;

export interface Place {
  readonly prng: Prng;
  readonly faults: Faults;
  readonly users: Users;
  readonly sides: Readonly<Record<SideKey, FakeSide>>;
  readonly holds: Readonly<Record<SideKey, readonly FieldName[]>>;
  readonly kinds: readonly Kind[];
  /** Records that the world begins with: people enter others beside these. */
  readonly crowd: number;
  /** Others who use the same CRM. */
  readonly colleagues: readonly string[];
  isLinked(side: SideKey, id: string): boolean;
  now(): number;
  note(event: string): void;
}

export class People {
  readonly #place: Place;
  /** The host of a meeting changed it. */
  onMove: ((record: FakeRecord, field: FieldName, value: FieldValue | null) => void) | undefined;

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
    if ((dice < 0.25 || live.length === 0) && people < RECORDS_MAX + this.#place.crowd) this.#enter(side);
    else if (rarely) this.#rarely(rarely, side, live);
    else if (live.length > 0) this.edit(side, prng.pick(live));
  }

  edit(side: SideKey, record: FakeRecord): void {
    const { prng, users, sides, holds, note } = this.#place;
    // Of a creation whose answer got lost a blank looks like what the service could not hold: nobody can tell who cleared it (R9). Where
    // our key is not held, it is known by what it is called, which for a person is the family name.
    const isAdrift = record.madeFor !== undefined && !this.#place.isLinked(side, record.id);
    const field = prng.pick(EDITED[record.kind].filter((one) => holds[side].includes(one) && !(isAdrift && one === 'subject')));
    const mayClear = !NEVER_CLEARED.has(field) && !isAdrift;
    const value = mayClear && prng.chance(0.12) ? null : this.#value(field);
    note(`user edits ${side} ${record.id} ${field} ${String(value)}`);
    sides[side].edit(record.id, { [field]: value });
    users.noteEdit(side, record, field, this.#place.now());
    if (users.company && record.marks?.meeting === 'organizer') this.onMove?.(record, field, value);
  }

  /** An event with guests. */
  host(): FakeRecord {
    const { prng, users, sides } = this.#place;
    const id = sides.m.add({ ...this.#core('event', `P${users.tokens += 1}`, false), ...this.#some('event') }, undefined, 'event');
    const record = sides.m.of(id);
    record.marks = { meeting: prng.chance(0.8) ? 'organizer' : 'attendee', identity: `meeting of ${id}` };
    this.#noteMeeting(record);
    this.#noteBirth('m', id);
    return record;
  }

  #noteMeeting({ id, marks }: FakeRecord): void {
    this.#place.users.meetings.set(linkIdOf(ORGANIZATION, 'event', 'm', id), marks?.identity ?? '');
  }

  /** A colleague's meeting arrives in this calendar. */
  attend({ fields, marks }: FakeRecord): void {
    const { sides } = this.#place;
    const id = sides.m.add(fields, undefined, 'event');
    sides.m.of(id).marks = { ...marks, meeting: 'attendee' };
    this.#noteMeeting(sides.m.of(id));
    this.#noteBirth('m', id);
  }

  /** Records on either side before the trouble begins. */
  gather(): void {
    const { prng, crowd } = this.#place;
    for (let count = 0; count < crowd; count += 1) this.#enter(prng.pick(['m', 'c'] as const));
  }

  /** Much of a side goes at once, by a slip of somebody's hand or a fault of the service. */
  storm({ kind, side, share }: Storm): void {
    const { prng, users, sides, note } = this.#place;
    const live = prng.shuffled(sides[side].live());
    const field = kind === 'blank' ? EDITED[prng.pick(this.#place.kinds)].find((one) => !NEVER_CLEARED.has(one)) : undefined;
    note(`user storm: ${kind} of ${Math.ceil(live.length * share)} on ${side}`);
    for (const record of live.slice(0, Math.ceil(live.length * share))) {
      switch (kind) {
        case 'vanish': users.parted.add(`${side}:${record.id}`); this.#remove(side, record); break;
        case 'leave': sides[side].leave(record.id, true); break;
        case 'blank': if (field && record.fields[field]) this.#clear(side, record, field); break;
        default: kind satisfies never;
      }
    }
  }

  #clear(side: SideKey, record: FakeRecord, field: FieldName): void {
    const { users, sides, now } = this.#place;
    // What a creation of unknown outcome made is not told apart from what its service could not hold (see edit).
    if (record.madeFor !== undefined && !this.#place.isLinked(side, record.id)) return;
    sides[side].edit(record.id, { [field]: null });
    users.noteEdit(side, record, field, now());
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
      case 'remove':
        for (const record of present(some(live))) {
          part(record, 'deletes');
          this.#remove(side, record);
        }
        return;
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

  /** Of what is deleted beyond its window, a calendar says nothing. */
  #remove(side: SideKey, record: FakeRecord): void {
    const { users, sides } = this.#place;
    if (side === 'm' && sides.m.isOutside(record)) users.missed.add(`m:${record.id}`);
    sides[side].remove(record.id);
  }

  /** A lead becomes a contact: the same values under a new id, the old one points to it. */
  #convert(lead: FakeRecord): void {
    const { users, sides, note } = this.#place;
    const contact = sides.c.add(lead.fields, lead.owner);
    note(`user converts c ${lead.id} to ${contact}`);
    if (users.malformed.has(lead.id)) users.malformed.add(contact);
    if (users.isStrange('c', lead.id)) users.parted.add(`c:${contact}`);
    users.parted.add(`c:${lead.id}`);
    users.conversions.set(lead.id, contact);
    users.inherit('c', lead.id, contact);
    sides.c.merge(lead.id, contact);
  }

  /** Only a CRM merges records. */
  #merge(live: readonly FakeRecord[]): void {
    const { prng, users, sides, note } = this.#place;
    const all = (live.every(({ id }) => sides.c.records.has(id)) ? live : sides.c.live()).filter((record) => record.kind === 'contact');
    const [loser, survivor] = prng.shuffled(all);
    if (!loser || !survivor) return;
    // Leads are entered by people: sync makes contacts.
    if (loser.madeFor === undefined && prng.chance(CONVERSIONS)) { this.#convert(loser); return; }
    note(`user merges c ${loser.id} into ${survivor.id}`);
    for (const { id } of [loser, survivor]) users.parted.add(`c:${id}`);
    users.hasMerged = true;
    sides.c.merge(loser.id, survivor.id);
  }

  #enter(side: SideKey): void {
    const { prng, faults, users, sides, kinds, colleagues } = this.#place;
    const name = `P${users.tokens += 1}`;
    const isRefused = prng.chance(faults.refusedRecord);
    const kind = kinds.length > 1 ? prng.pick(kinds) : kinds[0] ?? 'contact';
    const core = this.#core(kind, name, isRefused);
    const one = sides[side].add({ ...core, ...this.#some(kind) }, undefined, kind);
    if (prng.chance(faults.malformed) && kind === 'contact') this.#deform(side, one);
    if (kind === 'event' && side === 'm' && prng.chance(MEETINGS)) this.#invite(one);
    this.#noteBirth(side, one);
    if (isRefused || !prng.chance(0.25)) return;
    const other = side === 'm' ? 'c' : 'm';
    const two = sides[other].add({ ...core, ...this.#some(kind) }, undefined, kind);
    // The CRM knows him already, as a colleague's.
    if (colleagues.length > 0 && other === 'c' && prng.chance(COLLEAGUES)) sides.c.hand(two, prng.pick(colleagues));
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

  #core(kind: Kind, name: string, isRefused: boolean): Fields {
    const begin = isRefused ? REFUSED : '';
    switch (kind) {
      case 'contact': return { familyName: `${begin}${name}son`, givenName: `${name}given`, primaryEmail: `${name}@people.example` };
      case 'event': return { subject: `${begin}${name}event`, when: this.#value('when') };
      case 'task': return { subject: `${begin}${name}task` };
      default: return kind satisfies never;
    }
  }

  /** Others are invited; a colleague's copy of the same meeting may have been seen before. */
  #invite(id: string): void {
    const { prng, users, sides, note } = this.#place;
    const record = sides.m.of(id);
    record.marks = { meeting: prng.pick(['organizer', 'attendee'] as const), identity: `meeting of ${id}` };
    note(`m ${id} has guests`);
    if (prng.chance(COLLEAGUE_FIRST)) users.colleagues.add(record.marks.identity ?? '');
  }

  #some(kind: Kind): Fields {
    const { prng } = this.#place;
    return Object.fromEntries(OPTIONAL[kind].flatMap((field) => (prng.chance(0.6) ? [[field, this.#value(field)]] : [])));
  }

  #noteBirth(side: SideKey, id: string): void {
    const { users, sides, holds, note, now } = this.#place;
    const record = sides[side].of(id);
    note(`user enters ${side} ${id} ${JSON.stringify(record.fields)}`);
    const own = new Set(fieldNames(record.kind));
    for (const field of holds[side]) if (own.has(field)) users.noteEdit(side, record, field, now());
  }

  /** Some are long, so that a side that cuts has something to cut; a phone is made of digits. */
  #value(field: FieldName): FieldValue {
    const { prng, users } = this.#place;
    users.tokens += 1;
    if (field === 'phones.mobile') return `+49 171 ${String(1_000_000 + users.tokens)}`;
    if (field === 'dueDate' || field === 'startDate') return new Date(this.#place.now() + users.tokens * DAY_MS).toISOString().slice(0, 10);
    if (field === 'when') return this.#span(users.tokens);
    if (field === 'primaryEmail') return `T${users.tokens}@people.example`;
    const blanks = prng.chance(0.1) ? ' ' : '';
    return field !== REWRITTEN && prng.chance(0.2) ? `T${users.tokens}-${'x'.repeat(60)}` : `T${users.tokens}${blanks}`;
  }

  /** An hour that no other event has; some lie in the past, which are history. */
  #span(token: number): string {
    const from = Date.UTC(2026, this.#place.prng.chance(0.15) ? 0 : 6, 1) + (token - 1_500) * HOUR_MS / 4;
    const text = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
    return `${text(from)}/${text(from + HOUR_MS)}`;
  }
}

const present = (record: FakeRecord | undefined): readonly FakeRecord[] => (record ? [record] : []);
