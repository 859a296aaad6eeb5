import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { CONTROL_FROM, CONTROL_TO, afterKey, keys, linkIdOf, prefixRange, reversed, userIdOf } from './keys.ts';

/** Base32hex bit by bit: another road to the same letters. */
function base32hex(parts: readonly string[], length: number): string {
  const bytes = createHash('sha256').update(parts.join('\u0000')).digest();
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => Number.parseInt(five, 2).toString(32)).join('').slice(0, length);
}

test('ids are the first letters of a known sha256 in base32hex', () => {
  // sha256("") = e3b0c442..., whose first 25 bits read 11100 01110 11000 01100 01000.
  expect(base32hex([''], 5)).toBe('seoc8');
  expect(userIdOf('crm', 'org-1', 'anna')).toBe(base32hex(['crm', 'org-1', 'anna'], 26));
  expect(linkIdOf('org-1', 'contact', 'm', 'AAMk=')).toBe(base32hex(['org-1', 'contact', 'm', 'AAMk=', '0'], 26));
  expect(linkIdOf('org-1', 'contact', 'm', 'AAMk=', 2)).toBe(base32hex(['org-1', 'contact', 'm', 'AAMk=', '2'], 26));
  expect(keys.index('m', 'AAMk=')).toBe(`x~m~${base32hex(['AAMk='], 32)}`);
});

test('what identifies a record cannot be cut at another place', () => {
  expect(userIdOf('crm', 'ab', 'c')).not.toBe(userIdOf('crm', 'a', 'bc'));
  expect(linkIdOf('org', 'contact', 'm', 'x')).not.toBe(linkIdOf('org', 'contact', 'c', 'x'));
});

test('keys are legal whatever a vendor\'s id contains', () => {
  for (const id of ['a/b\\c#d?e', 'ü\u0000\n', 'x'.repeat(3000)]) expect(keys.index('c', id)).toMatch(/^x~c~[0-9a-v]{32}$/);
});

test('later runs sort before earlier ones', () => {
  const times = [0, 1, 1_767_603_600_000, 1_767_603_600_001, 4_000_000_000_000];
  expect(times.map((time) => keys.run(time, 'a')).sort()).toEqual(times.reverse().map((time) => keys.run(time, 'a')));
  expect(reversed(1)).toHaveLength(14);
});

test('entries of a run sort by their number', () => {
  const entries = (...numbers: number[]): string[] => numbers.map((number) => keys.entry(5, 'r', number));
  expect(entries(10, 9, 0).sort()).toEqual(entries(0, 9, 10));
});

test('the control rows lie in one range and no other row does', () => {
  const cursors = [keys.cursor('m', 'contacts'), keys.cursor('c', 'zzz')];
  const control = [keys.bell, keys.config, keys.head, keys.grant('m'), keys.grant('c'), ...cursors];
  for (const key of control) expect(key >= CONTROL_FROM && key < CONTROL_TO).toBe(true);
  const others = [keys.link('contact', 'v'), keys.todo('0'), keys.index('m', 'x'), keys.run(1, 'a'), keys.entry(1, 'a', 1), keys.preview];
  for (const key of others) expect(key >= CONTROL_FROM && key < CONTROL_TO).toBe(false);
});

test('a prefix holds its rows, and a range goes on behind the last of them', () => {
  const [from, to] = prefixRange('t~');
  for (const key of [keys.todo('0'.repeat(26)), keys.todo('v'.repeat(26))]) expect(key >= from && key < to).toBe(true);
  for (const key of ['t', 's~v', 'u~0', keys.index('m', 'x')]) expect(key >= from && key < to).toBe(false);
  expect([keys.todo('0'), afterKey(keys.todo('0')), keys.todo('00'), keys.todo('1')].sort()).toEqual(
    [keys.todo('0'), afterKey(keys.todo('0')), keys.todo('00'), keys.todo('1')]);
});
