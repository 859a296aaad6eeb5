/** What people did and wrote: every value is a token that was never written before, so an oracle knows where it came from. */
import type { Link, LinkId } from '../../src/engine/link.ts';
import type { FieldName, FieldValue, SideKey } from '../../src/engine/record.ts';
import type { FakeRecord } from './fake-record.ts';

/** `isWord`: nobody typed it, a person only said that it is to stay. */
export interface Edit { readonly token: string; readonly at: number; readonly isWord: boolean }

/** The field that services rewrite, in worlds where they do. */
export const REWRITTEN: FieldName = 'department';

/** Marks the family name of a record that no service takes. */
export const REFUSED = 'Refused';

const DATED = /^\d{4}-/;

export class Users {
  /** Records that were ever deleted, merged or out of reach: what parts a pair. */
  readonly parted = new Set<string>();
  /** Came out of the bin again. */
  readonly restored = new Set<string>();
  /** Records that were entered on both sides before sync knew them. */
  readonly twins = new Map<string, string>();
  readonly malformed = new Set<string>();
  /** Records that sync itself deleted, because a person had deleted the other half. */
  readonly deletedBySync = new Set<string>();
  /** What leads have become, by the id of the lead. */
  readonly conversions = new Map<string, string>();
  /** Events that somebody deleted while they lay beyond the window, of which no calendar tells. */
  readonly missed = new Set<string>();
  /** Several users share the CRM. */
  company = false;
  /** CRM records that changed their owner: what they were linked to before may stay behind as it was. */
  readonly handed = new Set<string>();
  /** Records that sync deleted again because a person took back the run that had made them. */
  readonly takenBack = new Set<string>();
  /** Meetings that a colleague's run makes in the CRM, by identity. */
  readonly colleagues = new Set<string>();
  /** Link that a copy of a meeting was born with -> the meeting. */
  readonly meetings = new Map<LinkId, string>();
  /** What people said about what the brake held, by link. */
  readonly words = new Map<LinkId, 'confirm' | 'keep' | 'restore' | 'undo'>();
  /** Pairs of which somebody took back what a run had done, and when. */
  readonly undone = new Map<LinkId, number>();
  /** `side:id:field` -> when a person said that a held blanking is not to travel: the sides may differ from then on. */
  readonly #kept = new Map<string, number>();
  /** `side:id:field` -> edits by people, oldest first; a birth is the first. */
  readonly #edits = new Map<string, Edit[]>();
  /** Token -> where it was typed: `c`, or how the ids of the mailbox begin. */
  readonly #origins = new Map<string, Set<string>>();
  /** Tokens that some run has carried into the CRM. */
  readonly carried = new Set<string>();
  /** `side:id` -> ids that it had before. */
  readonly #former = new Map<string, readonly string[]>();
  /** `side:id` -> `side:id` of all it was ever linked to. */
  readonly #met = new Map<string, Set<string>>();
  readonly #rewrites: boolean;
  tokens = 0;
  /** Whether records were merged: what was just being made for one of them may then stay without a counterpart. */
  hasMerged = false;

  constructor(rewrites: boolean) {
    this.#rewrites = rewrites;
  }

  last(side: SideKey, id: string, field: FieldName): Edit | undefined {
    return this.#edits.get(`${side}:${id}:${field}`)?.at(-1);
  }

