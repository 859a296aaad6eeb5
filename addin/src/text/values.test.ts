import { expect, test } from 'vitest';
import { english, german } from '../testing/text.ts';
import { shownValue, timeText } from './values.ts';

const ZONE = 'Europe/Berlin';
/** Intl sets thin spaces, and around a dash some or none; a person does not tell them apart. */
const plain = (words: string | undefined): string | undefined => words?.replace(/\s+/g, ' ').replace(/ ?– ?/g, '–');

test('the time of an event is told in the zone of the reader', () => {
  expect(plain(timeText(english, '2026-12-01T14:00:00Z/2026-12-01T15:30:00Z', ZONE))).toBe('1 Dec 2026, 15:00–16:30');
  expect(plain(timeText(german, '2026-12-01T14:00:00Z/2026-12-01T15:30:00Z', ZONE))).toBe('1. Dez. 2026, 15:00–16:30 Uhr');
  expect(plain(timeText(english, '2026-12-01T14:00:00Z/2026-12-01T14:00:00Z', ZONE))).toBe('1 Dec 2026, 15:00');
});

test('whole days end with their last day, in every zone', () => {
  expect(plain(timeText(english, '2026-12-01/2026-12-03', 'America/Los_Angeles'))).toBe('1–2 Dec 2026');
  expect(plain(timeText(english, '2026-12-01/2026-12-02', ZONE))).toBe('1 Dec 2026');
  expect(plain(timeText(german, '2026-12-01', ZONE))).toBe('1. Dez. 2026');
});

test('what is no time is no time', () => {
  for (const words of ['Lena', '2026', '2026-13-40', '1/2', 'https://contoso.example/a', '2026-12-01/', '']) {
    expect(timeText(english, words)).toBeUndefined();
  }
});

test('words of closed lists are told in the language of the reader, all others as they are', () => {
  expect(shownValue(english, 'showAs', 'oof')).toBe('Out of office');
  expect(shownValue(german, 'status', 'inProgress')).toBe('In Bearbeitung');
  expect(shownValue(german, 'importance', 'high')).toBe('Hoch');
  expect(shownValue(english, 'showAs', 'toldByNobody')).toBe('toldByNobody');
  expect(shownValue(english, 'jobTitle', 'high')).toBe('high');
  expect(shownValue(german, 'jobTitle', '')).toBe('(leer)');
});
