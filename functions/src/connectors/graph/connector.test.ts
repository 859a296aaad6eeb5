/** The contract suite against the stand-in, and what only Graph does. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scopeAround } from '../../../test/scope.ts';
import { IMPOSSIBLE_BIRTHDAY, recordedGraphWorlds } from '../../../test/worlds/graph.ts';
import type { GraphWorld } from '../../../test/worlds/graph.ts';
import { sideContract } from '../../../test/contract/side-contract.ts';
import type { Fields, Seen } from '../../engine/record.ts';
import type { Change, Cursors, Operation, Side } from '../../ports/side.ts';
import { KEY_PROPERTY, SENSITIVITY_PROPERTY } from './limits.ts';

const worlds = recordedGraphWorlds('graph-connector');
afterAll(() => {
  worlds.flush();
});
const makeWorld = (): Promise<GraphWorld> => worlds.open();

sideContract('Office 365', {
  makeWorld,
  hasKey: true,
  bad: { givenName: 'Dora', familyName: 'Dahl', birthday: IMPOSSIBLE_BIRTHDAY },
  overflow: {
    fields: {
      familyName: 'Egger',
      primaryEmail: 'e1@acme.example',
      otherEmails: ['e2@acme.example', 'e3@acme.example', 'e4@acme.example'],
    },
    field: 'otherEmails',
  },
  forgetCursors: (world) => Promise.resolve((world as GraphWorld).microsoft.controls.expireDeltaTokens((world as GraphWorld).login)),
});

describe('Office 365, and what only Graph does', () => {
  let world: GraphWorld;
  let side: Side;
  beforeEach(async () => {
    world = await makeWorld();
    side = world.side;
  });
  afterEach(() => world.close());

  const mailbox = (): ReturnType<GraphWorld['microsoft']['mailbox']> => world.microsoft.mailbox(world.login);
  const looked = async (id: string): Promise<Seen> => {
    const look = (await side.read('contact', [id])).get(id);
    if (look?.state !== 'live') throw new Error(`expected a live record, found ${look?.state}`);
    return look.record;
  };
  const update = async (id: string, patch: Fields): Promise<Fields> => {
    const [result] = await side.write([{ op: 'update', kind: 'contact', current: await looked(id), patch }]);
    if (!result?.ok) throw result?.error ?? new Error('no result');
    return result.written;
  };
  const create = (number: number): Operation => ({
    op: 'create',
    kind: 'contact',
    linkId: `link${String(number).padStart(22, '0')}`,
    fields: { familyName: `Person ${number}` },
  });
  const round = async (from: Cursors = {}): Promise<{ changes: Change[]; cursors: Cursors }> => {
    const changes: Change[] = [];
    for (let cursors = from, page = 0; page < 200; page += 1) {
      const answer = await side.changes(cursors);
      changes.push(...answer.changes);
      cursors = answer.cursors;
      if (!answer.hasMore) return { changes, cursors };
    }
    throw new Error('an endless round');
  };

  test('a first round of many contacts is seen without reading them one by one', async () => {
    for (let number = 0; number < 250; number += 1) mailbox().addContact({ surname: `Person ${number}` });
    const before = world.calls();
    const { changes } = await round();
    expect(new Set(changes.map((change) => (change.what === 'seen' ? change.record.id : '')))).toHaveLength(250);
    // Three pages, now and then an empty one, and one list for the census.
    expect(world.calls() - before).toBeLessThanOrEqual(7);
  });

  test('a private contact is private in a long page, in a short one and in a look', async () => {
    const secret = { surname: 'Secret', singleValueExtendedProperties: [{ id: SENSITIVITY_PROPERTY, value: '2' }] };
    const id = mailbox().addContact(secret);
    for (let number = 0; number < 40; number += 1) mailbox().addContact({ surname: `Person ${number}` });
    const { changes, cursors } = await round();
    const seen = changes.flatMap((change) => (change.what === 'seen' ? [change.record] : []));
    expect(seen.filter((record) => record.isPrivate).map((record) => record.id)).toEqual([id]);
    mailbox().updateContact(id, { jobTitle: 'Spy' });
    const short = (await round(cursors)).changes.find((change) => change.what === 'seen' && change.record.id === id);
    expect(short).toMatchObject({ record: { isPrivate: true, fields: { jobTitle: 'Spy' } } });
    expect((await looked(id)).isPrivate).toBe(true);
  });

  test('a contact that became private after the census was made is not seen by it', async () => {
    const ids = Array.from({ length: 30 }, (_, number) => mailbox().addContact({ surname: `Person ${number}` }));
    await round();
    const id = ids[0] ?? '';
    mailbox().updateContact(id, { singleValueExtendedProperties: [{ id: SENSITIVITY_PROPERTY, value: '2' }] });
    const again = await round();
    const change = again.changes.find((one) => (one.what === 'seen' ? one.record.id : one.id) === id);
    expect(change?.what === 'touched' || (change?.what === 'seen' && change.record.isPrivate)).toBe(true);
  });

  test('a part of a batch that is throttled leaves the others done and names the longest time to wait', async () => {
    world.microsoft.controls.throttle({ narrowBatches: 1, batchRuns: 4, retryAfter: '3.5' });
    const results = await side.write(Array.from({ length: 30 }, (_, number) => create(number)));
    const failed = results.flatMap((result) => (result.ok ? [] : [result.error]));
    expect(results.filter((result) => result.ok)).toHaveLength(4);
    expect(new Set(failed.map((error) => `${error.kind} ${error.details.retryAfterMs}`))).toEqual(new Set(['throttled 3500']));
    expect(mailbox().contacts()).toHaveLength(4);
  });

  test('forty-five creations take three batches', async () => {
    const before = world.calls();
    const results = await side.write(Array.from({ length: 45 }, (_, number) => create(number)));
    expect(results.every((result) => result.ok)).toBe(true);
    expect(world.calls() - before).toBe(3);
    expect(mailbox().contacts()).toHaveLength(45);
  });

  test('a creation carries our key and a name that Outlook would not have made itself', async () => {
    await side.write([
      { op: 'create', kind: 'contact', linkId: 'abc', fields: { givenName: 'Zoë', middleName: 'M.', familyName: 'Müller' } },
    ]);
    expect(mailbox().contacts()[0]).toMatchObject({
      displayName: 'Zoë Müller',
      singleValueExtendedProperties: [{ id: KEY_PROPERTY, value: 'abc' }],
    });
  });

  test('a display name of the person’s own survives a change of the name', async () => {
    const own = mailbox().addContact({ givenName: 'Zoë', surname: 'Müller', displayName: 'Zoë from Acme' });
    const made = mailbox().addContact({ givenName: 'Ada', surname: 'Lang', displayName: 'Lang, Ada' });
    await update(own, { familyName: 'Meier' });
    await update(made, { familyName: 'Kurz' });
    expect(mailbox().contact(own)).toMatchObject({ surname: 'Meier', displayName: 'Zoë from Acme' });
    expect(mailbox().contact(made)).toMatchObject({ surname: 'Kurz', displayName: 'Kurz, Ada' });
  });

  test('a new primary address trades places with the one it was, and names of addresses stay', async () => {
    const id = mailbox().addContact({
      surname: 'Roth',
      emailAddresses: [
        { address: 'a@acme.example', name: 'Work' },
        { address: 'b@acme.example', name: 'Home' },
      ],
    });
    const written = await update(id, { primaryEmail: 'b@acme.example' });
    expect(written).toEqual({ primaryEmail: 'b@acme.example', otherEmails: ['a@acme.example'] });
    expect(mailbox().contact(id)['emailAddresses']).toMatchObject([
      { address: 'b@acme.example' },
      { address: 'a@acme.example', name: 'Work' },
    ]);
  });

  test('one phone of two is changed and the other written back; clearing the first lets the second move up', async () => {
    const id = mailbox().addContact({ surname: 'Roth', businessPhones: ['+49 30 1', '+49 30 2'], homePhones: ['+49 30 3'] });
    expect(await update(id, { 'phones.work2': '+49 30 9' })).toEqual({ 'phones.work2': '+49 30 9' });
    expect(mailbox().contact(id)['businessPhones']).toEqual(['+49 30 1', '+49 30 9']);
    expect(await update(id, { 'phones.work': null })).toEqual({ 'phones.work': '+49 30 9', 'phones.work2': null });
    expect(mailbox().contact(id)['homePhones']).toEqual(['+49 30 3']);
  });

  test('an address is written as a whole, and what it no longer has is cleared', async () => {
    const id = mailbox().addContact({
      surname: 'Roth',
      businessAddress: { street: 'Ritterstr. 5\r\nAufgang B', city: 'Berlin', state: 'BE' },
    });
    expect((await looked(id)).fields['addresses.business']).toEqual({ street: 'Ritterstr. 5\nAufgang B', city: 'Berlin', region: 'BE' });
    const address = { street: 'Hof 1\nTor 2', city: 'Köln' };
    expect(await update(id, { 'addresses.business': address })).toEqual({ 'addresses.business': address });
    expect(mailbox().contact(id)['businessAddress']).toEqual({ street: 'Hof 1\r\nTor 2', city: 'Köln' });
  });

  test('a patch of fields that Outlook does not hold costs no call and is noted', async () => {
    const id = mailbox().addContact({ surname: 'Roth' });
    const current = await looked(id);
    const before = world.calls();
    const [result] = await side.write([{ op: 'update', kind: 'contact', current, patch: { 'phones.workFax': '+49 30 7' } }]);
    expect(result).toMatchObject({ ok: true, written: {}, notes: [{ field: 'phones.workFax', what: 'notCarried', reason: 'notHeld' }] });
    expect(world.calls()).toBe(before);
  });

  test('what Outlook holds and nobody carries is listed by name, never by content', async () => {
    const id = mailbox().addContact({
      surname: 'Roth',
      personalNotes: 'likes tea',
      imAddresses: ['sip:roth@acme.example'],
      nickName: 'Ro',
    });
    const { left, fields } = await looked(id);
    expect(left).toEqual(['imAddresses', 'nickName', 'notes']);
    expect(JSON.stringify(fields)).not.toContain('tea');
  });

  test('a contact moved to another folder of the person’s is told as removed and looks live', async () => {
    const id = mailbox().addContact({ surname: 'Roth' });
    const first = await round();
    const token = (await world.access.token()).value;
    const made = await fetch(`${world.microsoft.origin}/v1.0/me/contactFolders`, {
      method: 'POST',
      body: '{"displayName":"Friends"}',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    const { id: folder } = (await made.json()) as { id: string };
    mailbox().moveContact(id, folder);
    const { changes } = await round(first.cursors);
    expect(changes).toContainEqual({ what: 'removed', kind: 'contact', id });
    expect((await side.read('contact', [id])).get(id)?.state).toBe('live');
  });

  test('an update over a newer version is refused as stale', async () => {
    const id = mailbox().addContact({ surname: 'Roth' });
    const current = await looked(id);
    mailbox().updateContact(id, { jobTitle: 'Chair' });
    const [result] = await side.write([{ op: 'update', kind: 'contact', current, patch: { familyName: 'Rot' } }]);
    expect(result?.ok === false && result.error.kind).toBe('stale');
  });

  test('a second refusal of a renewed token is a refused sign-in', async () => {
    const renewed = { token: () => world.access.token(), renew: () => world.access.token() };
    await world.expireToken();
    const refused = world.connector.open(renewed, world.grant.account, scopeAround(world.clock.now())).changes({});
    await expect(refused).rejects.toMatchObject({ kind: 'credentialsRejected', details: { code: 'GRAPH_INVALID_AUTHENTICATION_TOKEN' } });
  });

  test('a cursor of another world is lost, and no token is sent there', async () => {
    const page = await side.changes({
      contacts: 'https://graph.elsewhere.example/v1.0/me/contactFolders/contacts/contacts/delta?$deltatoken=x',
    });
    expect(page).toEqual({ changes: [], cursors: {}, hasMore: false, lost: ['contacts'] });
  });
});
