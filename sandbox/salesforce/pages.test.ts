/** The pages for people: they show what the chosen person may see and save by the same rules as the API. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, codeOf, startWorld, type Reply, type World } from './world-for-tests.ts';

let world: World;
beforeEach(async () => { world = await startWorld({ withSamples: true }); });
afterEach(() => world.stop());

const cookieOf = (username: string): string => `crm_person=${world.crm.org().people().find((one) => one.username === username)?.id ?? ''}`;
const post = (path: string, fields: Readonly<Record<string, string>>, username = ANNA): Promise<Reply> => world.fetch(path, {
  method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: cookieOf(username) },
    body: new URLSearchParams(fields).toString(),
});
const named = (name: string): Readonly<Record<string, unknown>> | undefined =>
  world.crm.org().contacts().find((row) => row['Name'] === name);
const rowsIn = (reply: Reply): number => reply.text.split('data-testid="contact-row"').length - 1;

test('contacts are listed, searched and escaped', async () => {
  world.crm.org().insert('Contact', { LastName: '<b>"Tricky"' }, ANNA);
  const all = await world.fetch('/');
  expect(rowsIn(all)).toBe(6);
  expect(all.text).not.toContain('<b>"Tricky"');
  expect(rowsIn(await world.fetch('/?q=northwind'))).toBe(2);
});

test('a person adds, edits and deletes a contact, and a new account comes with its name', async () => {
  expect((await post('/contacts/save', { id: '', FirstName: 'Ada', LastName: 'Berg', account: 'New Ltd' })).status).toBe(303);
  const made = named('Ada Berg');
  expect(world.crm.org().accounts().find((row) => row.Id === made?.['AccountId'])?.['Name']).toBe('New Ltd');
  const id = String(made?.['Id']);
  expect((await world.fetch(`/?edit=${id}`)).text).toContain('data-testid="field-LastName"');
  await post('/contacts/save', { id, LastName: 'Berger', account: 'new ltd' });
  expect(named('Ada Berger')?.['AccountId']).toBe(made?.['AccountId']);
  await post('/contacts/delete', { id });
  expect(named('Ada Berger')).toBeUndefined();
});

test('a refused save is told on the page with what was typed', async () => {
  const refused = await post('/contacts/save', { id: '', LastName: '', FirstName: 'Typed', Email: '' });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('Required fields are missing: [LastName]');
  expect(refused.text).toContain('value="Typed"');
});

test('a colleague sees the contact without buttons and cannot save it', async () => {
  const id = String(named('Thomas Ford')?.['Id']);
  const page = await world.fetch('/', { headers: { cookie: cookieOf('ben.keller@contoso.example') } });
  expect(page.text.split('data-testid="contact-edit"').length - 1).toBe(1);
  expect((await post('/contacts/save',
    { id, LastName: 'Taken' }, 'ben.keller@contoso.example')).text).toContain('INSUFFICIENT_ACCESS_OR_READONLY');
});

test('two contacts are merged on the page', async () => {
  const winner = String(named('Thomas Ford')?.['Id']);
  const loser = world.crm.org().insert('Contact', { FirstName: 'Tom', LastName: 'Ford' }, ANNA);
  expect((await world.fetch(`/?edit=${winner}`, { headers: { cookie: cookieOf(ANNA) } })).text).toContain('data-testid="contact-merge"');
  await post('/contacts/merge', { winner, loser });
  expect(world.crm.org().contacts(true).find((row) => row.Id === loser)).toMatchObject({ IsDeleted: true, MasterRecordId: winner });
});

test('accounts are added, renamed and deleted with their contacts', async () => {
  await post('/accounts/save', { Name: 'Adatum' });
  expect((await world.fetch('/accounts')).text).toContain('Adatum');
  const id = world.crm.org().accounts().find((row) => row['Name'] === 'Fabrikam Tools')?.Id ?? '';
  await post('/accounts/save', { id, Name: 'Fabrikam GmbH' });
  expect(world.crm.org().accounts().find((row) => row.Id === id)?.['Name']).toBe('Fabrikam GmbH');
  await post('/accounts/delete', { id });
  expect(named('Thomas Ford')).toBeUndefined();
});

test('switches, people and faults are set on the settings page', async () => {
  expect((await world.fetch('/settings')).text).toContain('data-testid="setting-duplicateRule"');
  await post('/settings/save', { what: 'settings', duplicateRule: 'block', orgWideDefault: 'private', app: 'bogus', validation: 'on',
    hiddenFields: 'Contact.Birthdate' });
  expect(world.crm.org().settings()).toMatchObject({
    duplicateRule: 'block', orgWideDefault: 'private', app: 'installed', rotation: false, hiddenFields: ['Contact.Birthdate'],
      validation: { field: 'Department' } });
  const tokens = await world.signIn();
  await post('/settings/save', { what: 'unavailable', count: '1' });
  expect(codeOf(await world.as(tokens)('GET', '/limits'))).toBe('SERVER_UNAVAILABLE');
  await post('/settings/save', { what: 'revoke', username: ANNA });
  expect((await world.as(tokens)('GET', '/limits')).status).toBe(401);
  await post('/settings/save', { what: 'active', username: ANNA });
  expect(world.crm.org().people().find((one) => one.username === ANNA)?.isActive).toBe(false);
});

test('the acting person is chosen by cookie, and only paths of this site are gone back to', async () => {
  const chosen = await post('/person', { person: cookieOf(ANNA).slice(11), back: '//evil.example' });
  expect([chosen.status, chosen.headers.get('location')]).toEqual([303, '/']);
  expect(chosen.headers.get('set-cookie')).toContain('crm_person=005');
});
