import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_RULES, fieldNames, FIELDS } from './fields.ts';
import { createForms, isList, normalForm } from './forms.ts';
import { intentOf } from './intent.ts';
import { isSilent } from './observe.ts';
import { plan } from './plan.ts';
import { settleUpdate } from './settle.ts';
import type { Holds } from './fields.ts';
import type { Link, Todo } from './link.ts';
import type { Action } from './plan.ts';
import type { FieldName, Fields, FieldsDraft, FieldValue, Seen, SideKey } from './record.ts';
import type { Stamp, Written } from './settle.ts';

const forms = createForms('DE');
const everything = fieldNames('contact');
const CUT_AT = 40;
const FAULTY_ROUNDS = 4;

/** A toy service: it holds some fields, cuts prose, and shows what it stored. */
class ToySide {
  readonly fields: FieldsDraft = {};
  readonly key: SideKey;
  readonly holds: ReadonlySet<FieldName>;
  readonly isCutting: boolean;
  version = 1;
  modifiedAt = 0;

  constructor(key: SideKey, holds: ReadonlySet<FieldName>, isCutting: boolean) {
    [this.key, this.holds, this.isCutting] = [key, holds, isCutting];
    for (const field of holds) this.fields[field] = null;
  }

  write(patch: Fields): Written {
    const written: FieldsDraft = {};
    for (const [field, value] of Object.entries(patch) as [FieldName, FieldValue | null][]) {
      if (!this.holds.has(field)) throw new Error(`side ${this.key} was asked to write ${field}`);
      written[field] = this.fields[field] = this.held(field, value);
    }
    this.version++;
    return { id: this.key, version: String(this.version), written, notes: [] };
  }

  look(): Seen {
    return { kind: 'contact', id: this.key, version: String(this.version), fields: { ...this.fields }, modifiedAt: this.modifiedAt };
  }

  private held(field: FieldName, value: FieldValue | null): FieldValue | null {
    const cut = (text: string): string => (this.isCutting ? text.slice(0, CUT_AT).trim() : text);
    if (value === null) return null;
    if (typeof value === 'string') return FIELDS[field].form === 'text' ? cut(value) : value;
    return isList(value) ? value : { ...value, ...(value.street !== undefined && { street: cut(value.street) }) };
  }
}

interface Edit {
  readonly round: number;
  readonly side: SideKey;
  readonly field: FieldName;
  readonly what: 'short' | 'long' | 'clear' | 'takeOther';
}

const edits = fc.array(fc.record({
  round: fc.nat(FAULTY_ROUNDS - 1),
  side: fc.constantFrom('m' as const, 'c' as const),
  // Few fields, so that both sides often touch the same one.
  field: fc.constantFrom<FieldName>('familyName', 'jobTitle', 'company', 'primaryEmail', 'otherEmails', 'phones.mobile',
    'addresses.business', 'webPage', 'birthday'),
  what: fc.constantFrom('short' as const, 'short' as const, 'long' as const, 'clear' as const, 'takeOther' as const),
}), { maxLength: 9 });

const outcomes = fc.constantFrom('done' as const, 'rejected' as const, 'lost' as const);
const scenarios = fc.record({
  base: fc.uniqueArray(fc.constantFrom(...everything)),
  edits,
  faults: fc.array(fc.record({ m: outcomes, c: outcomes }), { minLength: FAULTY_ROUNDS, maxLength: FAULTY_ROUNDS }),
  stamps: fc.array(fc.nat(1_000_000), { minLength: 20, maxLength: 20 }),
  isLossy: fc.boolean(),
});
type Scenario = typeof scenarios extends fc.Arbitrary<infer Value> ? Value : never;

/** A value that bears its number in every part, so that its fate can be followed. */
function valueOf(field: FieldName, token: number, isLong: boolean): FieldValue {
  const text = `T${token} ${isLong ? 'of a very long kind that no lesser side can hold in full' : 'x'}`;
  switch (FIELDS[field].form) {
    case 'text': return text;
    case 'email': return FIELDS[field].merge === 'set' ? [`t${token}@x.example`] : `t${token}@x.example`;
    case 'phone': return `+4930${1_000_000 + token}`;
    case 'url': return `https://x.example/t${token}`;
    case 'date': return `${1900 + token}-01-01`;
    case 'address': return { street: text, city: `T${token}` };
    default: throw new Error('a form without a token');
  }
}

function tokensIn(fields: Fields, names: readonly FieldName[]): Set<string> {
  return new Set(names.flatMap((name) => {
    const form = normalForm(name, fields[name] ?? null, forms) ?? '';
    if (FIELDS[name].form === 'date') return form === '' ? [] : [`T${Number(form.slice(0, 4)) - 1900}`];
    if (FIELDS[name].form === 'phone') return form === '' ? [] : [`T${Number(form.slice(5)) - 1_000_000}`];
    return [...form.matchAll(/\bt(\d+)\b/gi)].map((match) => `T${match[1]}`);
  }));
}

/** Both addresses of a person count as one place: they may swap. */
function placesOf(field: FieldName): readonly FieldName[] {
  return field === 'primaryEmail' || field === 'otherEmails' ? ['primaryEmail', 'otherEmails'] : [field];
}

class World {
  readonly sides: Readonly<Record<SideKey, ToySide>>;
  readonly holds: Holds;
  readonly replaced = new Set<string>();
  readonly written: { readonly token: string; readonly field: FieldName; readonly side: SideKey }[] = [];
  readonly stamps: number[];
  link: Link;
  todo: Todo = { linkId: 'k', kind: 'contact', seen: {}, reason: 'delta', nextTry: 0 };
  tokens = 0;

