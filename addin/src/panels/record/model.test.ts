import type { HistoryEntry, RecordHistory } from '@concord/api';
import { expect, test } from 'vitest';
import { english, german } from '../../testing/text.ts';
import { NOW } from '../../testing/user.ts';
import { daysOf, didWords, differencesOf, notLinkedEntry, statusWords, unreadableSides, verbOf } from './model.ts';

const HOUR_MS = 3_600_000;
const entry = (more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  record: 'r', kind: 'contact', ids: {}, action: 'update', to: 'c', why: 'changedHere', fields: ['phones.work'], notes: [], run: 'x', at: NOW,
  changes: [{ field: 'phones.work', before: '1', after: '2' }], ...more,
});
const record = (more: Partial<RecordHistory> = {}): RecordHistory => ({
  record: 'r', kind: 'contact', name: 'Anna Weber', status: 'live', now: { m: { jobTitle: 'Head' }, c: { jobTitle: 'Head' } }, entries: [entry()], ...more,
});

test('entries are told by day, today and yesterday by their names, in the zone of the reader', () => {
  const at = [NOW, NOW - HOUR_MS, NOW - 20 * HOUR_MS, NOW - 48 * HOUR_MS];
  const days = (zone: string) => daysOf(english, at.map((time) => entry({ at: time })), NOW, zone).map(({ title, entries }) => [title, entries.length]);
  expect(days('Europe/Berlin')).toEqual([['Today', 2], ['Yesterday', 1], ['21 November 2026', 1]]);
  expect(days('Pacific/Kiritimati')).toEqual([['Today', 1], ['Yesterday', 2], ['22 November 2026', 1]]);
});

test('each action is a sentence with the side it was done on', () => {
  expect(didWords(english, entry(), 'Salesforce')).toBe('Business phone went to Salesforce.');
  expect(didWords(german, entry({ to: 'm', action: 'insert', fields: [], changes: [] }), 'Salesforce')).toBe('In Outlook angelegt.');
  expect(didWords(english, entry({ action: 'hold' }), 'Salesforce')).toBe('Held until you decide.');
});

test('only what differs beyond its writing is offered', () => {
  const now = {
    m: { 'phones.work': '+49 30 1234', jobTitle: 'Head', webPage: 'https://contoso.example/', primaryEmail: 'ANNA@contoso.example', department: 'Sales' },
    c: { 'phones.work': '+49301234', jobTitle: 'VP', webPage: 'contoso.example', primaryEmail: 'anna@contoso.example' },
  };
  expect(differencesOf(record({ now }))).toEqual([{ field: 'jobTitle', m: 'Head', c: 'VP' }]);
  expect(differencesOf(record({ now, entries: [entry({ fields: ['department'] })] })).map(({ field }) => field)).toEqual(['jobTitle', 'department']);
  expect(differencesOf(record({ now, status: 'unlinked' }))).toEqual([]);
  expect(differencesOf(record({ now: { m: now.m } }))).toEqual([]);
});

test('a linked pair can be taken apart, one taken apart be linked again while both are there', () => {
  expect(verbOf(record())).toBe('unlink');
  expect(verbOf(record({ status: 'unlinked' }))).toBe('relink');
  expect(verbOf(record({ status: 'unlinked', now: { m: {} } }))).toBeNull();
  expect(verbOf(record({ status: 'none' }))).toBeNull();
});

test('why a record is not linked is told by the newest entry that says so', () => {
  const entries = [entry(), entry({ action: 'unlink', why: 'lostAccess' }), entry({ action: 'skip', why: 'private' })];
  expect(notLinkedEntry(record({ status: 'unlinked', entries }))?.why).toBe('lostAccess');
  expect(notLinkedEntry(record({ entries }))).toBeUndefined();
  expect(statusWords(german, record({ status: 'unlinked', kind: 'event' }))).toBe('Termin, nicht verknüpft');
});

test('a side that a linked pair does not show is named', () => {
  expect(unreadableSides(record({ now: { m: {} } }))).toEqual(['c']);
  expect(unreadableSides(record({ now: { m: {} }, status: 'unlinked' }))).toEqual([]);
});
