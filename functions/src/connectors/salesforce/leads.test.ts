/** Leads are people too: found, read, edited and lost beside contacts, and never made. */
import { afterEach, expect, test } from 'vitest';
import { COLLEAGUE, insertLead, salesforceWorld, type SalesforceWorld } from '../../../test/worlds/salesforce.ts';
import { collect, live, lookAt, writeOne } from '../../../test/contract/side-world.ts';
import type { Fields, Seen } from '../../engine/record.ts';
import type { Change, Operation, Probe } from '../../ports/side.ts';

const MINUTE = 60_000;
const worlds: SalesforceWorld[] = [];
afterEach(async () => { for (const world of worlds.splice(0)) await world.close(); });

async function start(settings: Parameters<typeof salesforceWorld>[0] = {}): Promise<SalesforceWorld> {
  const world = await salesforceWorld(settings, 'salesforce-leads');
  worlds.push(world);
  return world;
}

const update = (current: Seen, patch: Fields): Operation => ({ op: 'update', kind: 'contact', current, patch });
const probe = (email: string): Probe => ({ emails: [email], phones: [] });
const what = (change: Change): string => `${change.what} ${change.what === 'seen' ? change.record.id : change.id}`;

test('a lead is a contact with a company of its own text and a web page, and says nothing of what it lacks', async () => {
  const world = await start();
  const address = { Street: 'Ritterstr. 5\r\nAufgang B', City: 'Berlin' };
  const id = insertLead(world, { FirstName: 'Anna', Email: 'anna@acme.example', Website: 'https://acme.example', ...address });
  const { kind, fields } = await live(world.side, id);
  expect([kind, fields.company, fields.webPage, fields['addresses.business']])
    .toEqual(['contact', 'Acme', 'https://acme.example', { street: 'Ritterstr. 5\nAufgang B', city: 'Berlin' }]);
  for (const absent of ['birthday', 'phones.home', 'phones.other', 'addresses.other', 'assistantName'] as const) expect(absent in fields).toBe(false);
  const held = await world.side.holds('contact');
  expect(['webPage', 'birthday', 'company'].map((field) => held.has(field as keyof Fields))).toEqual([true, true, true]);
});

test('a lead takes what it has columns for, and the rest is noted; its company is never blanked', async () => {
  const world = await start();
  const id = insertLead(world);
  const patch: Fields = { jobTitle: 'Buyer', company: null, birthday: '1981-04-03', webPage: 'https://acme.example' };
  const result = await writeOne(world.side, update(await live(world.side, id), patch));
  expect(result.written).toEqual({ jobTitle: 'Buyer', webPage: 'https://acme.example' });
  expect(result.notes.map(({ field, reason }) => [field, reason])).toEqual([['company', 'noText'], ['birthday', 'notHeld']]);
  const renamed = await writeOne(world.side, update(await live(world.side, id), { company: 'Acme International' }));
  expect(renamed.written).toEqual({ company: 'Acme International' });
  expect((await live(world.side, id)).fields).toMatchObject({ jobTitle: 'Buyer', company: 'Acme International' });
});

test('saving a lead runs no assignment rules, which could give it away and mail somebody', async () => {
  const world = await start();
  const id = insertLead(world);
  await writeOne(world.side, update(await live(world.side, id), { jobTitle: 'Buyer' }));
  expect(world.requests.at(-1)?.headers['sforce-auto-assign']).toBe('FALSE');
});

test('contacts and leads of one write go out in a call each, and answers keep their order', async () => {
  const world = await start();
  const [person, prospect] = [await world.addRecord({ familyName: 'Brandt' }), insertLead(world)];
  const [contact, other] = [await live(world.side, person), await live(world.side, prospect)];
  const before = world.calls();
  const results = await world.side.write([update(other, { jobTitle: 'One' }), update(contact, { jobTitle: 'Two' }),
    { op: 'create', kind: 'contact', linkId: '0123456789abcdefghijklmno1', fields: { familyName: 'Conti' } },
    update(other, { jobTitle: 'Three' })]);
  expect(results.map((result) => result.ok && result.id.slice(0, 3))).toEqual(['00Q', '003', '003', '00Q']);
  expect(world.calls() - before).toBe(4);
  expect((await live(world.side, prospect)).fields.jobTitle).toBe('Three');
});

