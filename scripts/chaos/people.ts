/** The users' side of the story: people on both sides, edits with tokens that no other edit has, and a ledger of all of them. */
import type { Prng } from '../../functions/test/sim/prng.ts';
import { mailboxPerson } from '../bench/people.ts';
import type { CrmHand } from '../hands/crm.ts';
import type { MailboxContact, MailboxHand } from '../hands/mailbox.ts';
import { crmValues } from '../hands/person.ts';

export type SideKey = 'm' | 'c';

export const FIELDS = [
  { name: 'jobTitle' }, { name: 'department' }, { name: 'assistantName' },
] as const;
type Field = (typeof FIELDS)[number];

export interface Edit {
  readonly side: SideKey;
  readonly token: string;
  /** What stood there on that side when the user wrote: he has seen it, so it may not come back. */
  readonly replaced: string;
}

export interface RawPerson { readonly id: string; readonly email: string; value(field: Field): string }

/** Of all people one in so many is edited again and again. */
const BUSY_EACH = 12;
const BORN_LAST = 6;
/** People edited in a busy moment, and those of them edited on both sides. */
const EDITED = 9;
const CONFLICTS = 3;

const BOTH_SIDES: readonly SideKey[] = ['m', 'c'];

export interface Hands { readonly mailbox: MailboxHand; readonly crm: CrmHand }

export class Users {
  /** "address field" -> every edit, oldest first. */
  readonly ledger = new Map<string, Edit[]>();
  readonly addresses = new Set<string>();
  /** On both sides from the start and not filled from each other yet: a first meeting overwrites nothing, so edits wait for it. */
  readonly #unmet = new Set<string>();
  readonly #hands: Hands;
  readonly #dice: Prng;
  #people = 0;
  #tokens = 0;

  constructor(hands: Hands, dice: Prng) {
    this.#hands = hands;
    this.#dice = dice;
  }

  get edits(): number { return this.#tokens; }

  /** A third of them on each side alone, a third on both with blanks for each other. */
  async populate(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      if (index % 3 === 0) await this.#birth('m', FIELDS);
      else if (index % 3 === 1) await this.#birth('c', FIELDS);
      else {
        await this.#birth('m', FIELDS.slice(0, 1));
        this.#people -= 1;
        this.#unmet.add(await this.#birth('c', FIELDS.slice(1, 2)));
      }
    }
  }

  /** A busy moment: births, edits on each side, and the same field of the same person on both. */
  async work(): Promise<void> {
    for (const side of BOTH_SIDES) if (this.#dice.chance(0.6)) await this.#birth(side, FIELDS);
    const everybody = { m: await this.all('m'), c: await this.all('c') };
    this.#noteMeetings(everybody);
    // Few people, so that the same field is often edited again, and those who were born last. Nobody is edited twice in a moment.
    const busy = [...this.addresses].filter((email, place, { length }) => (
      (place % BUSY_EACH === 0 || length - place <= BORN_LAST) && !this.#unmet.has(email)));
    for (const [place, email] of this.#dice.shuffled(busy).slice(0, EDITED).entries()) {
      const field = this.#dice.pick(FIELDS);
      const sides = place < CONFLICTS ? this.#dice.shuffled(BOTH_SIDES) : [this.#dice.pick(BOTH_SIDES)];
      for (const side of sides) await this.#edit(side, everybody[side].find((person) => person.email === email), field);
    }
  }

  /** A side as it lies there. */
  async all(side: SideKey): Promise<readonly RawPerson[]> {
    if (side === 'm') {
      return (await this.#hands.mailbox.contacts()).map((contact) => ({
        id: text(contact.id), email: text(contact.emailAddresses?.[0]?.address).toLowerCase(), value: ({ name }) => text(contact[name]),
      }));
    }
    return (await this.#hands.crm.contacts()).map(({ id, values }) => ({
      id, email: text(values['primaryEmail']).toLowerCase(), value: ({ name }) => text(values[name]),
    }));
  }

  #noteMeetings(people: Readonly<Record<SideKey, readonly RawPerson[]>>): void {
    if (this.#unmet.size === 0) return;
    const mailbox = new Map(people.m.map((person) => [person.email, person]));
    for (const person of people.c) {
      if (FIELDS.every((field) => mailbox.get(person.email)?.value(field) === person.value(field))) this.#unmet.delete(person.email);
    }
  }

  /** Answers the address. */
  async #birth(side: SideKey, fields: readonly Field[]): Promise<string> {
    const index = this.#people;
    this.#people += 1;
    const { companyName: _company, jobTitle: _title, ...contact }: MailboxContact = mailboxPerson(index);
    const email = text(contact.emailAddresses?.[0]?.address).toLowerCase();
    const tokens = Object.fromEntries(fields.map((field) => [field.name, this.#token(side, email, field, '')] as const));
    this.addresses.add(email);
    if (side === 'm') await this.#hands.mailbox.addContact({ ...contact, ...tokens });
    else await this.#hands.crm.addContact({ ...crmValues(contact), ...tokens });
    return email;
  }

  async #edit(side: SideKey, person: RawPerson | undefined, field: Field): Promise<void> {
    if (!person) return;
    const { id, email } = person;
    const token = this.#token(side, email, field, person.value(field));
    if (side === 'm') await this.#hands.mailbox.updateContact(id, { [field.name]: token });
    else await this.#hands.crm.updateContact(id, { [field.name]: token });
  }

  #token(side: SideKey, email: string, { name }: Field, replaced: string): string {
    this.#tokens += 1;
    const token = `${name} ${this.#tokens}${side}`;
    const key = `${email} ${name}`;
    this.ledger.set(key, [...this.ledger.get(key) ?? [], { side, token, replaced }]);
    return token;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
