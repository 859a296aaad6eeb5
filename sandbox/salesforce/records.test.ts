/** Single records over HTTP: what is required, too long, read-only, shared, locked, duplicate, deleted. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, BEN, codeOf, faultOf, idOf, MAYA, pageOf, queryPath, startWorld, type Client, type Reply, type World } from './world-for-tests.ts';

let world: World;
let client: Client;
beforeEach(async () => {
  world = await startWorld();
  client = world.as(await world.signIn());
});
afterEach(() => world.stop());

const create = (fields: object, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  client('POST', '/sobjects/Contact', fields, headers);

test('a contact is created, read, changed and deleted, each with its status', async () => {
  const made = await create({ FirstName: 'Ada', LastName: ' Berg ', Email: 'Ada.Berg@Example.com', MailingCity: 'Ulm' });
  expect(made.status).toBe(201);
  expect(made.body).toEqual({ id: idOf(made), success: true, errors: [] });
  const path = `/sobjects/Contact/${idOf(made)}`;
  expect(made.headers.get('location')).toBe(`/services/data/v67.0${path}`);
  expect((await client('GET', path)).body).toMatchObject({
    attributes: { type: 'Contact', url: `/services/data/v67.0${path}` }, Name: 'Ada Berg', LastName: 'Berg', Email: 'ada.berg@example.com',
    OwnerId: [...world.crm.org().people()][0]?.id, CreatedDate: '2026-11-23T10:00:00.000+0000', MailingAddress: { city: 'Ulm' },
      Title: null,
  });
  world.clock.advance(1999);
  const changed = await client('PATCH', path, { Title: 'CTO', Email: null });
  expect([changed.status, changed.text]).toEqual([204, '']);
  expect((await client('GET', `${path.slice(0, -3)}?fields=Title,Email,SystemModstamp,Owner.Name`)).body).toMatchObject({
    Title: 'CTO', Email: null, SystemModstamp: '2026-11-23T10:00:01.000+0000', Owner: { Name: 'Anna Weber' } });
  expect((await client('DELETE', path)).status).toBe(204);
  expect(faultOf(await client('GET', path))).toBe('404 NOT_FOUND');
  expect(faultOf(await client('PATCH', path, { Title: 'x' }))).toBe('404 ENTITY_IS_DELETED');
  expect(faultOf(await client('DELETE', path))).toBe('404 ENTITY_IS_DELETED');
});

test.each([
  [{ FirstName: 'Ada' }, '400 REQUIRED_FIELD_MISSING LastName'],
  [{ LastName: '  ' }, '400 REQUIRED_FIELD_MISSING LastName'],
  [{ LastName: 'x'.repeat(81) }, '400 STRING_TOO_LONG LastName'],
  [{ LastName: 'x', Title: 'x'.repeat(129) }, '400 STRING_TOO_LONG Title'],
  [{ LastName: 'x', Email: 'no address' }, '400 INVALID_EMAIL_ADDRESS Email'],
  [{ LastName: 'x', Email: 'a@localhost' }, '400 INVALID_EMAIL_ADDRESS Email'],
  [{ LastName: 'x', Name: 'x y' }, '400 INVALID_FIELD_FOR_INSERT_UPDATE Name'],
  [{ LastName: 'x', SystemModstamp: '2026-01-01T00:00:00Z' }, '400 INVALID_FIELD_FOR_INSERT_UPDATE SystemModstamp'],
  [{ LastName: 'x', MailingAddress: { city: 'Ulm' } }, '400 INVALID_FIELD_FOR_INSERT_UPDATE MailingAddress'],
  [{ LastName: 'x', Id: '003000000000001AAA' }, '400 INVALID_FIELD_FOR_INSERT_UPDATE Id'],
  [{ LastName: 'x', Nope: 1 }, '400 INVALID_FIELD'],
  [{ LastName: 'x', ConcordKey__c: 'k' }, '400 INVALID_FIELD'],
  [{ LastName: 5 }, '400 JSON_PARSER_ERROR'],
  [{ LastName: 'x', Birthdate: '1984-02-30' }, '400 JSON_PARSER_ERROR'],
  [{ LastName: 'x', AccountId: 'nonsense' }, '400 MALFORMED_ID AccountId'],
  [{ LastName: 'x', AccountId: '001000000000001AAA' }, '400 INVALID_CROSS_REFERENCE_KEY'],
  [{ LastName: 'x', MailingGeocodeAccuracy: 'Nope' }, '400 INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST MailingGeocodeAccuracy'],
])('%j is refused with %s', async (fields, expected) => { expect(faultOf(await create(fields))).toBe(expected); });

test('an open picklist takes any value, and several faults are told at once', async () => {
  expect((await create({ LastName: 'x', Salutation: 'Hon.' })).status).toBe(201);
  const both = await create({ LastName: 'x'.repeat(81), Email: 'bad' });
  expect((both.body as { errorCode: string }[]).map(({ errorCode }) => errorCode)).toEqual(['STRING_TOO_LONG', 'INVALID_EMAIL_ADDRESS']);
});

test('a reference must exist, be alive and be of the right object', async () => {
  const org = world.crm.org();
  const account = org.insert('Account', { Name: 'Fabrikam' }, ANNA);
  const id = idOf(await create({ LastName: 'x', AccountId: account }));
  expect(faultOf(await client('PATCH', `/sobjects/Contact/${id}`, { AccountId: id }))).toBe('400 FIELD_INTEGRITY_EXCEPTION AccountId');
  const inactive = org.people().find((person) => !person.isActive)?.id;
  expect(faultOf(await client('PATCH', `/sobjects/Contact/${id}`, { OwnerId: inactive }))).toBe('400 INACTIVE_OWNER_OR_USER OwnerId');
  org.remove('Account', account);
  expect(faultOf(await create({ LastName: 'y', AccountId: account }))).toBe('400 INVALID_CROSS_REFERENCE_KEY');
  expect(faultOf(await client('GET', `/sobjects/Contact/${id}`))).toBe('404 NOT_FOUND');
});

test('what colleagues own is read, not changed; without an account or by default private it is not even seen', async () => {
  const org = world.crm.org();
  const account = org.insert('Account', { Name: 'Fabrikam' }, BEN);
  const bound = org.insert('Contact', { LastName: 'Bound', AccountId: account }, BEN);
  const free = org.insert('Contact', { LastName: 'Free' }, BEN);
  expect((await client('GET', `/sobjects/Contact/${bound}`)).status).toBe(200);
  expect(faultOf(await client('PATCH', `/sobjects/Contact/${bound}`, { Title: 'x' }))).toBe('403 INSUFFICIENT_ACCESS_OR_READONLY');
  expect(faultOf(await client('DELETE', `/sobjects/Contact/${bound}`))).toBe('403 INSUFFICIENT_ACCESS_OR_READONLY');
  expect(faultOf(await client('GET', `/sobjects/Contact/${free}`))).toBe('404 NOT_FOUND');
  org.change({ orgWideDefault: 'private' });
  expect(faultOf(await client('GET', `/sobjects/Contact/${bound}`))).toBe('404 NOT_FOUND');
  expect(pageOf(await client('GET', queryPath('SELECT Id FROM Contact'))).totalSize).toBe(0);
  expect(faultOf(await create({ LastName: 'x', AccountId: account }))).toBe('400 INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY');
  const admin = world.as(await world.signIn(MAYA));
  expect((await admin('PATCH', `/sobjects/Contact/${free}`, { Title: 'x' })).status).toBe(204);
  org.change({ orgWideDefault: 'edit' });
  expect((await client('PATCH', `/sobjects/Contact/${bound}`, { Title: 'x' })).status).toBe(204);
});

test('an alerting duplicate rule blocks a save without the header, a blocking one even with it', async () => {
  const org = world.crm.org();
  const account = org.insert('Account', { Name: 'Fabrikam' }, ANNA);
  const first = org.insert('Contact', { FirstName: 'Robert', LastName: 'Müller', Email: 'r@example.com', AccountId: account }, ANNA);
  org.change({ duplicateRule: 'alert' });
  const twice = await create({ LastName: 'Other', Email: 'R@example.com' });
  expect(faultOf(twice)).toBe('400 DUPLICATES_DETECTED');
  expect((twice.body as object[])[0]).toMatchObject({ duplicateResult: { allowSave: true,
    matchResults: [{ matchRecords: [{ record: { Id: first } }] }] } });
  const alike = { FirstName: 'Bob', LastName: 'Muller', AccountId: account };
  expect(faultOf(await create(alike))).toBe('400 DUPLICATES_DETECTED');
  const save = { 'sforce-duplicate-rule-header': 'allowSave=true' };
  const id = idOf(await create(alike, save));
  expect((await client('PATCH', `/sobjects/Contact/${id}`, { Title: 'x' })).status).toBe(204);
  expect(faultOf(await client('PATCH', `/sobjects/Contact/${id}`, { Email: 'r@example.com' }))).toBe('400 DUPLICATES_DETECTED');
  org.change({ duplicateRule: 'block' });
  expect(faultOf(await create({ LastName: 'Other', Email: 'r@example.com' }, save))).toBe('400 DUPLICATES_DETECTED');
  expect((await create({ LastName: 'Müller', Email: 'else@example.com' }, save)).status).toBe(201);
});

test('a validation rule refuses by what the record holds, with its own sentence', async () => {
  world.crm.org().change({ validation: { object: 'Contact', field: 'Title', contains: 'intern', message: 'Interns stay out.' } });
  const refused = await create({ LastName: 'x', Title: 'Summer Intern' });
  expect(faultOf(refused)).toBe('400 FIELD_CUSTOM_VALIDATION_EXCEPTION Title');
  expect(refused.text).toContain('Interns stay out.');
  expect((await create({ LastName: 'x', Title: 'Boss' })).status).toBe(201);
});

test('a locked row is refused once and then saved', async () => {
  world.crm.org().lockRows(1);
  expect(faultOf(await create({ LastName: 'x' }))).toBe('400 UNABLE_TO_LOCK_ROW');
  expect((await create({ LastName: 'x' })).status).toBe(201);
});

test('If-Unmodified-Since guards a change as finely as seconds do', async () => {
  const id = idOf(await create({ LastName: 'x' }));
  const since = { 'if-unmodified-since': new Date(world.clock.now()).toUTCString() };
  expect((await client('PATCH', `/sobjects/Contact/${id}`, { Title: 'a' }, since)).status).toBe(204);
  world.clock.advance(1000);
  await client('PATCH', `/sobjects/Contact/${id}`, { Title: 'b' });
  expect((await client('PATCH', `/sobjects/Contact/${id}`, { Title: 'c' }, since)).status).toBe(412);
});

test('the key field exists only where the organization has it, and is unique without regard to case', async () => {
  world.crm.org().change({ keyField: true });
  const path = '/sobjects/Contact/ConcordKey__c/k%2F1';
  const made = await client('PATCH', path, { LastName: 'x' });
  expect([made.status, made.body]).toEqual([201, { id: idOf(made), success: true, errors: [], created: true }]);
  const again = await client('PATCH', path, { Title: 'y' });
  expect([again.status, again.body]).toEqual([200, { id: idOf(made), success: true, errors: [], created: false }]);
  expect((await client('GET', path)).body).toMatchObject({ Id: idOf(made), Title: 'y', ConcordKey__c: 'k/1' });
  expect(faultOf(await create({ LastName: 'z', ConcordKey__c: 'K/1' }))).toBe('400 DUPLICATE_VALUE');
  await client('DELETE', `/sobjects/Contact/${idOf(made)}`);
  expect((await create({ LastName: 'z', ConcordKey__c: 'k/1' })).status).toBe(201);
  const { fields } = (await client('GET', '/sobjects/Contact/describe')).body as { fields: { name: string; externalId: boolean }[] };
  expect(fields.find(({ name }) => name === 'ConcordKey__c')?.externalId).toBe(true);
});

test('several matches of a lookup field are answered 300 with their addresses', async () => {
  const ids = [idOf(await create({ LastName: 'a', Email: 'x@example.com' })),
    idOf(await create({ LastName: 'b', Email: 'x@example.com' }))];
  const many = await client('GET', '/sobjects/Contact/Email/x@example.com');
  expect([many.status, (many.body as string[]).map((url) => url.split('/').at(-1))]).toEqual([300, ids]);
});

test('a merge sends the loser to the bin, pointing at the winner', async () => {
  const [winner, loser] = [idOf(await create({ LastName: 'a' })), idOf(await create({ LastName: 'a' }))];
  world.crm.org().merge(winner, loser);
  const { records } = pageOf(await client('GET',
    queryPath(`SELECT Id, IsDeleted, MasterRecordId FROM Contact WHERE Id = '${loser}'`, 'queryAll')));
  expect(records[0]).toMatchObject({ IsDeleted: true, MasterRecordId: winner });
});

test('users are read and not written; what is not there is not found', async () => {
  const me = world.crm.org().people()[0]?.id ?? '';
  expect((await client('GET', `/sobjects/User/${me}?fields=Username`)).body).toMatchObject({ Username: ANNA });
  expect(faultOf(await client('PATCH', `/sobjects/User/${me}`, { Title: 'x' }))).toBe('403 INSUFFICIENT_ACCESS_OR_READONLY');
  const nowhere = ['/sobjects/Nope', '/nope', '/sobjects/Contact/003000000000001AAA', '/sobjects/Contact/short', '/sobjects/Contact/%E0%A4%A'];
  for (const path of nowhere) {
    expect(faultOf(await client('GET', path))).toBe('404 NOT_FOUND');
  }
  expect(codeOf(await client('PUT', '/sobjects/Contact', {}))).toBe('METHOD_NOT_ALLOWED');
  expect(codeOf(await client('POST', '/sobjects/Contact', '{"LastName":'))).toBe('JSON_PARSER_ERROR');
  expect((await client('POST', '/sobjects/Contact', 'LastName=x', { 'content-type': 'text/plain' })).status).toBe(415);
});
