/** Ids: the checksum, both lengths, and what is no id. */
import { expect, test } from 'vitest';
import { makeId, toLongId } from './ids.ts';

test('the checksum is the published one', () => {
  // The example of Salesforce Help, "What is a record ID": 15 and 18 characters of one record.
  expect(toLongId('001A0000006Vm9r')).toBe('001A0000006Vm9rIAC');
});

test('both lengths name one record, and a wrong checksum names none', () => {
  const id = makeId('003', 62 * 62 + 11);
  expect(id).toMatch(/^003\w{15}$/);
  expect(toLongId(id.slice(0, 15))).toBe(id);
  expect(toLongId(id)).toBe(id);
  expect(toLongId(`${id.slice(0, 15)}AAA`)).toBeUndefined();
  expect(toLongId('003')).toBeUndefined();
  expect(toLongId(`${id.slice(0, 14)}-`)).toBeUndefined();
});
