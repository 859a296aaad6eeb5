/** Graph event <-> canonical event, where the stand-in does not lead. */
import { expect, test } from 'vitest';
import type { JsonObject } from './json.ts';
import type { EventScope } from './map-event.ts';
import { eventPatch, meetingOf, occurrenceOf, projectEvent, standingOf } from './map-event.ts';

const SCOPE: EventScope = {
  login: 'Anna@acme.example', zone: 'Europe/Berlin', window: { from: Date.parse('2026-11-09T00:00:00Z'), to: Date.parse('2027-05-22T00:00:00Z') },
};
const person = (address: string): JsonObject => ({ emailAddress: { address, name: '' } });
const utc = (dateTime: string): JsonObject => ({ dateTime: `${dateTime}.0000000`, timeZone: 'UTC' });
const DEMO: JsonObject = {
  id: 'E', changeKey: 'K', type: 'singleInstance', iCalUId: 'UID', subject: 'Demo', start: utc('2026-12-01T14:00:00'), end: utc('2026-12-01T15:30:00'),
  isAllDay: false, location: { displayName: 'HQ' }, showAs: 'tentative', sensitivity: 'normal', attendees: [], isOrganizer: true,
  organizer: person('anna@acme.example'), body: { contentType: 'text', content: '' },
};

test('the worked example is read as it is meant', () => {
  expect(projectEvent(DEMO, SCOPE)).toMatchObject({
    id: 'E', version: 'K', identity: 'UID|',
    fields: { subject: 'Demo', when: '2026-12-01T14:00:00Z/2026-12-01T15:30:00Z', location: 'HQ', showAs: 'tentative', body: null, attendees: null },
  });
});

test('a word for busy that nobody knows says nothing, and is not cleared', () => {
  expect(projectEvent({ ...DEMO, showAs: 'unknown' }, SCOPE).fields).not.toHaveProperty('showAs');
});

test('guests are listed once, with who called it, without the person and without rooms', () => {
  const attendees = [person('zoe@acme.example'), person('ZOE@acme.example'), person('anna@ACME.example'), { ...person('room@acme.example'), type: 'resource' }];
  const shown = projectEvent({ ...DEMO, isOrganizer: false, organizer: person('boris@beta.example'), attendees }, SCOPE);
  expect(shown.fields.attendees).toEqual(['zoe@acme.example', 'boris@beta.example']);
  expect(shown.meeting).toBe('attendee');
});

test('whoever calls a meeting under another address of his is not his own guest', () => {
  const own = { ...DEMO, organizer: person('a.weber@acme.example'), attendees: [person('a.weber@acme.example')] };
  expect(meetingOf(own, SCOPE)).toBeUndefined();
  expect(projectEvent(own, SCOPE).fields.attendees).toBeNull();
});

test('a guest without an address, and a meeting that hides its guests, are meetings all the same', () => {
  expect(meetingOf({ ...DEMO, attendees: [{ type: 'required' }] }, SCOPE)).toBe('organizer');
  expect(meetingOf({ ...DEMO, isOrganizer: false, attendees: [] }, SCOPE)).toBe('attendee');
});

const MASTER: JsonObject = { ...DEMO, id: 'M', type: 'seriesMaster', iCalUId: 'SERIES' };
const exception = (start: string, originalStart: string, more: JsonObject = {}): JsonObject => ({
  ...DEMO, type: 'exception', seriesMasterId: 'M', iCalUId: 'OTHER', start: utc(start), originalStart, ...more,
});

test('occurrences and exceptions are known by the series’ own id and by where they began', () => {
  const stub = { id: 'O', type: 'occurrence', seriesMasterId: 'M', start: utc('2026-12-02T14:00:00'), end: utc('2026-12-02T15:30:00') };
  const shown = projectEvent(occurrenceOf(stub, MASTER), SCOPE, MASTER);
  expect(shown).toMatchObject({ id: 'O', version: 'K', family: 'M', identity: 'SERIES|2026-12-02T14:00:00Z', fields: { subject: 'Demo' } });
  expect(projectEvent(exception('2026-12-02T16:00:00', '2026-12-02T14:00:00Z'), SCOPE, MASTER).identity).toBe('SERIES|2026-12-02T14:00:00Z');
  expect(projectEvent(exception('2026-12-02T16:00:00', '2026-12-02T14:00:00Z'), SCOPE).identity).toBeUndefined();
});