  /** On which side of this mailbox's pairs a value was born; what was typed in a colleague's mailbox comes from the CRM, once it was carried there. */
  originsOf(token: string, prefix: string): ReadonlySet<SideKey> {
    const places = [...this.#origins.get(token) ?? []];
    return new Set(places.flatMap((place): SideKey[] => {
      if (place === prefix) return ['m'];
      return place === 'c' || this.carried.has(token) ? ['c'] : [];
    }));
  }

  /** Somebody wrote it, wherever. */
  isTyped(token: string): boolean { return this.#origins.has(token); }

  noteEdit(side: SideKey, { id, fields }: FakeRecord, field: FieldName, at: number, isWord = false): void {
    const key = `${side}:${id}:${field}`;
    const token = this.tokenOf(fields[field]);
    this.#edits.set(key, [...this.#edits.get(key) ?? [], { token, at, isWord }]);
    const place = side === 'c' ? 'c' : id.slice(0, id.indexOf('-'));
    this.#origins.set(token, new Set([...this.#origins.get(token) ?? [], place]));
  }

  /** What people wrote in a record is what they wrote in the one that it lives on as. */
  inherit(side: SideKey, from: string, to: string): void {
    for (const [key, edits] of [...this.#edits]) {
      const [owner, id, field] = key.split(':');
      if (owner === side && id === from) this.#edits.set(`${side}:${to}:${field ?? ''}`, edits);
    }
    for (const [one, twin] of [...this.twins]) if (twin === `${side}:${from}`) this.twins.set(one, `${side}:${to}`);
    this.#former.set(`${side}:${to}`, [from, ...this.#former.get(`${side}:${from}`) ?? []]);
  }

  /** `side:id` of all records that this one was ever linked to. */
  metBy(side: SideKey, id: string): readonly string[] {
    return [...this.#met.get(`${side}:${id}`) ?? []];
  }

  /** All ids that a record has had. */
  idsOf(side: SideKey, id: string): readonly string[] {
    return [id, ...this.#former.get(`${side}:${id}`) ?? []];
  }

  noteLink(link: Link | undefined): void {
    if (!link?.m || !link.c) return;
    const [m, c] = [`m:${link.m.id}`, `c:${link.c.id}`];
    this.#met.set(m, new Set([...this.#met.get(m) ?? [], c]));
    this.#met.set(c, new Set([...this.#met.get(c) ?? [], m]));
  }

  /**
   * The last edits of a field in both records of a pair, and every one in records that they were linked to before: those are gone, and the
   * last edit there may have gone with them, and so may what a word about it was to bring back.
   */
  editsOf(pair: Readonly<Record<SideKey, { readonly id: string }>>, field: FieldName): readonly Edit[] {
    const own = [`m:${pair.m.id}`, `c:${pair.c.id}`];
    const met = (['m', 'c'] as const).flatMap((side) => this.idsOf(side, pair[side].id).flatMap((id) => this.metBy(side, id)));
    const former = met.filter((place) => !own.includes(place));
    const edits = (place: string): readonly Edit[] => this.#edits.get(`${place}:${field}`) ?? [];
    const last = own.flatMap((place) => (former.length > 0 && edits(place).at(-1)?.isWord === true ? edits(place) : edits(place).slice(-1)));
    return [...last, ...former.flatMap(edits)];
  }

  /** The part of a value that no service changes. */
  tokenOf(value: FieldValue | null | undefined): string {
    if (typeof value !== 'string') return '';
    return DATED.test(value) ? value : value.trim().toLowerCase().replace(/[-@].*$/, '');
  }

  /** Somebody took back what a run did to this pair. */
  isUndone(link: LinkId): boolean { return this.undone.has(link); }

  isRewritten(field: FieldName): boolean {
    return this.#rewrites && field === REWRITTEN;
  }

  /** Nothing can be promised about which of its values wins: it was taken apart or put together again by people. */
  isStrange(side: SideKey, id: string): boolean {
    return this.parted.has(`${side}:${id}`) || this.restored.has(`${side}:${id}`) || this.deletedBySync.has(`${side}:${id}`)
      || this.takenBack.has(`${side}:${id}`);
  }

  /** Never to be taken by any service, or of a shape that nobody expects. */
  isBad({ id, fields }: Pick<FakeRecord, 'id' | 'fields'>): boolean {
    return this.malformed.has(id) || String(fields.familyName ?? fields.subject ?? '').startsWith(REFUSED);
  }

  noteKept(side: SideKey, id: string, field: FieldName, at: number): void {
    this.#kept.set(`${side}:${id}:${field}`, at);
  }

  /** A held blanking was refused by a person, and nobody has written a value since: what was emptied before a run heard the word is kept too. */
  isKept(side: SideKey, id: string, field: FieldName): boolean {
    const [at, last] = [this.#kept.get(`${side}:${id}:${field}`), this.last(side, id, field)];
    return at !== undefined && (last === undefined || last.at <= at || last.token === '');
  }
}
