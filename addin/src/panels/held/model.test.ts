import type { HeldGroup } from '@concord/api';
import { expect, test } from 'vitest';
import { english, german } from '../../testing/text.ts';
import { NOW } from '../../testing/user.ts';
import { heldLine, heldSentence } from '../../text/held.ts';
import { answerOf, authorWords, choicesOf, countOf, doneWords, isChosen, toggled } from './model.ts';

const group = (change: Partial<HeldGroup> = {}): HeldGroup => ({
  id: 'task~delete~m', kind: 'task', what: 'delete', side: 'm', count: 3, limit: 5, since: NOW, isSuspect: false,
  records: [{ id: 'a', name: 'Call Ann' }, { id: 'b', name: 'Call Tom' }, { id: 'c' }], ...change,
});

test('a held group is told with its number, the side where they vanished, and what is untouched', () => {
  expect(heldLine(english, group({ kind: 'contact', count: 212 }), 'Salesforce')).toBe(
    '212 contacts were deleted in Salesforce. Outlook is untouched.',
  );
  expect(heldLine(german, group({ count: 1, side: 'c' }), 'Salesforce')).toBe('1 Aufgabe wurde in Outlook gelöscht. Salesforce ist unberührt.');
  expect(heldSentence(english, group(), 'Salesforce', NOW)).toMatch(/^3 tasks were deleted in Salesforce since \d\d:\d\d\.$/);
  expect(heldLine(english, group({ kind: 'contact', what: 'blank', field: 'phones.work' }), 'Salesforce')).toBe(
    'Business phone was emptied in 3 contacts in Salesforce. Outlook is untouched.',
  );
});

test('keeping comes first, and only deleting and emptying ask once more, with their number', () => {
  const choices = choicesOf(english, group(), 3, 'Salesforce');
  expect(choices.map(({ verdict, label }) => [verdict, label])).toEqual([
    ['keep', 'Keep 3 in Outlook'], ['restore', 'Bring back in Salesforce'], ['confirm', 'Delete 3 in Outlook…'],
  ]);
  expect(choices.map(({ question }) => question?.title)).toEqual([undefined, undefined, 'Delete 3 tasks in Outlook?']);
  expect(choices[2]?.question?.lines).toEqual(['They go to Deleted Items.', 'You can undo the run for 30 days.']);
  const blank = choicesOf(english, group({ what: 'blank', field: 'jobTitle' }), 130, 'Salesforce');
  expect(blank.map(({ label }) => label)).toEqual(['Keep my values', 'Bring back in Salesforce', 'Empty 130…']);
  expect(blank[2]?.question?.title).toBe('Empty Job title in Outlook?');
});

test('nobody is told of Deleted Items for a CRM, and of an event it is said that no cancellation is sent', () => {
  const lines = choicesOf(english, group({ kind: 'event', side: 'c' }), 2, 'Salesforce')[2]?.question?.lines;
  expect(lines).toEqual(['No cancellation is sent to anybody.', 'You can undo the run for 30 days.']);
});

test('where pairs are only taken apart, no button deletes', () => {
  expect(choicesOf(english, group({ what: 'unlink' }), 3, 'Salesforce').map(({ verdict }) => verdict)).toEqual(['keep', 'restore']);
});

test('a tick taken out of all leaves the others that are shown, and all ticks are all again', () => {
  const some = toggled(group(), 'all', 'b', false);
  expect([countOf(group(), some), isChosen(some, 'a'), isChosen(some, 'b')]).toEqual([2, true, false]);
  expect(toggled(group(), some, 'b', true)).toBe('all');
  const many = group({ count: 212 });
  expect([countOf(many, 'all'), countOf(many, toggled(many, 'all', 'b', false))]).toEqual([212, 2]);
});

test('the answer names records only when some were chosen', () => {
  expect(answerOf('keep', 'all')).toEqual({ verdict: 'keep' });
  expect(answerOf('confirm', new Set(['a']))).toEqual({ verdict: 'confirm', records: ['a'] });
});

test('what follows is said with the side it follows on', () => {
  expect(doneWords(english, group(), 'keep', 3, 'Salesforce')).toBe('Done. 3 tasks kept in Outlook.');
  expect(doneWords(english, group(), 'restore', 3, 'Salesforce')).toBe('Done. 3 tasks will be back in Salesforce within two syncs.');
  expect(doneWords(german, group(), 'confirm', 1, 'Salesforce')).toBe('Fertig. Nach dem nächsten Abgleich in Outlook gelöscht: 1 Aufgabe.');
});

test('who did it is named with how many, and of many the first three', () => {
  expect(authorWords(english, { by: [{ name: 'Import User', count: 1212 }, { name: 'Maya Lee', count: 3 }] })).toBe('Import User (1,212), Maya Lee (3)');
  expect(authorWords(german, { by: ['A', 'B', 'C', 'D'].map((name) => ({ name })) })).toBe('A, B, C, …');
  expect(authorWords(english, { by: [] })).toBe('');
});
