/** What the answer to a write tells of it. */
import { expect, test } from 'vitest';
import type { Carried } from './carry.ts';
import { withWhatWasKept } from './kept.ts';

const carried = (columns: Record<string, string>, written: Carried['written']): Carried => ({ columns, written, notes: [] });

test('a text that the server cut is told as it stands there, in an address and in a list too', () => {
  const { written, notes } = withWhatWasKept(carried(
    { title: 'Head of buying', mailingcity: 'Frankfurt am Main', mailingcountry: 'Germany', secondaryemail: 'anna@acme.example' },
    { jobTitle: 'Head of buying', 'addresses.business': { city: 'Frankfurt am Main', country: 'Germany' }, otherEmails: ['anna@acme.example'] },
  ), { id: '12x1', title: 'Head of ', mailingcity: 'Frankfurt', mailingcountry: 'Germany', secondaryemail: 'anna@acme.exam' });
  expect(written).toEqual({ jobTitle: 'Head of', 'addresses.business': { city: 'Frankfurt', country: 'Germany' }, otherEmails: ['anna@acme.exam'] });
  expect(notes.map(({ field, what, reason }) => `${field} ${what} ${reason}`)).toEqual(
    ['jobTitle shortened tooLong', 'addresses.business shortened tooLong', 'otherEmails shortened tooLong']);
});

test('other differences of an answer mean nothing: decoded marks, times in another form, a field that it leaves out', () => {
  const sent = carried(
    { lastname: 'Q &amp; A', time_start: '12:00:00', subject: 'Demo', description: 'x' },
    { familyName: 'Q &amp; A', when: '2026-11-05T12:00:00Z/2026-11-05T13:00:00Z', subject: 'Demo', body: 'x' },
  );
  expect(withWhatWasKept(sent, { id: '18x1', lastname: 'Q & A', time_start: '12:00', subject: 'Demo', description: '' })).toEqual(sent);
});
