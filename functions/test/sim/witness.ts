/** Watches every outside write as it happens: it has a cause and only one effect (I5), overwrites nothing unseen (I12), and can be undone (I15). */
import { sameValue } from '../../src/engine/forms.ts';
import type { Wish } from '../../src/engine/link.ts';
import { changedFields } from '../../src/engine/observe.ts';
import type { FieldName, Fields, FieldValue, Seen, SideKey } from '../../src/engine/record.ts';
import type { Operation } from '../../src/ports/side.ts';
import type { Effect } from './fake-record.ts';
import type { FakeSide } from './fake-side.ts';
import type { Ledger } from './ledger.ts';
import { isHeld, Losses } from './losses.ts';
import type { Users } from './users.ts';
import { must } from './violation.ts';

/** A write that took effect. `isSettled`: its writer heard of it and stored a batch afterwards. */
export interface Deed {
  readonly actor: string;
  readonly side: SideKey;
  readonly id: string;
  readonly effect: Effect;
  readonly at: number;
  isHeard: boolean;
  isSettled: boolean;
}

export interface Scene {
  readonly ledger: Ledger;
  readonly users: Users;
  readonly sides: Readonly<Record<SideKey, FakeSide>>;
  readonly unseen: Set<string>;
  /** How the ids of this user's mailbox begin. */
  readonly prefix: string;
  now(): number;
  isStrict(side: SideKey): boolean;
}

export class Witness {
  readonly deeds: Deed[] = [];
  /** What services let any of the users overwrite unseen: `id field token` (R3, the residual race). */
  readonly unseen: ReadonlySet<string>;
  readonly #scene: Scene;
  /** The looks of each run at each record: a page, a read by id or a search. */
  readonly #looks = new Map<string, Seen[]>();
  /** What sync took away, against the brake. */
  readonly losses: Losses;
  /** Writes of a value to a field, by side, record, field and token. */
  readonly #written = new Map<string, Deed>();

  constructor(scene: Scene) {
    this.#scene = scene;
    this.unseen = scene.unseen;
    this.losses = new Losses(scene);
  }

  saw(actor: string, side: SideKey, record: Seen): void {
    const key = `${actor}:${side}:${record.id}`;
    const known = this.#looks.get(key);
    if (known) known.push(record);
    else this.#looks.set(key, [record]);
  }

  /** Asked when a run begins a write, before anything of it is served. */
  begins(actor: string, side: SideKey, operation: Operation): void {
    switch (operation.op) {
      case 'create': this.#beginsCreation(actor, side, operation); break;
      case 'update': this.#beginsUpdate(actor, side, operation); break;
      case 'delete': this.#beginsDeletion(actor, side, operation.id); break;
      default: operation satisfies never;
    }
  }

  /** Told when a write has taken effect, whatever its writer will hear. */
  took(actor: string, side: SideKey, effect: Effect): Deed {
    const deed: Deed = { actor, side, id: effect.id, effect, at: this.#scene.now(), isHeard: false, isSettled: false };
    this.deeds.push(deed);
    this.#judgeOwner(deed);
    this.losses.took(deed);
    this.#noteCarried(side, effect);
    if (effect.operation.op === 'create') this.#judgeBirth(deed);
    if (effect.operation.op !== 'update') return deed;
    for (const field of Object.keys(effect.after) as FieldName[]) {
      this.#judgeSight(deed, field);
      this.#judgeCause(deed, field);
    }
    return deed;
  }

  /** A run has stored a batch: what it heard of before is recorded. */
  committed(actor: string): void {
    for (const deed of this.deeds) if (deed.actor === actor && deed.isHeard) deed.isSettled = true;
  }

  /** I15: what is to be made is stored before, word for word. */
  #beginsCreation(actor: string, side: SideKey, { linkId, fields }: Extract<Operation, { op: 'create' }>): void {
    const intent = this.#scene.ledger.read().todo(linkId)?.intent;
    must(intent?.op === 'create' && isSame(intent.payload, fields), `the creation for ${linkId.slice(0, 4)} is stored before it is sent`);
    const looks = this.#looks.get(`${actor}:${side === 'm' ? 'c' : 'm'}:${intent.source.id}`) ?? [];
    must(looks.length === 0 || looks.some(({ isOutside }) => isOutside !== true), `${intent.source.id} lies beyond the window, so nothing is made of it`);
  }

