import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, DELTA, round, testWorld } from './test-client.ts';
import type { TestWorld } from './test-client.ts';

let world: TestWorld;
beforeEach(async () => { world = await testWorld({ hasSamples: true }); });
afterEach(() => world.microsoft.close());

const get = async (path: string): Promise<string> => (await fetch(world.microsoft.origin + path)).text();
const post = (path: string, form: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(world.microsoft.origin + path, { method: 'POST', body: new URLSearchParams({ user: ANNA, ...form }), redirect: 'manual' });

/** What a browser would send back untouched. */
function formOf(page: string): Record<string, string> {
  const inputs = [
    ...page.matchAll(/<input[^>]* name="([^"]*)"[^>]* value="([^"]*)"/g), ...page.matchAll(/<textarea[^>]* name="([^"]*)"[^>]*>([^<]*)</g),
  ];
  return Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, value.replaceAll('&#39;', "'").replaceAll('&amp;', '&')]));
}

test('the page shows the contacts of the account chosen', async () => {
  const page = await get(`/?user=${ANNA}`);
  expect(page).toContain('Contacts of Anna Weber');
  expect(page.match(/data-testid="contact-row"/g)).toHaveLength(6);
  expect(page).toContain('lena.fischer@northwind.example');
  expect(await get(`/?user=${ANNA}&q=wingtip`)).toContain('1 contacts');
});

test('a contact added, edited and deleted by hand is seen by delta', async () => {
  const first = await round(world.send, DELTA);
  const saved = await post('/contacts/save', {
    id: '', givenName: 'Ida', surname: "O'Hara", 'emailAddresses.0': 'ida@x.example', 'businessPhones.1': '+1 2', birthday: '1990-02-03',
    'homeAddress.street': 'Line 1\r\nLine 2', categories: 'Red, Blue',
  });
  expect(saved.status).toBe(303);
  const second = await round(world.send, first.deltaLink);
  expect(second.rows).toHaveLength(1);
  expect(second.rows[0]).toMatchObject({
    displayName: "Ida O'Hara", emailAddresses: [{ address: 'ida@x.example' }], businessPhones: ['+1 2'], birthday: '1990-02-03T11:59:00Z',
    homeAddress: { street: 'Line 1\nLine 2' }, categories: ['Red', 'Blue'],
  });
  const id = String(second.rows[0]?.['id']);

  const form = formOf(await get(`/contacts/edit?${new URLSearchParams({ user: ANNA, id })}`));
  expect((await post('/contacts/save', { ...form, surname: 'Hart' })).status).toBe(303);
  const third = await round(world.send, second.deltaLink);
  expect(third.rows[0]).toMatchObject({
    id, displayName: 'Ida Hart', homeAddress: { street: 'Line 1\nLine 2' }, birthday: '1990-02-03T11:59:00Z',
  });

  await post('/contacts/delete', { id });
  expect((await round(world.send, third.deltaLink)).rows).toEqual([{ id, '@removed': { reason: 'deleted' } }]);
});

test('every field of the form has a label and survives a save that changes nothing', async () => {
  const [contact] = world.microsoft.mailbox(ANNA).contacts();
  const id = String(contact?.['id']);
  const page = await get(`/contacts/edit?${new URLSearchParams({ user: ANNA, id })}`);
  const fields = [...page.matchAll(/data-testid="field-([^"]*)"/g)].map(([, name = '']) => name);
  expect(fields.length).toBeGreaterThan(45);
  for (const name of fields) expect(page).toContain(`<label for="${name}">`);
  await post('/contacts/save', formOf(page));
  const { changeKey, '@odata.etag': etag, ...after } = world.microsoft.mailbox(ANNA).contact(id);
  expect([changeKey, etag]).not.toContain(contact?.['changeKey']);
  expect(contact).toMatchObject(after);
});

test('a refusal is shown above the form with what was typed', async () => {
  const refused = await post('/contacts/save', { id: '', surname: '<b>', birthday: 'soon' });
  expect(refused.status).toBe(400);
  const page = await refused.text();
  expect(page).toContain('data-testid="refusal"');
  expect(page).toContain('value="&lt;b&gt;"');
});

test('the buttons make trouble', async () => {
  await post('/trouble', { what: 'busy', count: '1' });
  expect((await fetch(`${world.microsoft.origin}/v1.0/me`)).status).toBe(503);
  await post('/trouble', { what: 'throttle', count: '1' });
  expect((await world.send('GET', '/me')).status).toBe(429);
  const { deltaLink } = await round(world.send, DELTA);
  await post('/trouble', { what: 'expire-delta' });
  expect((await world.send('GET', deltaLink)).status).toBe(410);
  await post('/trouble', { what: 'expire-access' });
  expect((await world.send('GET', '/me')).status).toBe(401);
});

test('the doors for the sandbox answer programs of other origins', async () => {
  const messages = await fetch(`${world.microsoft.origin}/_sandbox/messages?user=${ANNA}`);
  expect(messages.headers.get('access-control-allow-origin')).toBe('*');
  expect((await messages.json() as { value: unknown[] }).value).toHaveLength(5);
  const control = await fetch(`${world.microsoft.origin}/_sandbox/controls`, {
    method: 'POST', body: JSON.stringify({ action: 'expireAccessTokens', user: ANNA }),
  });
  expect(control.status).toBe(200);
  expect((await world.send('GET', '/me')).status).toBe(401);
});
