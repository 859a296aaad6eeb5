import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { testExchange } from './test-client.ts';
import type { TestExchange } from './test-client.ts';

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => { for (const end of open.splice(0).reverse()) await end(); });

interface PageWorld extends TestExchange { page(path: string, form?: Record<string, string>): Promise<{ status: number; html: string }> }

async function world(dataDir?: string): Promise<PageWorld> {
  const made = await testExchange(dataDir === undefined ? {} : { dataDir });
  open.push(() => made.close());
  const page = async (where: string, form?: Record<string, string>): Promise<{ status: number; html: string }> => {
    const post = form ? { method: 'POST', body: new URLSearchParams(form) } : {};
    const answer = await fetch(`${made.exchange.pageOrigin}${where}`, { redirect: 'manual', ...post });
    return { status: answer.status, html: await answer.text() };
  };
  return { ...made, page };
}

test('a person adds, edits and deletes a contact, and sees no mark-up of strangers', async () => {
  const { exchange, page } = await world();
  await page('/contacts/save', { 'user': 'anna', 'contacts:GivenName': 'Lena', 'contacts:Surname': '<b>Fischer',
    'contacts:EmailAddress/EmailAddress1': 'lena@northwind.example', 'item:Sensitivity': 'Normal' });
  const [lena] = exchange.mailbox('anna').contacts();
  expect(lena).toMatchObject({ 'contacts:GivenName': 'Lena', 'contacts:EmailAddress/EmailAddress1': 'lena@northwind.example' });
  expect((await page('/?user=anna')).html).toContain('&lt;b&gt;Fischer');
  await page('/contacts/save', { 'user': 'anna', 'id': lena?.id ?? '', 'contacts:GivenName': 'Lena', 'contacts:Surname': 'Fischer',
    'item:Sensitivity': 'Normal' });
  expect(exchange.mailbox('anna').contacts()[0]).toMatchObject({ 'contacts:Surname': 'Fischer' });
  expect(exchange.mailbox('anna').contacts()[0]?.['contacts:EmailAddress/EmailAddress1']).toBeUndefined();
  await page('/contacts/delete', { user: 'anna', id: lena?.id ?? '' });
  expect(exchange.mailbox('anna').contacts()).toEqual([]);
});

test('events are typed in the time of the account, and a refusal is shown with what was typed', async () => {
  const { exchange, page } = await world();
  const form = { 'user': 'anna', 'item:Subject': 'Demo', 'calendar:Start': '2026-12-01T15:00', 'calendar:End': '2026-12-01T16:00',
    'calendar:IsAllDayEvent': 'false' };
  expect((await page('/events/save', form)).status).toBe(303);
  expect(exchange.mailbox('anna').events()[0]).toMatchObject({ 'calendar:Start': '2026-12-01T14:00:00Z', 'calendar:StartTimeZone': 'W. Europe Standard Time' });
  const refused = await page('/events/save', { ...form, 'calendar:End': '2026-12-01T14:00' });
  expect([refused.status, /role="alert"/.test(refused.html), /value="Demo"/.test(refused.html)]).toEqual([400, true, true]);
  expect((await page('/events?user=anna')).html.match(/data-testid="row"/g)).toHaveLength(1);
});

test('tasks and trouble have their buttons', async () => {
  const { exchange, page, ews } = await world();
  await page('/tasks/save', { 'user': 'anna', 'item:Subject': 'Call', 'task:DueDate': '2026-12-02', 'task:Status': 'InProgress' });
  expect(exchange.mailbox('anna').tasks()[0]).toMatchObject({ 'item:Subject': 'Call', 'task:DueDate': '2026-12-02', 'task:Status': 'InProgress' });
  await page('/trouble', { user: 'anna', what: 'unavailable', count: '1' });
  expect((await ews('<m:GetFolder/>')).status).toBe(503);
  await page('/trouble', { user: 'anna', what: 'lock' });
  expect((await page('/?user=anna')).html).toContain('data-testid="standing">locked<');
});

test('programs reach the controls and the raw state over http', async () => {
  const { exchange } = await world();
  const control = (body: object): Promise<Response> => fetch(`${exchange.pageOrigin}/_sandbox/controls`, { method: 'POST', body: JSON.stringify(body) });
  expect((await control({ action: 'setPassword', user: 'anna', password: 'new' })).status).toBe(200);
  expect((await control({ action: 'trouble', kind: 'nonsense' })).status).toBe(400);
  exchange.mailbox('anna').addContact({ 'contacts:Surname': 'Raw' });
  const state = await (await fetch(`${exchange.pageOrigin}/_sandbox/state?user=anna`)).json() as { contacts: Record<string, unknown>[] };
  expect(state.contacts).toMatchObject([{ 'contacts:Surname': 'Raw', 'kind': 'Contact' }]);
  const accounts = await (await fetch(`${exchange.pageOrigin}/_sandbox/accounts`)).json() as { id: string; password: string }[];
  expect(accounts.find(({ id }) => id === 'anna')?.password).toBe('new');
});

test('certificate, mailboxes and standings are the same after a new start', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ews-'));
  open.push(() => { rmSync(folder, { recursive: true }); });
  const first = await testExchange({ dataDir: folder });
  const id = first.exchange.mailbox('anna').addContact({ 'contacts:Surname': 'Kept' });
  first.exchange.controls.setStanding('mia', 'locked');
  await first.close();
  const second = await world(folder);
  expect(second.exchange.certificate).toBe(first.exchange.certificate);
  expect(second.exchange.mailbox('anna').item(id)).toMatchObject({ 'contacts:Surname': 'Kept' });
  expect(second.exchange.world.standings.get('mia')?.state).toBe('locked');
});
