import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { testCrm, type TestCrm } from './test-client.ts';
import type { VtigerOptions } from './server.ts';

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => { for (const end of open.splice(0).reverse()) await end(); });

interface PageCrm extends TestCrm { page(path: string, form?: Record<string, string>): Promise<{ status: number; html: string }> }

async function start(options: Partial<VtigerOptions> = {}): Promise<PageCrm> {
  const made = await testCrm(options);
  open.push(() => made.close());
  const page = async (where: string, form?: Record<string, string>): Promise<{ status: number; html: string }> => {
    const post = form ? { method: 'POST', body: new URLSearchParams(form) } : {};
    const answer = await fetch(`${made.crm.origin}${where}`, { redirect: 'manual', ...post });
    return { status: answer.status, html: await answer.text() };
  };
  return { ...made, page };
}

test('a person adds, edits, hands on and deletes a contact, and sees no mark-up of strangers', async () => {
  const { crm, page } = await start();
  const hands = crm.crm('anna.weber');
  const account = hands.addAccount({ accountname: 'Acme <Ltd>' });
  await page('/contacts/save', { user: 'anna.weber', firstname: 'Ann', lastname: '<b>Lee', account_id: account, email: 'ann@acme.example' });
  const [ann] = hands.all('Contacts');
  expect(ann?.fields).toMatchObject({ firstname: 'Ann', lastname: '<b>Lee', account_id: account, source: 'CRM', assigned_user_id: '19x5' });
  const list = (await page('/?user=anna.weber')).html;
  expect([list.includes('&lt;b&gt;Lee'), list.includes('Acme &lt;Ltd&gt;'), list.includes('Key5Anna5Sandbox')]).toEqual([true, true, true]);
  await page('/contacts/save', { user: 'anna.weber', id: ann?.id ?? '', lastname: 'Lee', email: '', assigned_user_id: '19x6' });
  expect(hands.record(ann?.id ?? '')?.fields).toMatchObject({ firstname: 'Ann', lastname: 'Lee', email: '', assigned_user_id: '19x6' });
  await page('/contacts/delete', { user: 'anna.weber', id: ann?.id ?? '' });
  expect(hands.all('Contacts')).toEqual([]);
  expect(hands.record(ann?.id ?? '')?.isDeleted).toBe(true);
});

test('an event is typed in the time of the person and is UTC on the wire; a refusal is shown with what was typed', async () => {
  const { crm, page } = await start();
  const form = { user: 'anna.weber', subject: 'Demo', start: '2026-12-01T15:00', end: '2026-12-01T16:30' };
  expect((await page('/events/save', form)).status).toBe(303);
  const [event] = crm.crm('anna.weber').all('Events');
  expect(event?.fields).toMatchObject({ date_start: '2026-12-01', time_start: '20:00:00', time_end: '21:30:00', duration_hours: '1', visibility: 'Public' });
  expect((await page('/events?user=anna.weber')).html).toContain('2026-12-01 15:00');
  const refused = await page('/events/save', { ...form, id: event?.id ?? '', subject: '', location: 'Typed' });
  expect([refused.status, /role="alert"/.test(refused.html), /value="Typed"/.test(refused.html)]).toEqual([400, true, true]);
});

test('a task in Los Angeles at 5 PM due the same day starts a day after its due date on the wire', async () => {
  const { crm, page } = await start();
  await page('/tasks/save', { user: 'admin', subject: 'Call', start: '2026-12-01T17:00', due_date: '2026-12-01' });
  expect(crm.crm('admin').all('Calendar')[0]?.fields).toMatchObject({ date_start: '2026-12-02', time_start: '01:00:00', due_date: '2026-12-01', time_end: '' });
});

test('a lead is converted by its button', async () => {
  const { crm, page } = await start();
  const lead = crm.crm('mia.schmidt').addLead({ firstname: 'Leo', lastname: 'Lead', company: 'LeadCo' });
  expect((await page('/leads?user=mia.schmidt')).html).toContain('data-testid="convert"');
  await page('/leads/convert', { user: 'mia.schmidt', id: lead });
  expect(crm.crm('mia.schmidt').all('Contacts')[0]?.fields).toMatchObject({ lastname: 'Lead', isconvertedfromlead: '1', assigned_user_id: '19x6' });
  expect(crm.crm('mia.schmidt').all('Accounts')[0]?.fields).toMatchObject({ accountname: 'LeadCo' });
  expect(crm.crm('mia.schmidt').all('Leads')).toEqual([]);
});

