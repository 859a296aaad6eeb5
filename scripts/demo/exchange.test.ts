/** The whole demo with an Exchange server for a mailbox: the stand-in of its own world, and a server that is only named to it. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { movableClock } from '../../sandbox/clock.ts';
import { startExchange } from '../../sandbox/ews/server.ts';
import { ANNA } from '../../sandbox/ews/test-client.ts';
import { ROOT } from '../run.ts';
import type { Report } from './report.ts';

interface Ended { readonly status: number | null; readonly out: string; readonly errors: string }

function demo(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(ROOT, 'scripts/demo.ts'), '--mailbox', 'ews', '--json', ...words], { env: { ...process.env, ...env } });
    const texts = { out: '', errors: '' };
    child.stdout.on('data', (chunk: Buffer) => { texts.out += chunk.toString('utf8'); });
    child.stderr.on('data', (chunk: Buffer) => { texts.errors += chunk.toString('utf8'); });
    child.on('error', reject);
    child.on('exit', (status) => { resolve({ status, ...texts }); });
  });
}

test('people, events and tasks agree as over Graph, and nobody is mailed', async () => {
  const { status, out } = await demo(['--calendar', path.join(ROOT, 'sandbox/samples/calendars')]);
  const report = JSON.parse(out) as Report;
  expect(report.differences).toEqual([]);
  expect(report).toMatchObject({
    ok: true, source: { cards: 5, events: 28 }, events: { arrived: 24, outside: 0, kept: 4 }, mailbox: { kind: 'ews', contacts: 7, tasks: 3 },
    crm: { kind: 'salesforce', contacts: 7, tasks: 3 }, linked: 1, created: { mailbox: 1, crm: 5 }, filled: 4, asked: [], mailsSent: 0,
    idle: { outside: { ews: 3, salesforce: 1 }, stateReads: 1, stateWrites: 0 },
  });
  expect(report.crm.events).toBe(report.mailbox.events - 4);
  expect(status).toBe(0);
}, 240_000);

test('a server that is named is used in place of the stand-in, says nothing of mails, and is left as it was', async () => {
  const exchange = await startExchange({
    port: 0, pagePort: 0, clock: movableClock(), settings: { signIn: { schemes: ['Basic'], needsTls: false } },
  });
  const mailbox = exchange.mailbox('anna');
  const secrets = { CONCORD_DEMO_MAILBOX_USER: ANNA.user, CONCORD_DEMO_MAILBOX_PASSWORD: ANNA.password };
  const { status, out, errors } = await demo(['--mailbox-url', exchange.pageOrigin], secrets);
  expect(JSON.parse(out)).toMatchObject({ ok: true, mailbox: { kind: 'ews', contacts: 7 }, linked: 1, mailsSent: null, differences: [] });
  expect(errors).toBe('Removed 7 records from the mailbox.\n');
  expect(`${out}${errors}`).not.toContain(ANNA.password);
  expect(status).toBe(0);
  expect([mailbox.contacts(), mailbox.events(), mailbox.tasks(), mailbox.contacts('deleteditems'), exchange.mailsSent]).toEqual([[], [], [], [], []]);
  const id = mailbox.addContact({ 'contacts:Surname': 'Mine' });
  const refused = await demo(['--mailbox-url', exchange.pageOrigin], secrets);
  expect(refused).toMatchObject({ status: 2, out: '' });
  expect(refused.errors).toContain('contacts holds 1');
  expect(mailbox.contacts().map((contact) => contact.id)).toEqual([id]);
  await exchange.close();
}, 240_000);