  constructor({ base, stamps, isLossy }: Scenario) {
    const lesser = new Set(everything.filter((field) => !isLossy ||
      !['otherEmails', 'webPage', 'middleName', 'addresses.home'].includes(field)));
    this.sides = { m: new ToySide('m', new Set(everything), false), c: new ToySide('c', lesser, isLossy) };
    this.holds = { m: this.sides.m.holds, c: this.sides.c.holds };
    this.stamps = [...stamps];
    for (const field of base) {
      const value = valueOf(field, this.tokens++, this.tokens % 2 === 0);
      this.sides.m.write({ [field]: value });
      if (lesser.has(field)) this.sides.c.write({ [field]: value });
    }
    const [m, c] = [this.sides.m.look(), this.sides.c.look()];
    this.link = { id: 'k', kind: 'contact', m, c, shadow: { m: m.fields, c: c.fields }, status: 'live', agreedAt: 0, epoch: 1 };
  }

  edit({ side: key, field, what }: Edit): void {
    const side = this.sides[key];
    if (!side.holds.has(field)) return;
    const value = this.newValue(side, field, what);
    if (value === undefined) return;
    const before = tokensIn(side.fields, [field]);
    side.write({ [field]: value });
    side.modifiedAt = this.stamps.pop() ?? 0;
    const after = tokensIn(side.fields, [field]);
    for (const token of before) if (!after.has(token)) this.replaced.add(token);
    for (const token of after) if (!before.has(token)) this.written.push({ token, field, side: key });
  }

  private newValue(side: ToySide, field: FieldName, what: Edit['what']): FieldValue | null | undefined {
    const current = side.fields[field] ?? null;
    if (what === 'clear') return null;
    if (what === 'takeOther') {
      const others = this.sides.m.fields.otherEmails ?? [];
      return field === 'primaryEmail' && isList(others) ? others[0] : undefined;
    }
    const value = valueOf(field, this.tokens++, what === 'long');
    return isList(value) && current !== null && isList(current) ? [...current, ...value] : value;
  }

  plan(): Action {
    return plan({
      link: this.link, todo: this.todo, m: { state: 'live', record: this.sides.m.look() },
      c: { state: 'live', record: this.sides.c.look() },
      rules: DEFAULT_RULES.contact, forms, holds: this.holds, now: 0,
    });
  }

  /** One run over the link; true when it had nothing to do. */
  run(fault: { readonly m: string; readonly c: string }): boolean {
    const action = this.plan();
    if (action.do === 'drop') return true;
    if (action.do !== 'patch') throw new Error(`unexpected ${action.do}`);
    for (const loser of action.losers) {
      for (const token of tokensIn({ [loser.field]: loser.value }, [loser.field])) this.replaced.add(token);
    }
    const patch = { m: action.patchM, c: action.patchC };
    const results: { m?: Written; c?: Written } = {};
    for (const key of ['m', 'c'] as const) {
      if (Object.keys(patch[key]).length > 0 && fault[key] !== 'rejected') results[key] = this.sides[key].write(patch[key]);
    }
    if (action.foldedShadow !== undefined) this.link = { ...this.link, shadow: action.foldedShadow };
    if (fault.m === 'lost' || fault.c === 'lost') {
      const intent = intentOf(action, 0, 1);
      this.todo = { ...this.todo, ...(intent && { intent }) };
      return false;
    }
    const { intent: _, ...todo } = this.todo;
    const stamp: Stamp = { holds: this.holds, forms, now: 1, epoch: 1 };
    this.todo = todo;
    this.link = settleUpdate(this.link, action, results, stamp).link;
    return false;
  }
}

test('whatever two people edit and whatever fails, both sides come to rest and no edit is lost unreported', () => {
  fc.assert(fc.property(scenarios, (scenario) => {
    const world = new World(scenario);
    scenario.faults.forEach((fault, round) => {
      scenario.edits.filter((edit) => edit.round === round).forEach((edit) => world.edit(edit));
      world.run(fault);
    });
    let rounds = 0;
    while (!world.run({ m: 'done', c: 'done' })) expect(++rounds, 'rounds to rest').toBeLessThanOrEqual(5);

    for (const key of ['m', 'c'] as const) expect(isSilent(world.link.shadow[key], world.sides[key].fields, forms)).toBe(true);
    for (const { token, field, side } of world.written) {
      if (world.replaced.has(token)) continue;
      for (const key of ['m', 'c'] as const) {
        if (key !== side && !world.sides[key].holds.has(field)) continue;
        expect([...tokensIn(world.sides[key].fields, placesOf(field))], `${token} in ${field} of ${key}`).toContain(token);
      }
    }
  }), { numRuns: 3_000 });
});

test('a field nobody edited keeps its value on both sides', () => {
  fc.assert(fc.property(scenarios, (scenario) => {
    const world = new World(scenario);
    const before = { m: { ...world.sides.m.fields }, c: { ...world.sides.c.fields } };
    scenario.edits.forEach((edit) => world.edit(edit));
    for (let round = 0; round < 5; round++) world.run({ m: 'done', c: 'done' });
    const touched = new Set(scenario.edits.flatMap((edit) => placesOf(edit.field)));
    for (const field of everything.filter((name) => !touched.has(name))) {
      expect([world.sides.m.fields[field], world.sides.c.fields[field]]).toEqual([before.m[field], before.c[field]]);
    }
  }), { numRuns: 1_000 });
});
