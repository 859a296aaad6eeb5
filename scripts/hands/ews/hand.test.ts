import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { movableClock } from '../../../sandbox/clock.ts';
import { endPointOf } from '../../../sandbox/ews/certificate.ts';
import { startExchange, type Exchange } from '../../../sandbox/ews/server.ts';
import { ANNA, getFolder, PLAIN } from '../../../sandbox/ews/test-client.ts';
import { startMicrosoft } from '../../../sandbox/graph/server.ts';
import { readCalendars, windowAt } from '../../demo/calendar.ts';
import { readCards } from '../../demo/cards.ts';
import { mailboxContact } from '../../demo/mailbox-contact.ts';
import { importEvent } from '../../demo/mailbox-event.ts';
import { graphHand } from '../graph.ts';
import type { MailboxContact, MailboxHand, RawEvent } from '../mailbox.ts';
import { ewsHand, type EwsHand } from './hand.ts';
import { openWire } from './wire.ts';

const SAMPLES = path.resolve(import.meta.dirname, '../../../sandbox/samples');
const clock = movableClock(Date.UTC(2026, 10, 23, 9));
let exchange: Exchange;
let microsoft: Awaited<ReturnType<typeof startMicrosoft>>;
let ews: EwsHand;
let graph: MailboxHand;

beforeAll(async () => {
  exchange = await startExchange({
    port: 0, pagePort: 0, clock, settings: { serviceTime: () => Promise.resolve(), odd: PLAIN, signIn: { schemes: ['Negotiate', 'NTLM', 'Basic'] } },
  });
  microsoft = await startMicrosoft({ port: 0, clock });
  graph = graphHand(microsoft);
  ews = ewsHand({
    wire: { ...ANNA, url: exchange.ewsUrl, pin: endPointOf(exchange.certificate).toString('hex') }, shownUrl: exchange.ewsUrl,
    counted: () => Object.fromEntries(exchange.server.calls), mailsSent: () => exchange.mailsSent.length,
  });
});
afterAll(async () => {
  ews.close();
  await exchange.close();
  await microsoft.close();
});