  #beginsUpdate(actor: string, side: SideKey, { current, patch }: Extract<Operation, { op: 'update' }>): void {
    const page = this.#scene.ledger.read();
    const link = page.linkOf(side, current.id);
    must(link !== undefined, `${current.id} has a link when it is written`);
    must(side !== 'm' || this.#scene.sides.m.of(current.id).marks?.meeting === undefined, `${current.id} has guests, so the mailbox's copy is never written`);
    must(current.owner?.isUser !== false, `${current.id} belongs to a colleague when it is written`);
    must(!isHeld(page.todo(link.id)), `nothing is written for ${link.id.slice(0, 4)} while the brake holds it (I10)`);
    const source = side === 'm' ? 'c' : 'm';
    const intent = page.todo(link.id)?.intent;
    const looks = this.#looks.get(`${actor}:${side}:${current.id}`) ?? [];
    const others = this.#looks.get(`${actor}:${source}:${link[source]?.id ?? ''}`) ?? [];
    const { forms } = this.#scene.ledger;
    // A word that comes between an intent and its write is heard after it.
    const isHeard = (intent?.startedAt ?? 0) > (this.#scene.users.undone.get(link.id) ?? Infinity);
    if (isHeard) this.#judgeTakenBack(page.todo(link.id)?.wish, side, current, patch);
    for (const field of Object.keys(patch) as FieldName[]) {
      const [before, value] = [current.fields[field] ?? null, patch[field] ?? null];
      const where = `${field} of ${current.id}`;
      must(intent?.op === 'update' && isSame(intent.patch[side]?.[field], value), `the write to ${where} is stored before it is sent (I15)`);
      must(isSame(intent.before[side]?.[field] ?? null, before), `what stood in ${where} is stored before it is overwritten (I15)`);
      must(looks.some(({ fields }) => isSame(fields[field] ?? null, before)), `the write to ${where} rests on a look at it (I12)`);
      const origin = others.filter(({ fields }) => sameValue(field, fields[field] ?? null, value, forms));
      must(origin.length > 0 || this.#scene.users.words.has(link.id) || field === 'familyName', `${where} gets what the other side shows (I12)`);
      const agreed = link.shadow[source][field];
      const isChanged = ({ fields }: Seen): boolean => agreed === undefined || !sameValue(field, agreed, fields[field] ?? null, forms);
      must(origin.length === 0 || this.#scene.users.words.has(link.id) || origin.some(isChanged), `${where} is written because the other side changed (I12)`);
    }
  }

  /** I10 and I11: the other half is gone for certain, this one is as it was agreed, and it is stored first what it held. */
  #beginsDeletion(actor: string, side: SideKey, id: string): void {
    const { ledger, sides, users } = this.#scene;
    const page = ledger.read();
    const link = page.linkOf(side, id);
    must(link !== undefined, `${id} has a link when it is deleted`);
    const todo = page.todo(link.id);
    const intent = todo?.intent;
    must(intent?.op === 'delete' && intent.id === id, `the deletion of ${id} is stored before it is sent (I15)`);
    must(!isHeld(todo), `${id} is not deleted while the brake holds it (I10)`);
    must(sides[side].of(id).marks?.meeting === undefined, `${id} has guests, so it is never deleted`);
    const source = side === 'm' ? 'c' : 'm';
    const other = sides[source].records.get(link[source]?.id ?? '');
    const wasGone = other !== undefined && (users.restored.has(`${source}:${other.id}`) || (other.isGone && other.movedTo === undefined));
    must(wasGone || intent.why === 'undone', `${id} is deleted on evidence that ${other?.id ?? 'its other half'} is gone (I10)`);
    const seen = this.#looks.get(`${actor}:${side}:${id}`)?.at(-1);
    must(seen !== undefined, `the deletion of ${id} rests on a look at it (I11)`);
    must(seen.owner?.isUser !== false, `${id} belongs to a colleague when it is deleted`);
    // What an update of unknown outcome of ours has put there is no edit (R10).
    const edited = changedFields(link.shadow[side], seen.fields, ledger.forms).filter((field) => {
      const last = users.last(side, id, field);
      // Blanks are all alike: one from before the pair agreed is none that somebody made since.
      return last?.token === users.tokenOf(seen.fields[field]) && (last.token !== '' || last.at >= link.agreedAt);
    });
    must(edited.length === 0, `${id} is deleted although somebody had edited ${edited.join(' and ')} (I11)`);
    must(isSame(intent.before, seen.fields), `what stood in ${id} is stored before it is deleted (I15)`);
  }

  /**
   * Two users write to one record only where it was handed over between the look of one of them and his write: a service with
   * preconditions refuses that. So whose it is serves as the lock that R5 asks for.
   */
  #judgeOwner({ side, id, effect: { operation } }: Deed): void {
    const fake = this.#scene.sides[side];
    must(operation.op === 'create' || fake.isOwn(fake.of(id)) || !this.#scene.isStrict(side), `${id} was written although it had become a colleague's`);
  }

  /** What a colleague typed comes into a mailbox through the CRM or not at all. */
  #judgeBirth({ side, id, effect: { after } }: Deed): void {
    const { users, prefix } = this.#scene;
    if (!users.company || side === 'c') return;
    for (const value of Object.values(after)) {
      const token = users.tokenOf(value);
      must(!users.isTyped(token) || users.originsOf(token, prefix).size > 0, `${id} was made with ${token}, which never was in the CRM`);
    }
  }

  /** I15: a value is taken back only where what the run had written still stands, and what comes back is what stood there before. */
  #judgeTakenBack(wish: Wish | undefined, side: SideKey, { id, fields }: Seen, patch: Fields): void {
    if (wish?.do !== 'undo') return;
    const { forms } = this.#scene.ledger;
    const changes = wish.steps.flatMap((step) => (step.action === 'update' && step.side === side ? step.fields : []));
    for (const field of Object.keys(patch) as FieldName[]) {
      // Step by step, from what stands there now.
      const stood = changes.filter((change) => change.field === field).reduce((now: FieldValue | null, { before, after }) => (
        sameValue(field, after ?? null, now, forms) ? before ?? null : now), fields[field] ?? null);
      const isGuarded = sameValue(field, stood, patch[field] ?? null, forms);
      must(isGuarded, `${field} of ${id} is taken back although it no longer holds what the run had written (I15)`);
    }
  }

