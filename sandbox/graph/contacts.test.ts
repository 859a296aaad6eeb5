import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CRM_ID, testWorld } from './test-client.ts';
import type { Send, TestWorld } from './test-client.ts';



let world: TestWorld;
let send: Send;
beforeAll(async () => {
  world = await testWorld();
  send = world.send;
});
afterAll(() => world.microsoft.close());
beforeEach(() => { world.clock.advance(1000); });

async function make(body: unknown): Promise<Record<string, unknown> & { readonly id: string }> {
  const { status, body: made } = await send('POST', '/me/contacts', body);
  expect(status).toBe(201);
  return { ...made, id: String(made.id) };
}

test('a creation answers 201 with the whole contact, empty members included', async () => {
  const made = await make({ givenName: 'Lena', surname: 'Fischer', emailAddresses: [{ address: 'lena@northwind.example' }] });
  expect(made).toMatchObject({
    displayName: 'Lena Fischer', fileAs: 'Fischer, Lena', jobTitle: null, businessPhones: [], categories: [], homeAddress: {},
    birthday: null,
    emailAddresses: [{ name: 'lena@northwind.example', address: 'lena@northwind.example' }],
    createdDateTime: new Date(world.clock.now()).toISOString().replace('.000', ''),
  });
  expect(made['@odata.etag']).toBe(`W/"${String(made['changeKey'])}"`);
});

test('a change answers 200, a deletion 204 without a body, and then the contact is not found', async () => {
  const { id } = await make({ surname: 'Short' });
  expect((await send('PATCH', `/me/contacts/${id}`, { jobTitle: 'Buyer' })).body).toMatchObject({ id, jobTitle: 'Buyer' });
  const gone = await send('DELETE', `/me/contacts/${id}`);
  expect([gone.status, gone.body]).toEqual([204, {}]);
  const missing = await send('GET', `/me/contacts/${id}`);
  expect([missing.status, missing.body.error?.code]).toEqual([404, 'ErrorItemNotFound']);
  expect(missing.body.error?.innerError).toMatchObject({
    date: expect.any(String), 'request-id': expect.any(String), 'client-request-id': expect.any(String),
  });
});

test('changeKey and etag change on every write, also on one that changes nothing', async () => {
  const made = await make({ surname: 'Keys' });
  const once = await send('PATCH', `/me/contacts/${made.id}`, { surname: 'Keys' });
  expect(once.body['changeKey']).not.toBe(made['changeKey']);
  const read = await send('GET', `/me/contacts/${made.id}`);
  expect(read.body['@odata.etag']).toBe(once.body['@odata.etag']);
});

test.each(['PATCH', 'DELETE'])('%s with an old etag answers 412 and writes nothing', async (method) => {
  const made = await make({ surname: 'Match' });
  const body = method === 'PATCH' ? { surname: 'Lost' } : undefined;
  await send('PATCH', `/me/contacts/${made.id}`, { surname: 'Newer' });
  const refused = await send(method, `/me/contacts/${made.id}`, body, { 'if-match': String(made['@odata.etag']) });
  expect([refused.status, refused.body.error?.code]).toEqual([412, 'ErrorIrresolvableConflict']);
  const now = await send('GET', `/me/contacts/${made.id}`);
  expect(now.body['surname']).toBe('Newer');
  const good = await send(method, `/me/contacts/${made.id}`, body, { 'if-match': String(now.body['@odata.etag']) });
  expect(good.status).toBe(method === 'PATCH' ? 200 : 204);
});