test('trouble has its buttons: faults, sessions, sync, uniqueness', async () => {
  const { page, client, crm } = await start();
  const admin = await client();
  await page('/trouble', { user: 'admin', what: 'unavailable', count: '1' });
  expect((await admin.raw('GET', 'listtypes')).status).toBe(503);
  await page('/trouble', { user: 'admin', what: 'html', count: '1' });
  expect((await admin.raw('GET', 'listtypes')).text).toContain('Maintenance');
  await page('/trouble', { user: 'admin', what: 'lostReply' });
  await expect(admin.create('Contacts', { lastname: 'Lee', assigned_user_id: '19x1' })).rejects.toThrow();
  expect(crm.crm('admin').all('Contacts')).toHaveLength(1);
  await page('/trouble', { user: 'admin', what: 'sync-unmodified' });
  expect(crm.world.settings.sync).toBe('unmodified');
  await page('/trouble', { user: 'admin', what: 'unique-on' });
  expect(crm.world.settings.unique).toContain('Contacts.email');
  await page('/trouble', { user: 'admin', what: 'session-expired' });
  expect(await admin.refused('GET', 'listtypes')).toBe('SESSION_EXPIRED');
  expect((await page('/trouble', { user: 'admin', what: 'nonsense' })).status).toBe(400);
});

test('programs reach hands, controls and raw state over http', async () => {
  const { crm, client } = await start();
  const post = async (door: string, body: object): Promise<{ status: number; body: { result?: unknown; error?: string } }> => {
    const answer = await fetch(`${crm.origin}/_sandbox/${door}`, { method: 'POST', body: JSON.stringify(body) });
    return { status: answer.status, body: await answer.json() as { result?: unknown } };
  };
  const made = await post('hands', { user: 'anna.weber', action: 'addContact', fields: { lastname: 'Raw' } });
  expect(made).toEqual({ status: 200, body: { result: '12x2' } });
  expect((await post('hands', { user: 'anna.weber', action: 'addContact', fields: {} })).status).toBe(400);
  expect((await post('hands', { user: 'anna.weber', action: 'dance' })).status).toBe(400);
  expect((await post('hands', { user: 'nobody', action: 'all', module: 'Contacts' })).status).toBe(400);
  expect((await post('hands', { user: 'anna.weber', action: 'all', module: 'Nonsense' })).status).toBe(400);
  expect((await post('hands', { user: 'anna.weber', action: 'all', module: 'Contacts' })).body).toMatchObject({ result: [{ id: '12x2' }] });
  await post('hands', { user: 'anna.weber', action: 'reassign', id: '12x2', owner: '20x2' });
  const state = await (await fetch(`${crm.origin}/_sandbox/state?user=mia.schmidt`)).json() as { contacts: { fields: object }[] };
  expect(state.contacts[0]?.fields).toMatchObject({ lastname: 'Raw', assigned_user_id: '20x2' });
  const anna = await client('anna.weber');
  expect((await post('controls', { action: 'endSessions', end: 'lost', user: 'anna.weber' })).status).toBe(200);
  expect(await anna.refused('GET', 'listtypes')).toBe('INVALID_SESSIONID');
  expect([(await post('controls', { action: 'sync', mode: 'odd' })).status, (await post('controls', { action: 'nonsense' })).status]).toEqual([400, 400]);
  expect(await (await fetch(`${crm.origin}/_sandbox/mails`)).json()).toEqual({ mailsSent: 0, mails: [] });
});

test('records, switches and keys are the same after a new start, sessions are not', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vtiger-'));
  open.push(() => { rmSync(folder, { recursive: true }); });
  const first = await testCrm({ dataDir: folder });
  const id = first.crm.crm('anna.weber').addContact({ lastname: 'Kept' });
  first.crm.controls.unique(['Contacts.email']);
  first.crm.controls.setAccessKey('anna.weber', 'another');
  await first.close();
  const second = await start({ dataDir: folder });
  expect(second.crm.crm('anna.weber').record(id)?.fields).toMatchObject({ lastname: 'Kept', contact_no: 'CON1' });
  expect([second.crm.world.settings.unique, second.crm.users[1]?.accessKey]).toEqual([['Contacts.email'], 'another']);
  expect(second.crm.crm('anna.weber').addContact({ lastname: 'Next' })).toBe('12x3');
});

test('a new install is filled with samples on request', async () => {
  const { crm } = await start({ hasSamples: true });
  const anna = crm.crm('anna.weber');
  expect([anna.all('Contacts').length, anna.all('Leads').length, anna.all('Events').length, anna.all('Calendar').length]).toEqual([3, 1, 2, 1]);
});