/** What people see of it: ids are the server's, and an empty list or text is none. */
function seen(record: MailboxContact | RawEvent): unknown {
  const { id: _id, seriesMasterId: _master, ...rest } = record as Readonly<Record<string, unknown>>;
  const isBlank = (value: unknown): boolean => value === '' || value === null || (Array.isArray(value) && value.length === 0)
    || (typeof value === 'object' && value !== null && Object.values(value).every(isBlank));
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => !isBlank(value)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const CONTACT_FIELDS = [
  'displayName', 'givenName', 'middleName', 'nickName', 'companyName', 'assistantName', 'department', 'generation', 'jobTitle', 'manager', 'profession',
  'spouseName', 'surname', 'title', 'businessAddress', 'homeAddress', 'otherAddress', 'emailAddresses', 'businessPhones', 'homePhones', 'mobilePhone',
  'birthday', 'businessHomePage', 'imAddresses', 'categories', 'personalNotes',
];

function person(contact: MailboxContact): unknown {
  const fields = Object.fromEntries(CONTACT_FIELDS.map((name) => [name, (contact as Readonly<Record<string, unknown>>)[name]]));
  const addresses = (contact.emailAddresses ?? []).map(({ address }) => ({ address }));
  const notes = contact.personalNotes?.replace(/\r\n/g, '\n').trim();
  const page = contact.businessHomePage?.replace(/\s/g, encodeURIComponent);
  return seen({ ...fields, emailAddresses: addresses, personalNotes: notes, businessHomePage: page } as MailboxContact);
}

describe('the hands of both mailboxes', () => {
  test('put the same people there', async () => {
    const cards = readCards(path.join(SAMPLES, 'vcards')).cards.map(mailboxContact);
    for (const { contact } of cards) for (const hand of [graph, ews]) await hand.addContact(contact);
    const byName = (list: readonly MailboxContact[]): unknown[] => (
      [...list].sort((a, b) => ((a.displayName ?? '') < (b.displayName ?? '') ? -1 : 1)).map(person));
    expect(cards.length).toBeGreaterThan(4);
    expect(byName(await ews.contacts())).toEqual(byName(await graph.contacts()));
  });

  test('put the same appearances there, exceptions of series included, and mail nobody', async () => {
    const { events } = readCalendars(path.join(SAMPLES, 'calendars'));
    const window = windowAt(clock.now());
    for (const event of events) for (const hand of [graph, ews]) await importEvent(hand, event, window);
    const [from, to] = [new Date(window.from).toISOString(), new Date(window.to).toISOString()];
    const shown = async (hand: MailboxHand): Promise<unknown[]> => (await hand.occurrences(from, to)).map((event) => JSON.stringify([
      event['subject'], event['isAllDay'], ...['start', 'end'].map((name) => (event[name] as { dateTime: string }).dateTime.slice(0, 19)),
      (event['location'] as { displayName?: string }).displayName ?? '',
    ])).sort();
    const found = await shown(ews);
    expect(found.length).toBeGreaterThan(20);
    expect(found).toEqual(await shown(graph));
    expect(ews.mailsSent()).toBe(0);
  });

  test('put the same tasks there and complete them', async () => {
    for (const hand of [graph, ews]) {
      const id = await hand.addTask({ title: 'Call', importance: 'high', dueDateTime: { dateTime: '2026-12-01T00:00:00', timeZone: 'Europe/Berlin' } });
      await hand.updateTask(id, { status: 'completed' });
    }
    const shown = async (hand: MailboxHand): Promise<unknown> => (await hand.tasks()).map(({ title, status, importance, dueDateTime }) => (
      [title, status, importance, (dueDateTime as { dateTime: string }).dateTime.slice(0, 19)]));
    expect(await shown(ews)).toEqual([['Call', 'completed', 'high', '2026-11-30T23:00:00']]);
    expect(await shown(ews)).toEqual(await shown(graph));
  });
});

test('an edit of a contact changes that field alone, and the fingerprint', async () => {
  const id = await ews.addContact({ givenName: 'Lena', surname: 'Maurer', mobilePhone: '1', businessPhones: ['2'] });
  const before = await ews.fingerprint();
  expect(await ews.fingerprint()).toBe(before);
  await ews.updateContact(id, { jobTitle: 'Buyer', mobilePhone: '3' });
  expect((await ews.contacts()).find((one) => one.id === id)).toMatchObject({ givenName: 'Lena', jobTitle: 'Buyer', mobilePhone: '3', businessPhones: ['2'] });
  expect(await ews.fingerprint()).not.toBe(before);
});

test('a view with more rows than the server shows at once is read whole', async () => {
  const at = (time: string): RawEvent => ({ dateTime: `2024-01-01T${time}`, timeZone: 'UTC' });
  const daily = (subject: string, start: string, end: string): RawEvent => ({
    subject, isAllDay: false, start: at(start), end: at(end),
    recurrence: { pattern: { type: 'daily', interval: 1 }, range: { type: 'numbered', startDate: '2024-01-01', numberOfOccurrences: 700 } },
  });
  const id = await ews.addEvent(daily('Often', '09:00:00', '09:30:00'));
  await ews.addEvent(daily('Often too', '10:00:00', '10:30:00'));
  const shown = await ews.occurrences('2024-01-01T00:00:00Z', '2025-12-31T00:00:00Z');
  expect(shown).toHaveLength(1400);
  expect(shown.filter(({ seriesMasterId }) => seriesMasterId === id)).toHaveLength(700);
});

test('the requests of the hands are no calls of the app', () => {
  expect(exchange.server.calls.get('ews')).toBeGreaterThan(50);
  expect(ews.calls()).toMatchObject({ 'ews': 0, 'ews-sign-in': 0 });
});

test('a server without Basic is signed in to by NTLM, and its certificate must be the pinned one', async () => {
  exchange.controls.signIn({ schemes: ['Negotiate', 'NTLM'] });
  const pin = endPointOf(exchange.certificate).toString('hex');
  const folder = getFolder('tasks');
  const wire = openWire({ ...ANNA, url: exchange.ewsUrl, pin });
  expect(await wire.call(folder)).toHaveLength(1);
  expect(await wire.call(folder)).toHaveLength(1);
  // The second call finds the connection signed in.
  expect(wire.sent).toEqual({ calls: 3, handshakes: 1 });
  wire.close();
  exchange.controls.signIn({ schemes: ['Negotiate', 'NTLM', 'Basic'] });
  const before = exchange.server.calls.get('ews');
  const stranger = openWire({ ...ANNA, url: exchange.ewsUrl, pin: '0'.repeat(64) });
  await expect(stranger.call(folder)).rejects.toThrow('another certificate');
  const unpinned = openWire({ ...ANNA, url: exchange.ewsUrl });
  await expect(unpinned.call(folder)).rejects.toThrow('self-signed');
  expect(exchange.server.calls.get('ews')).toBe(before);
});

test('at the end all that was made is deleted for good, and nothing else', async () => {
  const mailbox = exchange.mailbox('anna');
  const theirs = mailbox.addContact({ 'contacts:Surname': 'Old' });
  const named = mailbox.addTask({ 'item:Subject': 'By sync' });
  expect(await ews.removeMade([named, named])).toBeGreaterThan(20);
  expect(await ews.counts()).toEqual({ contacts: 1, calendar: 0, tasks: 0 });
  expect(mailbox.contacts().map(({ id }) => id)).toEqual([theirs]);
  expect(mailbox.events('deleteditems')).toEqual([]);
  expect(ews.mailsSent()).toBe(0);
});
