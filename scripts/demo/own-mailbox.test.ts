import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { movableClock } from '../../sandbox/clock.ts';
import { endPointOf } from '../../sandbox/ews/certificate.ts';
import { startExchange, type Exchange } from '../../sandbox/ews/server.ts';
import { ANNA } from '../../sandbox/ews/test-client.ts';
import type { Rep } from '../../sandbox/rep.ts';
import type { OwnMailbox } from '../hands/ews/exchange.ts';
import { Interrupted } from '../hands/mailbox.ts';
import { openOwnMailbox } from './own-mailbox.ts';

let exchange: Exchange;
let own: OwnMailbox;

// As a company's server is by default: Windows sign-in alone, and a certificate that the operator has pinned.
beforeAll(async () => {
  exchange = await startExchange({ port: 0, pagePort: 0, clock: movableClock() });
  own = { ...ANNA, url: exchange.ewsUrl, pin: endPointOf(exchange.certificate).toString('hex') };
});
afterAll(async () => { await exchange.close(); });

/** A session whose journal says that sync made these in the mailbox. */
function sessionWith(ids: readonly string[]): Rep {
  const insert = (to: 'm' | 'c', m: string): unknown => ({ action: 'insert', to, ids: { m }, kind: 'task' });
  const entries = [...ids.map((id) => insert('m', id)), insert('c', 'other')];
  return { call: (_method: string, path: string) => Promise.resolve(path === 'runs' ? { runs: [{ id: '1' }] } : { entries }) } as unknown as Rep;
}

const written = (): string[] => {
  const texts: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => { texts.push(String(text)); return true; });
  return texts;
};

test('a mailbox that holds anything is refused with what it holds, and stays as it was', async () => {
  const mailbox = exchange.mailbox('anna');
  const id = mailbox.addTask({ 'item:Subject': 'Mine' });
  await expect(openOwnMailbox(own, false)).rejects.toThrow(/tasks holds 1/);
  expect(mailbox.tasks()).toHaveLength(1);
  mailbox.remove(id);
});

test('what hands and sync made is removed at the end, and what somebody else made meanwhile is told', async () => {
  const texts = written();
  const mailbox = exchange.mailbox('anna');
  const place = await openOwnMailbox(own, false);
  expect(place.servers.allowedHosts).toContain(new URL(exchange.origin).host);
  await place.hand.addContact({ surname: 'Made by hand' });
  const bySync = mailbox.addTask({ 'item:Subject': 'Made by sync' });
  const theirs = mailbox.addContact({ 'contacts:Surname': 'Made by a colleague' });
  place.signedIn(sessionWith([bySync]));
  await place.leave();
  await place.leave();
  expect([mailbox.contacts().map(({ id }) => id), mailbox.tasks()]).toEqual([[theirs], []]);
  expect(texts).toEqual(['Removed 2 records from the mailbox; 1 are left that the demo does not know of.\n']);
  mailbox.remove(theirs);
  vi.restoreAllMocks();
});

test('an interruption ends what the hands do, and then what was made is removed', async () => {
  const texts = written();
  const place = await openOwnMailbox(own, false);
  await place.hand.addContact({ surname: 'Half of the story' });
  process.emit('SIGINT');
  await expect(place.hand.addContact({ surname: 'Too late' })).rejects.toThrow(Interrupted);
  await expect(place.hand.contacts()).rejects.toThrow(Interrupted);
  await place.leave();
  expect(exchange.mailbox('anna').contacts()).toEqual([]);
  expect(texts).toEqual(['Removed 1 records from the mailbox.\n']);
  vi.restoreAllMocks();
});

test('what is to be kept stays', async () => {
  const place = await openOwnMailbox(own, true);
  await place.hand.addContact({ surname: 'Kept' });
  await place.leave();
  expect(exchange.mailbox('anna').contacts()).toHaveLength(1);
});