test.each([
  [
    'a fourth e-mail', { emailAddresses: ['a', 'b', 'c', 'd'].map((name) => ({ address: `${name}@x.example` })) },
    'EmailAddresses has 4 entries',
  ],
  ['a third business phone', { businessPhones: ['1', '2', '3'] }, 'BusinessPhones has 3 entries'],
  ['a third home phone', { homePhones: ['1', '2', '3'] }, 'HomePhones has 3 entries'],
  ['an unknown property', { givenname: 'x' }, "'givenname' does not exist"],
  ['an unknown part of an address', { homeAddress: { zip: '1' } }, "'zip' does not exist"],
  ['null for a collection', { categories: null }, 'does not allow null values'],
  ['text for a collection', { categories: 'red' }, 'collection'],
  ['a number for text', { jobTitle: 7 }, 'Edm.String'],
  ['a birthday on a day that does not exist', { birthday: '1980-02-31T11:59:00Z' }, 'Edm.DateTimeOffset'],
  ['a birthday without a time', { birthday: '1981-04-03' }, 'Edm.DateTimeOffset'],
  ['a read-only property', { changeKey: 'x' }, 'invalid for property'],
])('%s is refused with 400, on creation and on change, and nothing is written', async (_, body, message) => {
  const { id } = await make({ surname: 'Strict' });
  const count = world.microsoft.mailbox('anna.weber@contoso.example').contacts().length;
  const answers = [await send('POST', '/me/contacts', body), await send('PATCH', `/me/contacts/${id}`, { surname: 'Changed', ...body })];
  for (const answer of answers) {
    expect(answer.status).toBe(400);
    expect(answer.body.error?.message).toContain(message);
  }
  expect(world.microsoft.mailbox('anna.weber@contoso.example').contacts()).toHaveLength(count);
  expect((await send('GET', `/me/contacts/${id}`)).body['surname']).toBe('Strict');
});

test('displayName follows the name parts unless it is sent in the same change', async () => {
  const { id } = await make({ givenName: 'Zoe', surname: 'Miller', displayName: 'Zoe from the fair' });
  expect((await send('PATCH', `/me/contacts/${id}`, { jobTitle: 'Buyer' })).body['displayName']).toBe('Zoe from the fair');
  expect((await send('PATCH', `/me/contacts/${id}`, { surname: 'Miller-Lang' })).body['displayName']).toBe('Zoe Miller-Lang');
  expect((await send('PATCH', `/me/contacts/${id}`, { surname: 'Lang', displayName: 'Z. Lang' })).body['displayName']).toBe('Z. Lang');
});

test('a collection is replaced whole, and the first address keeps its old name', async () => {
  const { id } = await make({
    emailAddresses: [{ name: 'Work', address: 'a@x.example' }, { address: 'b@x.example' }], businessPhones: ['1', '2'],
  });
  const { body } = await send('PATCH', `/me/contacts/${id}`, {
    emailAddresses: [{ name: 'Other', address: 'c@x.example' }], businessPhones: ['3'],
  });
  expect(body).toMatchObject({ emailAddresses: [{ name: 'Work', address: 'c@x.example' }], businessPhones: ['3'] });
  expect((await send('PATCH', `/me/contacts/${id}`, { emailAddresses: [] })).body['emailAddresses']).toEqual([]);
});

test('null clears text, a birthday and an address; an address keeps the parts that were not sent', async () => {
  const { id } = await make({
    jobTitle: 'Buyer', birthday: '1981-04-03T13:59:00+02:00', businessAddress: { city: 'Berlin', street: 'Ritterstr. 5' },
  });
  const partly = await send('PATCH', `/me/contacts/${id}`, { businessAddress: { city: 'Bonn' } });
  expect(partly.body).toMatchObject({ birthday: '1981-04-03T11:59:00Z', businessAddress: { city: 'Bonn', street: 'Ritterstr. 5' } });
  const { body } = await send('PATCH', `/me/contacts/${id}`, { jobTitle: null, birthday: null, businessAddress: null });
  expect(body).toMatchObject({ jobTitle: null, birthday: null, businessAddress: {} });
});

test('a list pages by $top and $skip, and its nextLink keeps the options', async () => {
  const folder = await send('POST', '/me/contactFolders', { displayName: 'Paged' });
  for (let n = 0; n < 5; n += 1) await send('POST', `/me/contactFolders/${folder.body.id}/contacts`, { surname: `P${n}` });
  const first = await send('GET', `/me/contactFolders/${folder.body.id}/contacts?$top=2&$select=surname&$count=true`);
  expect(first.body['@odata.count']).toBe(5);
  expect(first.body.value).toEqual([0, 1].map((n) => ({ '@odata.etag': expect.any(String), id: expect.any(String), surname: `P${n}` })));
  const second = await send('GET', String(first.body['@odata.nextLink']));
  expect(second.body.value?.map(({ surname }) => surname)).toEqual(['P2', 'P3']);
  const third = await send('GET', String(second.body['@odata.nextLink']));
  expect(third.body.value).toHaveLength(1);
  expect(third.body['@odata.nextLink']).toBeUndefined();
});

