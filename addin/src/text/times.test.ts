import { expect, test } from 'vitest';
import { NOW } from '../testing/user.ts';
import { de } from './de.ts';
import { deWords } from './de-words.ts';
import { en } from './en.ts';
import { enWords } from './en-words.ts';
import { makeText } from './index.ts';
import { age, ageSaid, ahead, clockTime, moment } from './times.ts';

const english = makeText('en', 'en-GB', { ...en, ...enWords });
const german = makeText('de', 'de-DE', { ...de, ...deWords });
const ZONE = 'Europe/Berlin';
const minute = 60_000;

test('an age is minutes up to an hour, then the time, then the day', () => {
  expect(age(english, NOW - 30_000, NOW, ZONE)).toBe('just now');
  expect(age(english, NOW - 4 * minute, NOW, ZONE)).toBe('4 min ago');
  expect(age(german, NOW - 59 * minute, NOW, ZONE)).toBe('vor 59 Min.');
  expect(age(english, NOW - 61 * minute, NOW, ZONE)).toBe('10:41');
  expect(age(english, NOW - 24 * 60 * minute, NOW, ZONE)).toBe('22 Nov');
});

test('an age read aloud has whole words', () => {
  expect(ageSaid(english, NOW - minute, NOW, ZONE)).toBe('1 minute ago');
  expect(ageSaid(german, NOW - 4 * minute, NOW, ZONE)).toBe('vor 4 Minuten');
});

test('what lies ahead is told in minutes within the hour, later by the clock', () => {
  expect(ahead(english, NOW + 18 * minute, NOW, ZONE)).toBe('in 18 min');
  expect(ahead(english, NOW - minute, NOW, ZONE)).toBe('in 1 min');
  expect(ahead(english, NOW + 90 * minute, NOW, ZONE)).toBe('13:12');
});

test('a time of another day carries the day', () => {
  expect(clockTime(english, NOW, ZONE)).toBe('11:42');
  expect(moment(german, NOW, NOW, ZONE)).toBe('11:42');
  expect(moment(german, NOW - 24 * 60 * minute, NOW, ZONE)).toBe('22. Nov., 11:42');
});
