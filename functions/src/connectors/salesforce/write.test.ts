/** Writing in collections, company links, and what becomes of creations; searching and recalling beside it. */
import { afterEach, expect, test } from 'vitest';
import { COLLEAGUE, REP, salesforceWorld, type SalesforceWorld } from '../../../test/worlds/salesforce.ts';
import type { Fields, Seen } from '../../engine/record.ts';
import type { Operation, Side, WriteResult } from '../../ports/side.ts';

const worlds: SalesforceWorld[] = [];
afterEach(async () => { for (const world of worlds.splice(0)) await world.close(); });

async function start(settings: Parameters<typeof salesforceWorld>[0] = {}): Promise<SalesforceWorld> {
  const world = await salesforceWorld(settings, 'salesforce-writing');
  worlds.push(world);
  return world;
}

const linkId = (number: number): string => `link${String(number).padStart(22, '0')}`;
const create = (number: number, fields: Fields): Operation => ({ op: 'create', kind: 'contact', linkId: linkId(number), fields });
const people = (count: number): Operation[] =>
  Array.from({ length: count }, (_, number) => create(number, { familyName: `Person ${number}` }));

async function live(side: Side, id: string): Promise<Seen> {
  const look = (await side.read('contact', [id])).get(id);
  if (look?.state !== 'live') throw new Error('expected a live record');
  return look.record;
}

const failed = (result: WriteResult | undefined): string => (result && !result.ok ? result.error.details.code : 'ok');
const made = (result: WriteResult | undefined): Extract<WriteResult, { ok: true }> => {
  if (!result?.ok) throw new Error(`expected a success, found ${failed(result)}`);
  return result;
};

test('450 creations are three calls of at most 200 records, and belong to the user', async () => {
  const world = await start();
  await world.side.holds('contact');
  const before = world.calls();
  const results = await world.side.write(people(450));
  expect(results.every((result) => result.ok)).toBe(true);
  const sizes = world.requests.slice(before).map((request) => (JSON.parse(request.body) as { records: unknown[] }).records.length);
  expect(sizes).toEqual([200, 200, 50]);
  expect(world.standIn.org().contacts().every((row) => row['OwnerId'] === world.account.user)).toBe(true);
});

test('mixed operations keep their order, and one record named twice goes out in two calls', async () => {
  const world = await start();
  const id = await world.addRecord({ familyName: 'Albers' });
  const other = await world.addRecord({ familyName: 'Brandt' });
  const current = await live(world.side, id);
  const results = await world.side.write([
    create(1, { familyName: 'New' }),
    { op: 'update', kind: 'contact', current, patch: { jobTitle: 'Buyer' } },
    { op: 'update', kind: 'contact', current, patch: { department: 'Sales' } },
    { op: 'delete', kind: 'contact', id: other, version: '' },
    { op: 'delete', kind: 'contact', id: '003000000000999AAA', version: '' },
  ]);
  expect(results.map(failed)).toEqual(['ok', 'ok', 'ok', 'ok', 'SF_INVALID_CROSS_REFERENCE_KEY']);
  expect(results.slice(1, 4).map((result) => made(result).id)).toEqual([id, id, other]);
  expect((await live(world.side, id)).fields).toMatchObject({ jobTitle: 'Buyer', department: 'Sales' });
});

test('a call that fails halfway fails its own records as open and the later ones as not sent', async () => {
  const world = await start();
  await world.side.holds('contact');
  world.trouble('lostReply', 1);
  const results = await world.side.write(people(250));
  const open = results.map((result) => !result.ok && result.error.details.isOutcomeUnknown === true);
  expect(open.slice(0, 200)).toEqual(Array(200).fill(true));
  expect(open.slice(200)).toEqual(Array(50).fill(false));
  expect(world.standIn.org().contacts()).toHaveLength(200);
});

test('a company becomes the one account of that name that the user can see, whatever its case and legal form', async () => {
  const world = await start();
  const org = world.standIn.org();
  const acme = org.insert('Account', { Name: 'Acmé GmbH' }, REP);
  org.insert('Account', { Name: 'Twin Ltd' }, REP);
  org.insert('Account', { Name: 'TWIN' }, COLLEAGUE);
  const [first, second, third] = await world.side.write([
    create(1, { familyName: 'One', company: 'ACME' }), create(2, { familyName: 'Two', company: 'Twin' }),
    create(3, { familyName: 'Three', company: 'Nobody Inc' }),
  ]);
  expect(made(first)).toMatchObject({ written: { company: 'Acmé GmbH' }, notes: [] });
  expect((await live(world.side, made(first).id)).fields.company).toBe('Acmé GmbH');
  for (const result of [second, third]) {
    expect(made(result).notes).toEqual([{ field: 'company', what: 'notCarried', reason: 'noSingleAccount' }]);
    expect((await live(world.side, made(result).id)).fields.company).toBeNull();
  }
  expect(org.contacts().map((row) => row['AccountId'])).toEqual([acme, null, null]);
});