  #noteCarried(side: SideKey, { after }: Effect): void {
    const { users } = this.#scene;
    if (side === 'c') for (const value of Object.values(after)) users.carried.add(users.tokenOf(value));
  }

  /** I12: a service with preconditions refuses a write over what was not seen; the others are known for it. */
  #judgeSight({ side, id, effect: { operation, before } }: Deed, field: FieldName): void {
    if (operation.op !== 'update' || isSame(before[field] ?? null, operation.current.fields[field] ?? null)) return;
    must(!this.#scene.isStrict(side), `${field} of ${id} was overwritten unseen although ${side} knows preconditions (I12)`);
    this.#scene.unseen.add(`${id} ${field} ${this.#scene.users.tokenOf(before[field])}`);
  }

  /** I5: a person wrote it on the other side, and it is written once, unless nobody could know that it had been. */
  #judgeCause(deed: Deed, field: FieldName): void {
    const { users, ledger } = this.#scene;
    const { side, id, effect } = deed;
    const source = side === 'm' ? 'c' : 'm';
    const token = users.tokenOf(effect.after[field]);
    if (token === '' || users.isRewritten(field) || users.isStrange(side, id)) return;
    if (users.isUndone(ledger.read().linkOf(side, id)?.id ?? '')) return;
    const origins = users.originsOf(token, this.#scene.prefix);
    must(origins.size > 0, `${field} of ${id} was given a value that nobody wrote: ${token}`);
    // The survivor of a merge speaks for two: what one of them had from this side is news to the other's counterpart.
    const isMerged = users.parted.has(`${source}:${ledger.read().linkOf(side, id)?.[source]?.id ?? ''}`);
    must(origins.has(source) || isMerged, `${token} came back to the side it came from, into ${field} of ${id} (I5)`);
    const key = `${side}:${id}:${field}:${token}`;
    const known = this.#written.get(key);
    const isTouched = known && (users.last(side, id, field)?.at ?? 0) >= known.at;
    must(!known?.isSettled || isTouched === true, `${token} was written into ${field} of ${id} twice (I5)`);
    this.#written.set(key, deed);
  }
}

function isSame(a: Fields | FieldValue | null | undefined, b: Fields | FieldValue | null | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