test('a contact is found by an e-mail address', async () => {
  const { id } = await make({ surname: "O'Neil", emailAddresses: [{ address: "o'neil@x.example" }] });
  const { body } = await send(
    'GET', `/me/contacts?$filter=${encodeURIComponent("emailAddresses/any(a:a/address eq 'O''Neil@x.example')")}`,
  );
  expect(body.value?.map((found) => found['id'])).toEqual([id]);
});

test('an extended property is returned only when asked for, and finds its contact without regard to case', async () => {
  const { id, ...made } = await make({ surname: 'Keyed', singleValueExtendedProperties: [{ id: CRM_ID, value: '003ABC' }] });
  expect(made).not.toHaveProperty('singleValueExtendedProperties');
  const read = await send(
    'GET', `/me/contacts/${id}?$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${CRM_ID}')`)}`,
  );
  expect(read.body['singleValueExtendedProperties']).toEqual([{ id: CRM_ID, value: '003ABC' }]);
  const filter = (property: string, value: string): string => {
    const expression = `singleValueExtendedProperties/any(ep: ep/id eq '${property}' and ep/value eq '${value}')`;
    return `/me/contacts?$filter=${encodeURIComponent(expression)}`;
  };
  expect((await send('GET', filter(CRM_ID, '003abc'))).body.value).toHaveLength(1);
  expect((await send('GET', filter(CRM_ID.replace('CrmId', 'crmid'), '003ABC'))).body.value).toHaveLength(0);
});

test.each([
  ["$filter=companyName eq 'x'", 'ErrorInvalidUrlQueryFilter'],
  ["$filter=emailAddresses/any(a:startswith(a/address,'x'))", 'ErrorInvalidUrlQueryFilter'],
  ['$select=givenname', 'RequestBroker--ParseUri'],
  ['$search=x', 'ErrorInvalidUrlQuery'],
  ['$top=5000', 'ErrorInvalidUrlQuery'],
  ['$expand=singleValueExtendedProperties', 'ErrorInvalidUrlQuery'],
])('a list with %s is refused', async (query, code) => {
  const answer = await send('GET', `/me/contacts?${encodeURI(query)}`);
  expect([answer.status, answer.body.error?.code]).toEqual([400, code]);
});

test('the default folder has its well-known name and is missing from the list of folders', async () => {
  const folder = await send('GET', '/me/contactFolders/contacts');
  expect(folder.body['displayName']).toBe('Contacts');
  const { body } = await send('GET', '/me/contactFolders');
  expect(body.value?.map(({ id }) => id)).not.toContain(folder.body.id);
  const { id } = await make({ surname: 'Inside' });
  expect((await send('GET', `/me/contactFolders/${folder.body.id}/contacts/${id}`)).body['parentFolderId']).toBe(folder.body.id);
});

test('ids are case-sensitive and come in two kinds; a move changes one of them', async () => {
  const { id } = await make({ surname: 'Mover' });
  const mutable = await send('GET', `/me/contacts/${id}`, undefined, { prefer: '' });
  expect(mutable.body.id).not.toBe(id);
  expect((await send('GET', `/me/contacts/${mutable.body.id}`)).body.id).toBe(id);
  const other = await send('POST', '/me/contactFolders', { displayName: 'Elsewhere' });
  world.microsoft.mailbox('anna.weber@contoso.example').moveContact(id, String(other.body.id));
  expect((await send('GET', `/me/contacts/${mutable.body.id}`)).status).toBe(404);
  expect((await send('GET', `/me/contacts/${id}`)).body['parentFolderId']).toBe(other.body.id);
  expect((await send('GET', `/me/contactFolders/contacts/contacts/${id}`)).status).toBe(404);
  expect((await send('GET', `/me/contacts/${id.toLowerCase()}`)).status).toBe(404);
});

test('an unknown path, verb or content type is refused', async () => {
  expect((await send('GET', '/me/contactz')).status).toBe(400);
  expect((await send('GET', '/me/contacts/delta')).status).toBe(400);
  expect((await send('PUT', '/me/contacts', {})).status).toBe(405);
  expect((await send('POST', '/me/contacts', {}, { 'content-type': 'text/plain' })).status).toBe(415);
});