test('of two accounts with one name, the one that the user can see is linked', async () => {
  const world = await start({ orgWideDefault: 'private' });
  const org = world.standIn.org();
  const mine = org.insert('Account', { Name: 'Twin Ltd' }, REP);
  org.insert('Account', { Name: 'Twin Ltd' }, COLLEAGUE);
  const [result] = await world.side.write([create(1, { familyName: 'One', company: 'Twin' })]);
  expect(made(result).notes).toEqual([]);
  expect(org.contacts()[0]?.['AccountId']).toBe(mine);
});

test('companies of hundreds of contacts cost a call or two, and none when they are known', async () => {
  const world = await start();
  for (let number = 0; number < 120; number += 1) world.standIn.org().insert('Account', { Name: `Company ${number}` }, REP);
  await world.side.holds('contact');
  const batch = (from: number): Operation[] =>
    Array.from({ length: 100 }, (_, place) => create(from + place, { familyName: 'P', company: `Company ${from + place}` }));
  const before = world.calls();
  const results = await world.side.write(batch(0));
  expect(world.calls() - before).toBe(2);
  expect(results.every((result) => made(result).notes.length === 0)).toBe(true);
  await world.side.write(batch(20));
  expect(world.calls() - before).toBe(3);
});

test('a name with quotes, wildcards and a lone letter finds its own account', async () => {
  const world = await start();
  const org = world.standIn.org();
  for (const name of ["O'Brien & Sons", '100% Pure_Oil', 'A B C Ltd', '“Quoted” AG']) org.insert('Account', { Name: name }, REP);
  const names = ["O'Brien & Sons", '100% Pure_Oil', 'ABC', 'a b c', '“Quoted”'];
  const results = await world.side.write(names.map((company, number) => create(number, { familyName: 'P', company })));
  const linked = results.map((result) => made(result).written.company);
  expect(linked).toEqual(["O'Brien & Sons", '100% Pure_Oil', undefined, 'A B C Ltd', '“Quoted” AG']);
});

test('clearing the text clears the account only if the text named it', async () => {
  const world = await start();
  world.standIn.org().insert('Account', { Name: 'Acme GmbH' }, REP);
  const [created] = await world.side.write([create(1, { familyName: 'One', company: 'Acme' })]);
  const current = await live(world.side, made(created).id);
  const clear = (company: string): Operation => ({ op: 'update', kind: 'contact', current, patch: { company: null }, agreed: { company } });
  const [kept] = await world.side.write([clear('Quite another name')]);
  expect(made(kept)).toMatchObject({ written: {}, notes: [{ field: 'company', reason: 'noSingleAccount' }] });
  expect((await live(world.side, current.id)).fields.company).toBe('Acme GmbH');
  const [cleared] = await world.side.write([clear('ACME')]);
  expect(made(cleared).written).toEqual({ company: null });
  expect((await live(world.side, current.id)).fields.company).toBeNull();
});

test('a duplicate rule blocks the contact and names whom it found; it is never overruled in silence', async () => {
  const world = await start({ duplicateRule: 'alert' });
  const id = await world.addRecord({ familyName: 'Albers', primaryEmail: 'anna@acme.example' });
  const [result] = await world.side.write([create(1, { familyName: 'Albers', primaryEmail: 'anna@acme.example' })]);
  expect(result).toMatchObject({ ok: false, error: { kind: 'duplicate', details: { code: 'SF_DUPLICATES_DETECTED', candidates: [id] } } });
});

test('a rule, a lock and a rejected address fail one record each, with the field that is at fault', async () => {
  const validation = { object: 'Contact', field: 'Department', contains: 'forbidden', message: 'Not that department' } as const;
  const world = await start({ validation });
  const results = await world.side.write([
    create(1, { familyName: 'Fine' }), create(2, { familyName: 'Ruled', department: 'forbidden' }),
    create(3, { familyName: 'Mail', primaryEmail: 'a@b..example' }),
  ]);
  expect(results.map(failed)).toEqual(['ok', 'SF_FIELD_CUSTOM_VALIDATION_EXCEPTION', 'SF_INVALID_EMAIL_ADDRESS']);
  expect(results[2]).toMatchObject({ error: { details: { field: 'primaryEmail' } } });
  world.standIn.org().lockRows(1);
  const current = await live(world.side, made(results[0]).id);
  const [locked] = await world.side.write([{ op: 'update', kind: 'contact', current, patch: { jobTitle: 'Buyer' } }]);
  expect(locked).toMatchObject({ ok: false, error: { kind: 'stale', details: { code: 'SF_UNABLE_TO_LOCK_ROW' } } });
});

