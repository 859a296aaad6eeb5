import { expect, test } from 'vitest';
import { deHelp } from './de-help.ts';
import { de } from './de.ts';
import { deWords } from './de-words.ts';
import { enHelp } from './en-help.ts';
import { en } from './en.ts';
import { enWords } from './en-words.ts';
import { enRecords } from './en-records.ts';
import { enSignIn } from './en-sign-in.ts';
import { deSignIn } from './de-sign-in.ts';
import { deRecords } from './de-records.ts';
import { fill, makeText } from './index.ts';
import { languageOf } from './language.ts';

const english: Readonly<Record<string, string>> = { ...en, ...enWords, ...enRecords, ...enSignIn, ...enHelp };
const german: Readonly<Record<string, string>> = { ...de, ...deWords, ...deRecords, ...deSignIn, ...deHelp };
/** Names, signs and words that both languages share. */
const SAME: readonly string[] = [
  'app.name', 'signIn.choice.sandbox', 'signIn.field.login', 'chip.offline', 'status.crm', 'side.outlook', 'what.sync', 'verb.details', 'errorVerb.unavailable',
  'errorVerb.throttled', 'errorVerb.quota', 'help.tag', 'progress.kind',
];

test('both languages have the same keys and none is empty', () => {
  expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
  expect([...Object.entries(english), ...Object.entries(german)].filter(([, words]) => words.trim() === '')).toEqual([]);
});

test('no German text equals the English one, names apart', () => {
  expect(Object.keys(english).filter((key) => german[key] === english[key]).sort()).toEqual([...SAME].sort());
});

test('every sentence has at most 110 characters', () => {
  const long = [...Object.entries(english), ...Object.entries(german)].flatMap(([key, words]) => (
    words.split(/(?<=[.?!]) /).filter((sentence) => sentence.length > 110).map((sentence) => `${key}: ${sentence}`)
  ));
  expect(long).toEqual([]);
});

test('both languages fill in the same values', () => {
  const values = (words: string | undefined): readonly string[] => [
    ...new Set([...(words ?? '').matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')),
  ].sort();
  expect(Object.keys(english).filter((key) => values(english[key]).join() !== values(german[key]).join())).toEqual([]);
});

test('no text says please, oops or the system', () => {
  const offenders = [...Object.entries(english)].filter(([, words]) => /\bplease\b|\boops\b|\bthe system\b/i.test(words));
  expect(offenders).toEqual([]);
});

test('the labels of the activation are printed exactly so', () => {
  expect([en['verb.setUp'], en['settings.title'], en['accounts.change'], enHelp['help.title'], en['mailbox.accept']]).toEqual([
    'Set up sync', 'Sync settings', 'Change', 'Authorizing Concord Synchronization to Work with Your Data (Sync Activation)',
    'Microsoft will ask you to press «Accept».',
  ]);
  const typed = ['signIn.field.login', 'signIn.field.password', 'typed.more', 'signIn.field.ewsLink'] as const;
  expect(typed.map((key) => enSignIn[key])).toEqual(['Login', 'Password', 'More', 'EWS link']);
  expect(fill(enSignIn['typed.connect'], { system: 'Exchange' })).toBe('Connect to Exchange');
});

test('a number chooses its form and is printed as its region does', () => {
  const text = makeText('de', 'de-DE', { ...de, ...deWords });
  expect(text.count('sync.finished', 1)).toBe('Fertig. 1 Änderung.');
  expect(text.count('sync.finished', 1240)).toBe('Fertig. 1.240 Änderungen.');
  expect(text.known('field.nobodyKnows', 'nobodyKnows')).toBe('nobodyKnows');
});

test('words that come later are printed like the others, and their keys until then', () => {
  const text = makeText('en', 'en-GB', { ...en, ...enWords });
  expect([text('held.all', { n: 3 }), text.hasLearnt('records')]).toEqual(['held.all', false]);
  text.learn('records', enRecords);
  expect([text('held.all', { n: 3 }), text.count('undo.do', 1), text.hasLearnt('records'), text.hasLearnt('signIn')])
    .toEqual(['All 3', 'Undo 1 change', true, false]);
});

test('a missing value leaves its name visible', () => {
  expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}');
});

test('German is spoken to every German region, English to everybody else', () => {
  expect(['de', 'de-AT', 'DE-ch', 'en-US', 'fr-FR', 'dev'].map(languageOf)).toEqual(['de', 'de', 'de', 'en', 'en', 'en']);
});
