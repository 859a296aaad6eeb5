import type { RunEntry } from '@concord/api';
import { expect, test } from 'vitest';
import { english, german } from '../../testing/text.ts';
import { NOW } from '../../testing/user.ts';
import { csvOf } from './csv.ts';
import { isFiltered, matching, NO_FILTER } from './filter.ts';

const entry = (name: string, more: Partial<RunEntry> = {}): RunEntry => ({
  record: name, kind: 'contact', ids: {}, name, action: 'update', to: 'c', why: 'changedHere', fields: ['phones.work'], notes: [], ...more,
});
const entries = [entry('Anna Weber'), entry('Tom Ford', { action: 'insert', fields: [], to: 'm' }), entry('Bo', { action: 'skip', why: 'private' })];
const names = (found: readonly RunEntry[]): readonly string[] => found.map(({ record }) => record);

test('rows are found by name, by field and by action', () => {
  expect(names(matching(english, entries, NO_FILTER))).toEqual(['Anna Weber', 'Tom Ford', 'Bo']);
  expect(names(matching(english, entries, { action: 'all', search: ' WEBER ' }))).toEqual(['Anna Weber']);
  expect(names(matching(german, entries, { action: 'all', search: 'telefon' }))).toEqual(['Anna Weber', 'Bo']);
  expect(names(matching(english, entries, { action: 'skip', search: '' }))).toEqual(['Bo']);
  expect(names(matching(english, entries, { action: 'delete', search: 'anna' }))).toEqual([]);
  expect([isFiltered(NO_FILTER), isFiltered({ action: 'all', search: '  ' }), isFiltered({ action: 'skip', search: '' })]).toEqual([false, false, true]);
});

test('a table names its columns and says in words what the screen says', () => {
  expect(csvOf(english, entries.slice(0, 1), 'Salesforce', NOW).split('\r\n')).toEqual([
    'Action,Name,Kind,To,Fields,Why', 'Update,Anna Weber,Contact,Salesforce,Business phone,it changed in Outlook only',
  ]);
});

test('commas and quotes stay within their cell, and nothing begins as a formula', () => {
  const refused = entry('@x', { error: { kind: 'invalid', code: 'X', message: '', field: 'jobTitle' } });
  const rows = csvOf(english, [entry('=1+1'), entry('Ford, "Tom"'), refused], 'CRM', NOW);
  expect(rows.split('\r\n').slice(1)).toEqual([
    'Update,\'=1+1,Contact,CRM,Business phone,it changed in Outlook only', 'Update,"Ford, ""Tom""",Contact,CRM,Business phone,it changed in Outlook only',
    'Update,\'@x,Contact,CRM,Business phone,Job title: a value is not allowed.',
  ]);
});