test('a column hidden since it was described fails the call as stale, and the next try does without it', async () => {
  const world = await start();
  await world.side.holds('contact');
  world.standIn.org().change({ hiddenFields: ['Contact.Birthdate'] });
  const operation = create(1, { familyName: 'One', birthday: '1981-04-03' });
  const [first] = await world.side.write([operation]);
  expect(first).toMatchObject({ ok: false, error: { kind: 'stale' } });
  const [second] = await world.side.write([operation]);
  expect(made(second).notes).toEqual([{ field: 'birthday', what: 'notCarried', reason: 'accessDenied' }]);
});

test('an insert whose key exists was done by an earlier try: its record is adopted', async () => {
  const world = await start({ keyField: true });
  const operation = create(1, { familyName: 'Albers' });
  await world.side.holds('contact');
  world.trouble('lostReply', 1);
  expect(failed((await world.side.write([operation]))[0])).toBe('SF_NETWORK');
  const [again] = await world.side.write([operation]);
  expect((await live(world.side, made(again).id)).linkKey).toBe(linkId(1));
  expect(world.standIn.org().contacts()).toHaveLength(1);
});

test('without a key, the own records made since are recalled, and none from before', async () => {
  const world = await start();
  const payload: Fields = { givenName: 'Anna', familyName: 'Albers', primaryEmail: 'anna@acme.example' };
  const early = await world.addRecord(payload);
  world.clock.advance(60 * 60_000);
  const startedAt = world.clock.now();
  const one = await world.addRecord(payload);
  const two = await world.addRecord({ ...payload, primaryEmail: 'ANNA@acme.example' });
  const edited = await world.addRecord({ ...payload, givenName: 'Annette' });
  const recalled = await world.side.recall('contact', [{ linkId: linkId(1), payload, startedAt }]);
  const { found = [], isByKey } = recalled.get(linkId(1)) ?? {};
  expect(isByKey).toBe(false);
  expect(found.map((seen) => seen.id).sort()).toEqual([one, two, edited].sort());
  expect(found.map((seen) => seen.id)).not.toContain(early);
});

test('a colleague\'s contact is found with its owner\'s name; a name is found without its marks', async () => {
  const world = await start();
  const org = world.standIn.org();
  // A contact without an account is its owner's alone.
  const AccountId = org.insert('Account', { Name: 'Acme' }, COLLEAGUE);
  const theirs = org.insert('Contact', { LastName: 'Muller', AccountId }, COLLEAGUE);
  const found = await world.side.search('contact', [{ emails: [], phones: [], familyName: 'Müller' }]);
  expect(found).toMatchObject([{ id: theirs, owner: { name: 'Ben Keller', isUser: false } }]);
});

test('thousands of probes against a small organization list contacts and leads once, and only likely people come back', async () => {
  const world = await start();
  const anna = await world.addRecord({ familyName: 'Albers', primaryEmail: 'anna@acme.example' });
  await world.addRecord({ familyName: 'Somebody Else' });
  await world.side.holds('contact');
  const probes = Array.from({ length: 3000 },
    (_, number) => ({ emails: [`person${number}@mail.example`], phones: [], familyName: `Person ${number}` }));
  const before = world.calls();
  const found = await world.side.search('contact', [...probes, { emails: ['ANNA@acme.example'], phones: [] }]);
  expect(found.map((seen) => seen.id)).toEqual([anna]);
  expect(world.calls() - before).toBe(2);
});

test('a few probes against a large organization ask by name and address, within the length of a request line', async () => {
  const world = await start({ pageRows: 200 });
  for (let number = 0; number < 2500; number += 1) {
    await world.addRecord({ familyName: `Person ${number}`, primaryEmail: `person${number}@mail.example` });
  }
  await world.side.holds('contact');
  const probes = Array.from({ length: 250 },
    (_, number) => ({ emails: [`person${number}@mail.example`], phones: [], familyName: `Person ${number}` }));
  const before = world.calls();
  expect(await world.side.search('contact', probes)).toHaveLength(250);
  expect(world.calls() - before).toBeLessThan(10);
  expect(Math.max(...world.requests.map((request) => request.url.href.length))).toBeLessThan(16_384);
});

test('700 looks are two queries', async () => {
  const world = await start();
  const ids: string[] = [];
  for (let number = 0; number < 700; number += 1) ids.push(await world.addRecord({ familyName: `Person ${number}` }));
  await world.side.holds('contact');
  const before = world.calls();
  const looks = await world.side.read('contact', ids);
  expect([...looks.values()].every((look) => look.state === 'live')).toBe(true);
  expect(world.calls() - before).toBe(2);
});
