/** Contacts and tasks: every field, what Outlook makes peculiar, and what goes wrong with single items. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collect, live, lookAt, writeOne } from '../../../test/contract/side-world.ts';
import type { EwsWorld } from '../../../test/worlds/ews.ts';
import { recordedEwsWorlds } from '../../../test/worlds/ews.ts';
import { rawContact } from '../../../test/worlds/ews-records.ts';
import type { Fields, Kind } from '../../engine/record.ts';
import { fieldNames } from '../../engine/fields.ts';
import type { Operation, Side } from '../../ports/side.ts';

const worlds = recordedEwsWorlds('ews-records', { kinds: ['contact', 'task'], odd: { emptyPages: 0, repeats: 0, assistants: 0 } });
afterAll(() => {
  worlds.flush();
});

let world: EwsWorld;
let side: Side;
beforeEach(async () => {
  world = await worlds.open();
  side = world.side;
});
afterEach(() => world.close());

const LINK = '0123456789abcdefghijklmno1';
const create = (fields: Fields, kind: Kind = 'contact', linkId = LINK): Operation => ({ op: 'create', kind, linkId, fields });
const change = async (id: string, patch: Fields, kind: Kind = 'contact'): Promise<Fields> =>
  (await writeOne(side, { op: 'update', kind, current: await live(side, id, kind), patch })).written;

const WHOLE: Fields = {
  prefix: 'Dr.', givenName: 'Zoë', middleName: 'M.', familyName: 'Müller', suffix: 'jun.', company: 'Acme GmbH', jobTitle: 'Head of <Purchasing> & "more"',
  department: 'Einkauf', primaryEmail: 'zoe@acme.example', otherEmails: ['zm@home.example', 'z3@home.example'], 'phones.work': '+49 30 1234567',
  'phones.work2': '+49 30 1234568', 'phones.mobile': '0171 5551234', 'phones.home': '+49 30 1', 'phones.home2': '+49 30 2', 'phones.other': '+49 30 3',
  'phones.workFax': '+49 30 4', 'phones.assistant': '+49 30 5', assistantName: 'Ada',
  'addresses.business': { street: 'Ritterstr. 5\nAufgang B', city: 'Berlin', region: 'BE', postalCode: '10969', country: 'Germany' },
  'addresses.home': { city: 'Köln' }, 'addresses.other': { street: 'Hof 1' }, webPage: 'https://acme.example', birthday: '1981-04-03',
};

describe('contacts', () => {
  test('every canonical field is read as a person wrote it, and written as a person would', async () => {
    expect(Object.keys(WHOLE).sort()).toEqual([...fieldNames('contact')].sort());
    const id = world.mailbox.addContact(rawContact(WHOLE));
    expect((await live(side, id)).fields).toEqual(WHOLE);
    const made = await writeOne(side, create(WHOLE));
    expect([made.written, made.notes]).toEqual([WHOLE, []]);
    const raw = Object.entries(rawContact(WHOLE)).filter(([, value]) => value !== null);
    expect(world.mailbox.item(made.id)).toMatchObject(Object.fromEntries(raw));
  });

  test('every field is cleared, and Outlook shows none of it any more', async () => {
    const { id } = await writeOne(side, create({ ...WHOLE }));
    const blank = Object.fromEntries(fieldNames('contact').map((name) => [name, null])) as Fields;
    expect(await change(id, blank)).toEqual(blank);
    const { outlookStillShows, ...left } = world.mailbox.item(id);
    expect(outlookStillShows).toBeUndefined();
    expect(Object.keys(left).filter((key) => /Email|Phone|Physical|tag:|Surname|Birthday|ext:00062004/.test(key))).toEqual([]);
  });

  test.each(['leavesName', 'whole', 'refused'] as const)('an address is cleared where the server %s', async (emailDeletion) => {
    world.exchange.controls.odd({ emailDeletion });
    const id = world.mailbox.addContact(rawContact({ familyName: 'Roth', primaryEmail: 'a@acme.example', otherEmails: ['b@acme.example'] }));
    expect(await change(id, { otherEmails: null })).toEqual({ otherEmails: null });
    expect(await change(id, { primaryEmail: null, jobTitle: 'Chair' })).toEqual({ primaryEmail: null, jobTitle: 'Chair' });
    expect(world.mailbox.item(id)['outlookStillShows']).toBeUndefined();
  });

  test('a new first address trades places with the one it was, and a first that is taken away lets the second move up', async () => {
    const id = world.mailbox.addContact(rawContact({ familyName: 'Roth', primaryEmail: 'a@acme.example', otherEmails: ['b@acme.example'] }));
    expect(await change(id, { primaryEmail: 'b@acme.example' })).toEqual({ primaryEmail: 'b@acme.example', otherEmails: ['a@acme.example'] });
    expect(await change(id, { primaryEmail: null })).toEqual({ primaryEmail: 'a@acme.example', otherEmails: null });
  });

  test('names follow their parts where they were made of them, and stay where a person chose them', async () => {
    const { id } = await writeOne(side, create({ givenName: 'Zoë', familyName: 'Müller' }));
    expect(world.mailbox.item(id)).toMatchObject({ 'contacts:DisplayName': 'Zoë Müller', 'contacts:FileAs': 'Müller, Zoë' });
    await change(id, { familyName: 'Meier' });
    expect(world.mailbox.item(id)).toMatchObject({ 'contacts:DisplayName': 'Zoë Meier', 'contacts:FileAs': 'Meier, Zoë' });
    world.mailbox.update(id, { 'contacts:FileAs': 'The boss' });
    await change(id, { familyName: 'Kurz' });
    expect(world.mailbox.item(id)).toMatchObject({ 'contacts:DisplayName': 'Zoë Kurz', 'contacts:FileAs': 'The boss' });
  });

  test('control characters are cleaned out, emoji and letters of all scripts stay', async () => {
    const { id, written } = await writeOne(side, create({ givenName: 'Zo\u0000ë\u000b', familyName: '李 😀', jobTitle: 'a\u0019b\uffff' }));
    expect(written).toEqual({ givenName: 'Zoë', familyName: '李 😀', jobTitle: 'ab' });
    world.mailbox.update(id, { 'contacts:JobTitle': 'x\u0001y' });
    expect((await live(side, id)).fields.jobTitle).toBe('xy');
  });

  test('a page with a blank in its address is an address all the same', async () => {
    const { written } = await writeOne(side, create({ familyName: 'Roth', webPage: 'https://acme.example/a b' }));
    expect(written.webPage).toBe('https://acme.example/a%20b');
  });

  test('a birthday that the server keeps although it was cleared is noted', async () => {
    world.exchange.controls.odd({ keepsTypedBirthdays: true });
    const id = world.mailbox.addContact(rawContact({ familyName: 'Roth', birthday: '1980-05-06' }));
    const result = await writeOne(side, { op: 'update', kind: 'contact', current: await live(side, id), patch: { birthday: null } });
    expect([result.written, result.notes]).toEqual([{}, [{ field: 'birthday', what: 'notCarried', reason: 'notHeld' }]]);
  });

  test('a private contact says so; what nobody carries is named, never shown', async () => {
    const id = world.mailbox.addContact({
      ...rawContact({ familyName: 'Roth' }), 'item:Sensitivity': 'Personal', 'contacts:Nickname': 'Ro', 'item:Body': { type: 'Text', text: 'likes tea' },
      'contacts:PhoneNumber/Pager': '1',
    });
    const { isPrivate, left, fields } = await live(side, id);
    expect([isPrivate, left]).toEqual([true, ['nickName', 'notes', 'morePhones']]);
    expect(JSON.stringify(fields)).not.toContain('tea');
  });

  test('ids that differ in the case of a letter are two records', async () => {
    const ids = ['a', 'b', 'c'].map((familyName) => world.mailbox.addContact(rawContact({ familyName })));
    const { seen } = await collect(side);
    expect(new Set(ids.map((id) => id.toLowerCase())).size).toBeLessThan(3);
    expect(ids.map((id) => seen.get(id)?.fields.familyName)).toEqual(['a', 'b', 'c']);
  });

  test('a distribution list is skipped, and one that vanishes behind its announcement fails nobody else', async () => {
    world.mailbox.addOther('DistributionList', { 'contacts:DisplayName': 'Everybody' }, 'contacts');
    const gone = world.mailbox.addVanishing('Contact', rawContact({ familyName: 'Gone' }));
    const id = world.mailbox.addContact(rawContact({ familyName: 'Roth' }));
    const { seen, removed } = await collect(side);
    expect([[...seen.keys()], [...removed]]).toEqual([[id], [gone]]);
  });

  test('a contact that was moved away is gone under its old id', async () => {
    const id = world.mailbox.addContact(rawContact({ familyName: 'Roth' }));
    const first = await collect(side);
    world.mailbox.move(id, world.mailbox.addFolder('Friends', 'IPF.Contact', 'contacts'));
    expect([...(await collect(side, first.cursors)).removed]).toEqual([id]);
    expect((await lookAt(side, id)).state).toBe('gone');
  });

  test('a round goes through empty pages and repetitions to its end', async () => {
    world.exchange.controls.odd({ emptyPages: 0.5, repeats: 0.8 });
    const ids = Array.from({ length: 230 }, (_, index) => world.mailbox.addContact(rawContact({ familyName: `N${index}` })));
    const { seen, cursors } = await collect(side);
    expect([...seen.keys()].sort()).toEqual([...ids].sort());
    expect((await side.changes(cursors)).changes).toEqual([]);
  });

  test('a hundred and more are written ten a call, each with its own answer, and read back', async () => {
    const before = world.calls();
    const operations = Array.from({ length: 25 }, (_, index) => create({ familyName: `N${index}` }, 'contact', `0123456789abcdefghijkl${1000 + index}`));
    const results = await side.write(operations);
    expect(results.every((result) => result.ok && result.version !== '')).toBe(true);
    expect(world.calls() - before).toBe(6);
  });

  test('what a busy server did not try is told apart from what it refused', async () => {
    world.exchange.controls.trouble('busyItem', { operation: 'CreateItem', backOffMs: 5000 });
    await expect(side.write([create({ familyName: 'A' }), create({ familyName: 'B' }, 'contact', `${LINK.slice(0, -1)}2`)]).then((results) =>
      results.map((result) => !result.ok && [result.error.kind, result.error.details.isOutcomeUnknown === true])))
      .resolves.toEqual([['throttled', false], ['throttled', false]]);
    expect(world.mailbox.contacts()).toEqual([]);
  });

  test('a deletion of what was changed since is refused as stale', async () => {
    const id = world.mailbox.addContact(rawContact({ familyName: 'Roth' }));
    const { version } = await live(side, id);
    world.mailbox.update(id, { 'contacts:JobTitle': 'Chair' });
    const [result] = await side.write([{ op: 'delete', kind: 'contact', id, version }]);
    expect(result?.ok === false && result.error.kind).toBe('stale');
    expect(world.mailbox.contacts()).toHaveLength(1);
  });
});

describe('tasks', () => {
  test('a task that repeats is left alone', async () => {
    const rule = { pattern: 'DailyRecurrence', members: { Interval: '1' }, range: 'NoEndRecurrence', limits: { StartDate: '2027-01-04' } };
    const id = world.mailbox.addTask({ 'item:Subject': 'Every day', 'task:DueDate': '2027-01-04', 'task:Recurrence': rule });
    expect([...(await collect(side)).removed]).toEqual([id]);
    expect((await lookAt(side, id, 'task')).state).toBe('hidden');
    const current = { kind: 'task', id, version: '', fields: {} } as const;
    const results = await side.write([
      { op: 'update', kind: 'task', current, patch: { status: 'completed' } }, { op: 'delete', kind: 'task', id, version: '' },
    ]);
    expect(results.map((result) => !result.ok && result.error.details.code)).toEqual(['EWS_SERIES', 'EWS_SERIES']);
  });

  test('a flagged mail among the tasks is none', async () => {
    world.mailbox.addOther('Message', { 'item:Subject': 'Answer me' }, 'tasks');
    expect((await side.changes({})).changes).toEqual([]);
  });

  test('percentage and completion follow the state', async () => {
    const { id } = await writeOne(side, create({ subject: 'Call', status: 'completed', startDate: '2027-01-01', dueDate: '2027-01-02' }, 'task'));
    expect(world.mailbox.item(id)).toMatchObject({ 'task:PercentComplete': '100', 'task:DueDate': '2027-01-02', 'task:StartDate': '2027-01-01' });
    expect(await change(id, { status: 'inProgress' }, 'task')).toEqual({ status: 'inProgress' });
  });

  test('a due day before the first day is that task’s own refusal', async () => {
    const results = await side.write([
      create({ subject: 'Odd', startDate: '2027-01-05', dueDate: '2027-01-02' }, 'task'), create({ subject: 'Fine' }, 'task', `${LINK.slice(0, -1)}2`),
    ]);
    expect(results.map((result) => (result.ok ? 'ok' : result.error.kind))).toEqual(['invalid', 'ok']);
  });
});

test('one folder whose state is lost begins anew, and the others go on', async () => {
  world.mailbox.addContact(rawContact({ familyName: 'Roth' }));
  const { cursors } = await collect(side);
  const page = await side.changes({ ...cursors, tasks: 'AAAA' });
  expect([page.lost, Object.keys(page.cursors)]).toEqual([['tasks'], ['contacts']]);
});

test('a folder that cannot be read lets the others go first', async () => {
  const id = world.mailbox.addContact(rawContact({ familyName: 'Roth' }));
  world.exchange.server.addFault({ route: '* /EWS/*', count: 99, bodyHolds: 'Id="tasks"', status: 503, body: '' });
  const page = await side.changes({});
  expect([page.changes.map((one) => (one.what === 'seen' ? one.record.id : '')), page.hasMore]).toEqual([[id], true]);
  await expect(side.changes(page.cursors)).rejects.toMatchObject({ kind: 'unavailable' });
});