test('an all-day exception is known by its date, however its original start is told', () => {
  for (const originalStart of ['2026-12-02T00:00:00Z', '2026-12-01T23:00:00Z']) {
    const whole = exception('2026-12-04T00:00:00', originalStart, { isAllDay: true, end: utc('2026-12-05T00:00:00') });
    expect(projectEvent(whole, SCOPE, MASTER).identity).toBe('SERIES|2026-12-02');
  }
});

test('the key of a series is not the key of its occurrences', () => {
  const keyed = { ...MASTER, transactionId: '0123456789abcdefghijklmno1' };
  const times = { start: utc('2026-12-02T14:00:00'), end: utc('2026-12-02T15:30:00') };
  const stub = { id: 'O', type: 'occurrence', seriesMasterId: 'M', '@odata.etag': 'W/"V2"', ...times };
  expect(projectEvent(occurrenceOf(stub, keyed), SCOPE, keyed)).toMatchObject({ version: 'V2' });
  expect(projectEvent(occurrenceOf(stub, keyed), SCOPE, keyed)).not.toHaveProperty('linkKey');
  expect(projectEvent({ ...DEMO, transactionId: '0123456789ABCDEFGHIJKLMNO1' }, SCOPE).linkKey).toBe('0123456789abcdefghijklmno1');
  expect(projectEvent({ ...DEMO, transactionId: 'localevent:7f5b' }, SCOPE)).not.toHaveProperty('linkKey');
});

test('an occurrence of a private series is private even when it is not itself', () => {
  expect(projectEvent(exception('2026-12-02T16:00:00', '2026-12-02T14:00:00Z'), SCOPE, { ...MASTER, sensitivity: 'private' }).isPrivate).toBe(true);
});

test.each([
  [{ type: 'seriesMaster', isCancelled: true }, 'master'], [{ isCancelled: true }, 'cancelled'],
  [{ responseStatus: { response: 'declined' } }, 'declined'], [{ responseStatus: { response: 'notResponded' } }, 'record'], [{}, 'record'],
])('%j stands as %s', (event, standing) => {
  expect(standingOf(event)).toBe(standing);
});

test('only what is named is sent, and guests never are', () => {
  const current = projectEvent({ ...DEMO, originalStartTimeZone: 'W. Europe Standard Time' }, SCOPE);
  expect(eventPatch({ location: null, attendees: ['zoe@acme.example'] }, current, SCOPE)).toEqual({
    body: { location: { displayName: '' } }, notes: [{ field: 'attendees', what: 'notCarried', reason: 'notHeld' }], fields: ['location'],
  });
  expect(eventPatch({ when: '2026-12-01T15:00:00Z/2026-12-01T16:30:00Z' }, current, SCOPE).body).toEqual({
    start: { dateTime: '2026-12-01T16:00:00', timeZone: 'W. Europe Standard Time' },
    end: { dateTime: '2026-12-01T17:30:00', timeZone: 'W. Europe Standard Time' }, isAllDay: false,
  });
});

test('where nobody knows whether join links stand in it, a body is not written', () => {
  const { memo: _memo, ...plain } = projectEvent(DEMO, SCOPE);
  expect(eventPatch({ body: 'x' }, plain, SCOPE)).toMatchObject({ body: {}, notes: [{ field: 'body' }], fields: [] });
  expect(eventPatch({ body: 'x' }, null, SCOPE).body).toEqual({ body: { contentType: 'html', content: 'x' } });
});

test('a time that is no interval is noted and left out', () => {
  expect(eventPatch({ when: 'tomorrow', subject: 'Demo' }, null, SCOPE)).toMatchObject({ body: { subject: 'Demo' }, notes: [{ field: 'when' }] });
});
