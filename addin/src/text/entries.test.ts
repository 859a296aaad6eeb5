import { expect, test } from 'vitest';
import { english, german } from '../testing/text.ts';
import { byKind, carryWords, countWords, entryName, kindWord, whyWords } from './entries.ts';

/** The closed lists of the engine (functions/src/engine/link.ts): what the log may name. */
const WHYS = [
  'changedHere', 'newerWins', 'sideWins', 'firstMeeting', 'sameEmail', 'samePhoneAndName', 'answeredSame', 'answeredDifferent', 'newRecord', 'private',
  'deletedThereKept', 'deletedThere', 'lostAccess', 'merged', 'oscillation', 'unclear', 'colleague', 'notAccepted', 'adopted', 'bothGone', 'noReply',
  'ownAddress', 'blank', 'sameTime', 'outside', 'closed', 'meeting', 'held', 'keptByUser', 'restored', 'undone', 'changedSince', 'usedOther',
  'userUnlinked', 'userLinked', 'formerPair',
];
const CARRIES = [
  'notHeld', 'tooMany', 'tooLong', 'noSingleAccount', 'notInPicklist', 'noYear', 'noText', 'notAnAddress', 'accessDenied', 'guests', 'noPerson',
];
const ASKS = [
  'sameName', 'severalCandidates', 'sharedAddress', 'differentNames', 'differentBirthdays', 'severalOwnCreations', 'duplicateRule', 'sameSubject',
];

test.each(['contact', 'event', 'task'])('every rule and reason the engine knows has words for a %s in both languages', (kind) => {
  for (const text of [english, german]) {
    for (const why of WHYS) expect(whyWords(text, { why, kind, to: 'c' }, 'Salesforce')).toMatch(/^[^{}]+$/);
    for (const reason of CARRIES) expect(carryWords(text, reason, 'Salesforce')).not.toBe(reason);
    for (const reason of ASKS) expect(text.known(`ask.${reason}`, '')).not.toBe('');
  }
});

test('the side that was read is named, not the one that was written', () => {
  expect(whyWords(english, { why: 'changedHere', kind: 'contact', to: 'c' }, 'Salesforce')).toBe('it changed in Outlook only');
  expect(whyWords(english, { why: 'usedOther', kind: 'contact', to: 'm' }, 'Salesforce')).toBe('you chose the value of Salesforce');
  expect(whyWords(english, { why: 'toldByNobody', kind: 'contact', to: 'm' }, 'Salesforce')).toBe('');
});

test('events and tasks have words of their own where a person would not do', () => {
  expect(whyWords(english, { why: 'answeredSame', kind: 'event' }, 'Salesforce')).toBe('you said: same event');
  expect(byKind(english, 'asks.row', 'task', { name: 'Call Ann' })).toBe('Call Ann: same task?');
  expect(byKind(german, 'asks.row', 'contact', { name: 'Ann' })).toBe('Ann: dieselbe Person?');
  expect([countWords(german, 'event', 1), countWords(german, 'event', 2), countWords(english, 'other', 2), kindWord(english, 'task')]).toEqual([
    '1 Termin', '2 Termine', '2 records', 'Task',
  ]);
});

test('a private record shows no name, and one that is gone says so', () => {
  expect(entryName(english, { why: 'private', kind: 'event' })).toBe('(private)');
  expect(entryName(german, { why: 'changedHere', kind: 'event' })).toBe('(entfernter Termin)');
  expect(entryName(english, { why: 'changedHere', kind: 'contact', name: 'Anna' })).toBe('Anna');
});
