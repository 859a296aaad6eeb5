import { describe, expect, test } from 'vitest';
import { createForms } from './forms.ts';
import { matchActivities } from './match-activities.ts';
import { matchKeys, type MatchKeys } from './match-keys.ts';
import type { Fields, Seen } from './record.ts';

const forms = createForms('DE');
const NOON = '2026-12-01T12:00:00Z/2026-12-01T13:00:00Z';
const EVENING = '2026-12-01T18:00:00Z/2026-12-01T19:00:00Z';

function event(id: string, fields: Fields, more: Partial<Seen> = {}): MatchKeys {
  return matchKeys({ kind: 'event', id, version: '1', fields, ...more }, forms);
}

function task(id: string, fields: Fields, more: Partial<Seen> = {}): MatchKeys {
  return matchKeys({ kind: 'task', id, version: '1', fields, ...more }, forms);
}

describe('events', () => {
  test('equal subject and time link, whatever mark a mail program put before the subject', () => {
    const crm = [event('c1', { subject: 'demo', when: '2026-12-01T12:00:00.000Z/2026-12-01T13:00:00Z' })];
    expect(matchActivities({ mailbox: [event('m1', { subject: 'RE: Demo', when: NOON })], crm }))
      .toEqual([{ outcome: 'link', m: 'm1', c: 'c1', why: 'sameTime' }]);
  });

  test('another time of the same day is a question, another day is another event', () => {
    const mailbox = [event('m1', { subject: 'Demo', when: NOON })];
    expect(matchActivities({ mailbox, crm: [event('c1', { subject: 'Demo', when: EVENING })] })).toEqual([
      { outcome: 'ask', m: 'm1', reason: 'sameSubject', candidates: ['c1'] }, { outcome: 'wait', c: 'c1', on: ['m1'] },
    ]);
    expect(matchActivities({ mailbox, crm: [event('c1', { subject: 'Demo', when: '2026-12-02T12:00:00Z/2026-12-02T13:00:00Z' })] })).toEqual([
      { outcome: 'create', side: 'm', id: 'm1' }, { outcome: 'create', side: 'c', id: 'c1' },
    ]);
  });

  test('two equal ones on a side are asked about, never guessed', () => {
    const mailbox = [event('m1', { subject: 'Demo', when: NOON }), event('m2', { subject: 'Demo', when: NOON })];
    expect(matchActivities({ mailbox, crm: [event('c1', { subject: 'Demo', when: NOON })] }).map(({ outcome }) => outcome)).toEqual(['ask', 'ask', 'wait']);
  });

  test('private and far events are neither linked nor made', () => {
    const mailbox = [event('m1', { subject: 'Demo', when: NOON }, { isPrivate: true }), event('m2', { subject: 'Far', when: NOON }, { isOutside: true })];
    expect(matchActivities({ mailbox, crm: [] })).toEqual([
      { outcome: 'skip', side: 'm', id: 'm1', reason: 'private' }, { outcome: 'skip', side: 'm', id: 'm2', reason: 'outside' },
    ]);
  });

  test("a colleague's event is known again and not made once more", () => {
    const crm = [event('c1', { subject: 'Demo', when: NOON }, { owner: { id: 'u2', name: 'Ben Example', isUser: false } })];
    expect(matchActivities({ mailbox: [event('m1', { subject: 'Demo', when: NOON })], crm }))
      .toEqual([{ outcome: 'colleague', m: 'm1', c: 'c1', owner: 'Ben Example' }]);
  });

  test('events without a subject stay apart', () => {
    expect(matchActivities({ mailbox: [event('m1', { subject: null, when: NOON })], crm: [event('c1', { subject: null, when: NOON })] }))
      .toEqual([{ outcome: 'create', side: 'm', id: 'm1' }, { outcome: 'create', side: 'c', id: 'c1' }]);
  });
});

describe('tasks', () => {
  test('equal subject and day link; another day is a question; a closed one is left alone', () => {
    const mailbox = [task('m1', { subject: 'Call', dueDate: '2026-12-02' }), task('m2', { subject: 'Write', dueDate: null }),
      task('m3', { subject: 'Done', dueDate: null }, { isClosed: true })];
    const crm = [task('c1', { subject: 'call', dueDate: '2026-12-02' }), task('c2', { subject: 'Write', dueDate: '2026-12-05' })];
    expect(matchActivities({ mailbox, crm })).toEqual([
      { outcome: 'link', m: 'm1', c: 'c1', why: 'sameTime' }, { outcome: 'ask', m: 'm2', reason: 'sameSubject', candidates: ['c2'] },
      { outcome: 'skip', side: 'm', id: 'm3', reason: 'closed' }, { outcome: 'wait', c: 'c2', on: ['m2'] },
    ]);
  });
});
