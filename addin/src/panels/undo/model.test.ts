import type { RunEntry, RunSummary, UndoPlan } from '@concord/api';
import { expect, test } from 'vitest';
import { english, german } from '../../testing/text.ts';
import { NO_COUNTS, NOW } from '../../testing/user.ts';
import { itemWords, lookedAt, outcomeOf, reasonWords, sumsOf, whyUndoIsOff, type UndoItem } from './model.ts';

const change = (field: string): UndoItem['changes'][number] => ({ field, before: 'old', after: 'new' });
const item = (record: string, more: Partial<UndoItem> = {}): UndoItem => ({
  record, kind: 'contact', name: record, action: 'update', side: 'c', changes: [change('phones.work')], ...more,
});
const run = (more: Partial<RunSummary> = {}): RunSummary => ({
  id: 'r', startedAt: NOW - 1_000, endedAt: NOW, trigger: 'user', counts: { ...NO_COUNTS, update: 2, link: 1, skip: 9 }, ...more,
});

test('what is put back is counted by side, values by field and records by kind', () => {
  const back = [
    item('a', { changes: [change('phones.work'), change('jobTitle')] }), item('b', { action: 'insert', changes: [] }),
    item('c', { action: 'insert', kind: 'event', changes: [] }), item('d', { side: 'm' }), item('e', { action: 'delete', side: 'm', changes: [] }),
    { record: 'f', kind: 'contact', action: 'link' as const, changes: [] },
  ];
  expect(sumsOf(english, back)).toEqual([
    { side: 'c', lines: ['2 values restored', '1 contact removed again', '1 event removed again'] },
    { side: 'm', lines: ['1 value restored', '1 contact brought back'] },
    { side: 'both', lines: ['1 contact no longer linked'] },
  ]);
  expect(sumsOf(german, [])).toEqual([]);
});

test('each record says what happens to it, each refusal its reason', () => {
  expect(itemWords(english, item('a'), 'Salesforce')).toBe('back in Salesforce: Business phone');
  expect(itemWords(german, item('a', { action: 'insert', side: 'm', changes: [] }), 'Salesforce')).toBe('wird in Outlook wieder entfernt');
  expect(reasonWords(english, { ...item('a', { side: 'm' }), reason: 'deletedSince' }, 'Salesforce')).toBe('Deleted since in Outlook');
  const { side: _, ...pair } = item('a', { action: 'link' });
  expect(reasonWords(english, { ...pair, reason: 'deletedSince' }, 'Salesforce')).toBe('Deleted since');
  expect(reasonWords(english, { ...item('a'), reason: 'guests' }, 'Salesforce')).toBe('Others are invited, and nobody is mailed');
});

test('undo is off with its reason', () => {
  expect(whyUndoIsOff(run(), NOW)).toBeNull();
  expect(whyUndoIsOff(run({ isUndone: true }), NOW)).toBe('alreadyUndone');
  expect(whyUndoIsOff(run({ counts: { ...NO_COUNTS, skip: 4, hold: 2 } }), NOW)).toBe('nothingWritten');
  expect(whyUndoIsOff(run(), NOW + 31 * 86_400_000)).toBe('old');
  const { endedAt: _, ...running } = run();
  expect(whyUndoIsOff(running, NOW)).toBe('running');
  expect(lookedAt(run())).toBe(3);
});

test('what came of it counts only records that something was written about', () => {
  const entry = (record: string, action: RunEntry['action']): RunEntry => ({ record, kind: 'contact', ids: {}, action, why: 'undone', fields: [], notes: [] });
  const plan: UndoPlan = { run: 'r', back: [item('a'), item('b'), item('c')], cannot: [{ ...item('d'), reason: 'changedSince' }] };
  expect(outcomeOf(plan, [entry('a', 'update'), entry('b', 'delete'), entry('c', 'skip'), entry('x', 'update')])).toEqual({ done: 2, left: 2 });
});

test('what cannot be put back says who changed or deleted it since, where that is known', () => {
  const words = (more: Partial<UndoPlan['cannot'][number]>): string => reasonWords(english, { ...item('a'), reason: 'changedSince', ...more }, 'Salesforce');
  expect([words({}), words({ by: 'Maya Lee' })]).toEqual(['Changed since', 'Changed since by Maya Lee']);
  expect(words({ reason: 'deletedSince', by: 'Import User' })).toBe('Deleted since in Salesforce by Import User');
  expect(words({ reason: 'notSynced' })).toBe('This kind is off in your sync settings');
  expect(reasonWords(german, { ...item('a'), reason: 'changedSince', by: 'Maya Lee' }, 'Salesforce')).toBe('Seither geändert von Maya Lee');
});
