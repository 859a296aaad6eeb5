import { describe, expect, test } from 'vitest';
import { FIELDS, type Edit, type RawPerson, type SideKey } from './people.ts';
import { judge } from './verdict.ts';

const ADA = 'ada@acme.example';
const person = (id: string, jobTitle: string, email = ADA): RawPerson => ({ id, email, value: ({ name }) => (name === 'jobTitle' ? jobTitle : '') });
const edit = (side: SideKey, token: string, replaced: string): Edit => ({ side, token, replaced });

function verdict(sides: Readonly<Record<SideKey, readonly RawPerson[]>>, ...edits: readonly Edit[]): { lost: number; doubled: number } {
  const { lost, doubled } = judge(sides, { addresses: new Set([ADA]), ledger: new Map([[`${ADA} jobTitle`, [...edits]]]) });
  return { lost: lost.length, doubled: doubled.length };
}

const agreed = (jobTitle: string): Record<SideKey, readonly RawPerson[]> => ({ m: [person('m1', jobTitle)], c: [person('c1', jobTitle)] });

describe('the verdict', () => {
  test('finds nothing where both sides hold the last edit', () => {
    expect(verdict(agreed('two'), edit('m', 'one', ''), edit('c', 'two', 'one'))).toEqual({ lost: 0, doubled: 0 });
  });

  test('lets either of two edits win that did not know each other', () => {
    expect(verdict(agreed('one'), edit('m', 'one', 'zero'), edit('c', 'two', 'zero'))).toEqual({ lost: 0, doubled: 0 });
  });

  test.each([
    ['a value that a later edit had replaced comes back', agreed('one'), [edit('m', 'one', ''), edit('c', 'two', 'one')]],
    ['a replaced value comes back after two later edits', agreed('one'), [edit('m', 'one', ''), edit('c', 'two', 'one'), edit('c', 'three', 'two')]],
    ['an older edit of the same side comes back', agreed('one'), [edit('m', 'one', ''), edit('m', 'two', 'one')]],
    ['the sides differ', { m: [person('m1', 'one')], c: [person('c1', 'two')] }, [edit('m', 'one', ''), edit('c', 'two', '')]],
  ])('calls it lost when %s', (_, sides, edits) => {
    expect(verdict(sides, ...edits)).toEqual({ lost: 1, doubled: 0 });
  });

  test('counts every field of a record that is not there', () => {
    expect(verdict({ m: [person('m1', 'one')], c: [] }, edit('m', 'one', '')).lost).toBe(FIELDS.length);
  });

  test('counts second records, and records that nobody made', () => {
    const sides = { m: [person('m1', 'one'), person('m2', 'one')], c: [person('c1', 'one'), person('c2', '', 'stranger@acme.example')] };
    expect(verdict(sides, edit('m', 'one', '')).doubled).toBe(2);
  });
});