test('a converted lead is touched, and a look leads to its contact', async () => {
  const world = await start();
  const id = insertLead(world, { Email: 'anna@acme.example' });
  const gone = insertLead(world, { LastName: 'Gone' });
  const first = await collect(world.side);
  world.clock.advance(30 * MINUTE);
  const { contactId } = world.standIn.org().convertLead(id);
  world.standIn.org().remove('Lead', gone);
  const { changes } = await world.side.changes(first.cursors);
  expect(changes.map(what).sort()).toEqual([`removed ${gone}`, `seen ${contactId}`, `touched ${id}`].sort());
  expect(await lookAt(world.side, id)).toEqual({ state: 'moved', to: contactId });
  expect((await lookAt(world.side, gone)).state).toBe('gone');
  // A first read does not hear of it at all.
  expect([...(await collect(world.side)).seen.keys()]).toEqual([contactId]);
});

test('a merged lead lives on under the winner\'s id', async () => {
  const world = await start();
  const [winner, loser] = [insertLead(world), insertLead(world, { LastName: 'Albers-Ode' })];
  world.standIn.org().merge('Lead', winner, [loser]);
  expect(await lookAt(world.side, loser)).toEqual({ state: 'moved', to: winner });
});

test('a search brings contacts before leads, and leaves a lead out whose address an own contact has', async () => {
  const world = await start();
  const twin = await world.addRecord({ familyName: 'Albers', primaryEmail: 'anna@acme.example' });
  insertLead(world, { Email: 'Anna@acme.example' });
  const alone = insertLead(world, { LastName: 'Brandt', Email: 'boris@acme.example' }, COLLEAGUE);
  const found = await world.side.search('contact', [probe('boris@acme.example'), probe('anna@acme.example')]);
  expect(found.map((seen) => [seen.id, seen.owner?.isUser])).toEqual([[twin, true], [alone, false]]);
});

test('a converted lead is not found by a search', async () => {
  const world = await start();
  const { contactId } = world.standIn.org().convertLead(insertLead(world, { Email: 'anna@acme.example' }));
  expect((await world.side.search('contact', [probe('anna@acme.example')])).map((seen) => seen.id)).toEqual([contactId]);
});

test('a user who sees no leads syncs contacts alone: a plain query again, also in a cold process', async () => {
  const world = await start();
  await world.side.holds('contact');
  const fields = ['Id', 'LastName', 'Email', 'OwnerId', 'IsDeleted', 'SystemModstamp', 'LastModifiedDate', 'CreatedDate']
    .map((name) => ({ name, type: 'string', length: 80, createable: name === 'LastName' || name === 'Email', updateable: true }));
  const missing = [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }];
  const compositeResponse = [[200, { fields }], [404, missing]]
    .map(([httpStatusCode, body], part) => ({ referenceId: `part${part}`, httpStatusCode, httpHeaders: {}, body }));
  world.inject({ route: 'POST /services/data/v67.0/composite', count: 1, status: 200, body: { compositeResponse } });
  const cold = world.openAgain(true);
  const id = await world.addRecord({ familyName: 'Brandt' });
  insertLead(world);
  world.clock.advance(11 * MINUTE);
  const page = await cold.changes({});
  expect(page.changes.map(what)).toEqual([`seen ${id}`]);
  world.clock.advance(30 * MINUTE);
  const before = world.calls();
  expect((await world.openAgain(true).changes(page.cursors)).changes).toEqual([]);
  expect([world.calls() - before, world.requests.at(-1)?.url.pathname]).toEqual([1, '/services/data/v67.0/queryAll']);
});
