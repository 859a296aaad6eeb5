import type { AskItem } from '@concord/api';
import { expect, test } from 'vitest';
import { compare, nameOf, nextOf } from './model.ts';

const ask = (id: string, change: Partial<AskItem> = {}): AskItem => ({
  id, kind: 'contact', reason: 'unclear', side: 'm', record: { id: `m-${id}`, fields: { givenName: 'Tom', familyName: 'Ford' } },
  candidates: [{ id: `c-${id}`, fields: { givenName: 'Thomas', familyName: 'Ford', company: 'Fabrikam' } }], ...change,
});
const candidate = { id: 'c', fields: { givenName: 'Thomas', familyName: 'Ford', company: 'Fabrikam' } };

test('the two records are compared field by field, each value on its own side', () => {
  expect(compare(ask('1'), candidate)).toEqual([
    { field: 'givenName', mailbox: 'Tom', crm: 'Thomas' }, { field: 'familyName', mailbox: 'Ford', crm: 'Ford' },
    { field: 'company', mailbox: '', crm: 'Fabrikam' },
  ]);
  expect(compare(ask('1', { side: 'c' }), candidate)[0]).toEqual({ field: 'givenName', mailbox: 'Thomas', crm: 'Tom' });
});

test('after an answer the next question comes, at the end the one before', () => {
  const all = [ask('1'), ask('2'), ask('3')];
  expect(nextOf(all, '1')?.id).toBe('2');
  expect(nextOf(all, '3')?.id).toBe('2');
  expect(nextOf([ask('1')], '1')).toBeNull();
});

test('a record is called by its name, else its company or address', () => {
  expect(nameOf(candidate, '?')).toBe('Thomas Ford');
  expect(nameOf({ id: 'x', fields: { primaryEmail: 'a@b.example' } }, '?')).toBe('a@b.example');
  expect(nameOf({ id: 'x', fields: { subject: 'Offsite', location: 'Berlin' } }, '?')).toBe('Offsite');
  expect(nameOf({ id: 'x', fields: {} }, '?')).toBe('?');
});
