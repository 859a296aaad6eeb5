import { expect, test } from 'vitest';
import { createForms } from './forms.ts';
import { swinging, turnsAfter, type Turns } from './oscillation.ts';
import type { SideKey } from './record.ts';

const forms = createForms('DE');
const HOUR = 3_600_000;

/** Writes one value after the other to the sides in turn until one would be held; answers how many were written. */
function writesUntilFrozen(values: readonly string[], pauseMs: number): number {
  let turns: Turns = {};
  for (const [place, value] of values.entries()) {
    const side: SideKey = place % 2 === 0 ? 'c' : 'm';
    const now = place * pauseMs;
    if (swinging(turns, side, { jobTitle: value }, forms, now).length > 0) return place;
    turns = turnsAfter(turns, side, { jobTitle: value }, forms, now);
  }
  return values.length;
}

const swing = Array.from({ length: 40 }, (_, place) => (place % 2 === 0 ? 'BUYER' : 'Buyer'));

test('two servers that give a value their own form in turn are stopped when it would come back for the third time', () => {
  expect(writesUntilFrozen(swing, HOUR / 2)).toBe(4);
});

test('people who write something new each time are not stopped, though they edit in turn', () => {
  expect(writesUntilFrozen(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], HOUR)).toBe(8);
});

test('a server that writes something new each time is stopped as well, later', () => {
  expect(writesUntilFrozen(Array.from({ length: 40 }, (_, place) => `v${place}`), HOUR)).toBe(10);
});

test('what swings more slowly than three times a day goes on', () => {
  expect(writesUntilFrozen(swing, 13 * HOUR)).toBe(40);
});

test('a new value of a person begins anew, and one field says nothing about another', () => {
  expect(writesUntilFrozen(['A', 'B', 'A', 'X', 'Y', 'X'], HOUR)).toBe(6);
  let turns: Turns = {};
  for (const [place, value] of swing.slice(0, 4).entries()) turns = turnsAfter(turns, place % 2 === 0 ? 'c' : 'm', { jobTitle: value }, forms, place);
  expect(swinging(turns, 'c', { department: 'BUYER' }, forms, 4)).toEqual([]);
});

test('what is older than a day is forgotten, so that a row stays small', () => {
  const turns = turnsAfter({}, 'c', { jobTitle: 'A' }, forms, 0);
  expect(Object.keys(turnsAfter(turns, 'c', { department: 'B' }, forms, 25 * HOUR))).toEqual(['department']);
});
