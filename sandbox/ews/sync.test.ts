import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ANNA, basic, fieldNode, find, getFolder, getItem, idOf, idOnly, itemNode, named, send, soap, testExchange } from './test-client.ts';
import type { Answer, TestExchange } from './test-client.ts';
import { kidOf, localName, textOf } from './xml.ts';

let world: TestExchange;
let broken: TestExchange;
beforeAll(async () => {
  world = await testExchange({ suite: 'ews-sync' });
  broken = await testExchange();
});
afterAll(async () => { await world.close(); await broken.close(); });
let folder = '';
let count = 0;
beforeEach(() => { folder = world.exchange.mailbox('anna').addFolder(`People ${count++}`, 'IPF.Contact', 'contacts'); });

const sync = (state: string, most = 512, id = folder, inner = ''): string => `<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>`
  + `<m:SyncFolderId>${id.startsWith('AQMk') ? `<t:FolderId Id="${id}"/>` : `<t:DistinguishedFolderId Id="${id}"/>`}</m:SyncFolderId>`
  + `${state ? `<m:SyncState>${state}</m:SyncState>` : ''}${inner}<m:MaxChangesReturned>${most}</m:MaxChangesReturned></m:SyncFolderItems>`;

interface Page { readonly state: string; readonly isLast: boolean; readonly changes: readonly (readonly [string, string])[] }

const pageOf = (answer: Answer): Page => {
  const message = answer.messages[0];
  return {
    state: textOf(message, 'm:SyncState') ?? '',
    isLast: (textOf(message, 'm:IncludesLastItemInRange') ?? textOf(message, 'm:IncludesLastFolderInRange')) === 'true',
    changes: (kidOf(message, 'm:Changes')?.kids ?? []).map((change) =>
      [localName(change), find({ ...change, kids: [change] }, 't:ItemId')?.attrs['Id'] ?? ''] as const),
  };
};

const add = (name: string): string => world.exchange.mailbox('anna').addContact({ 'contacts:Surname': name }, folder);

/** Pages until the last. */
async function round(state = '', most = 512, on = world, id = folder): Promise<Page> {
  const changes: (readonly [string, string])[] = [];
  for (let next = state, n = 0; n < 100; n += 1) {
    const page = pageOf(await on.ews(sync(next, most, id)));
    changes.push(...page.changes);
    next = page.state;
    if (page.isLast) return { ...page, changes };
  }
  throw new Error('the round does not end');
}

describe('SyncFolderItems', () => {
  test('at first everything comes, the newest first, in pages', async () => {
    const ids = ['A', 'B', 'C', 'D', 'E'].map(add);
    const first = pageOf(await world.ews(sync('', 2)));
    expect([first.isLast, first.changes.map(([, id]) => id)]).toEqual([false, [ids[4], ids[3]]]);
    const rest = await round(first.state, 2);
    expect(rest.changes).toEqual([['Create', ids[2]], ['Create', ids[1]], ['Create', ids[0]]]);
    expect((await round(rest.state)).changes).toEqual([]);
  });

  test('later it tells what is new, changed and gone; a state that is sent again tells the same again', async () => {
    const [a, b] = [add('A'), add('B')];
    const { state } = await round();
    const mailbox = world.exchange.mailbox('anna');
    mailbox.update(a, { 'contacts:Surname': 'Anders' });
    mailbox.remove(b);
    const c = add('C');
    const expected = [['Update', a], ['Create', c], ['Delete', b]];
    expect((await round(state)).changes).toEqual(expected);
    expect((await round(state)).changes).toEqual(expected);
  });

  test('what changes between two pages of the first round comes once more, as an update', async () => {
    const ids = ['A', 'B', 'C'].map(add);
    const first = pageOf(await world.ews(sync('', 1)));
    world.exchange.mailbox('anna').update(ids[2] ?? '', { 'contacts:Surname': 'Claus' });
    const rest = await round(first.state, 5);
    expect(rest.changes).toEqual([['Update', ids[2]], ['Create', ids[1]], ['Create', ids[0]]]);
  });

  test('what came and went between two rounds is never told', async () => {
    const { state } = await round();
    world.exchange.mailbox('anna').remove(add('A'));
    expect((await round(state)).changes).toEqual([]);
  });

  test('a move is a deletion here and a creation there, with a new id', async () => {
    const a = add('A');
    const there = world.exchange.mailbox('anna').addFolder('There', 'IPF.Contact', 'contacts');
    const [here, away] = [await round(), await round('', 512, world, there)];
    const moved = world.exchange.mailbox('anna').move(a, there);
    expect(moved).not.toBe(a);
    expect((await round(here.state)).changes).toEqual([['Delete', a]]);
    expect((await round(away.state, 512, world, there)).changes).toEqual([['Create', moved]]);
  });

  test('an item can be announced and be gone when it is asked for', async () => {
    const id = world.exchange.mailbox('anna').addVanishing('Contact', { 'contacts:Surname': 'Ghost' });
    const { changes, state } = await round('', 512, world, 'contacts');
    expect(changes).toContainEqual(['Create', id]);
    const read = await world.ews(getItem(itemNode(id)));
    expect(read.codes).toEqual(['ErrorItemNotFound']);
    expect((await round(state, 512, world, 'contacts')).changes).toEqual([['Delete', id]]);
  });

  test('a state that is broken, of another folder or too old is refused within a 200', async () => {
    const { state } = await round();
    const codesOf = async (sent: string, id = folder): Promise<readonly [number, readonly string[]]> => {
      const { status, codes } = await world.ews(sync(sent, 512, id));
      return [status, codes];
    };
    expect(await codesOf('H4sIAAA=')).toEqual([200, ['ErrorInvalidSyncStateData']]);
    expect(await codesOf(state, 'tasks')).toEqual([200, ['ErrorInvalidSyncStateData']]);
    world.exchange.controls.expireSyncStates('anna');
    expect(await codesOf(state)).toEqual([200, ['ErrorInvalidSyncStateData']]);
  });

  test('a state grows with the folder, and one that was cut off is none', async () => {
    for (let n = 0; n < 40; n += 1) add(`N${n}`);
    const [early, late] = [pageOf(await world.ews(sync('', 5))).state, (await round()).state];
    expect(late.length - early.length).toBeGreaterThan(35 * 8);
    expect((await world.ews(sync(late.slice(0, -40)))).codes).toEqual(['ErrorInvalidSyncStateData']);
  });

  test('a folder that is gone says so in its own words', async () => {
    world.exchange.mailbox('anna').removeFolder(folder);
    expect((await world.ews(sync(''))).codes).toEqual(['ErrorSyncFolderNotFound']);
  });

  test('ignored items are kept back until they are no longer ignored', async () => {
    const [a, b] = [add('A'), add('B')];
    const page = pageOf(await world.ews(sync('', 512, folder, `<m:Ignore><t:ItemId Id="${a}"/></m:Ignore>`)));
    expect(page.changes).toEqual([['Create', b]]);
    expect((await round(page.state)).changes).toEqual([['Create', a]]);
  });

  test('the page size is held to 1 to 512', async () => {
    const codes = await Promise.all([0, 513].map(async (most) => (await broken.ews(sync('', most, 'contacts'))).codes));
    expect(codes).toEqual([['ErrorSchemaValidation'], ['ErrorSchemaValidation']]);
  });

  test('empty pages and repetitions may come when there is news, and never without any', async () => {
    broken.exchange.controls.odd({ emptyPages: 0.5, repeats: 1 });
    const ids = ['A', 'B'].map((name) => broken.exchange.mailbox('anna').addContact({ 'contacts:Surname': name }));
    const first = await round('', 1, broken, 'contacts');
    expect(first.changes.map(([, id]) => id)).toEqual([ids[1], ids[0]]);
    broken.exchange.mailbox('anna').update(ids[0] ?? '', { 'contacts:Surname': 'Anders' });
    expect((await round(first.state, 512, broken, 'contacts')).changes).toEqual([['Update', ids[0]], ['Update', ids[1]]]);
    broken.exchange.controls.odd({ emptyPages: 0.99 });
    const { state } = await round(first.state, 512, broken, 'contacts');
    expect(pageOf(await broken.ews(sync(state, 512, 'contacts')))).toMatchObject({ isLast: true, changes: [] });
  });

  test('more than five syncs of one mailbox at a time are too many', async () => {
    let free = (): void => undefined;
    const gate = new Promise<void>((resolve) => { free = resolve; });
    const crowded = await testExchange({ settings: { serviceTime: () => gate } });
    const waiting = Array.from({ length: 5 }, () => crowded.ews(sync('', 512, 'contacts')));
    while ((crowded.exchange.world.load.get('anna')?.syncing ?? 0) < 5) await new Promise((resolve) => { setImmediate(resolve); });
    const sixth = await crowded.ews(sync('', 512, 'contacts'));
    free();
    expect([sixth.status, sixth.codes, sixth.text.includes('BackOffMilliseconds')]).toEqual([500, ['ErrorServerBusy'], true]);
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await crowded.close();
  });
});

describe('SyncFolderHierarchy', () => {
  const hierarchy = (state: string, top = ''): string => '<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>Default</t:BaseShape><t:AdditionalProperties>'
    + '<t:FieldURI FieldURI="folder:FolderClass"/></t:AdditionalProperties></m:FolderShape>'
    + `${top ? `<m:SyncFolderId>${named(top)}</m:SyncFolderId>` : ''}${state ? `<m:SyncState>${state}</m:SyncState>` : ''}</m:SyncFolderHierarchy>`;

  test('display names are in the language of the mailbox, and hidden contact folders are among them', async () => {
    const answer = await world.ews(hierarchy(''));
    const folders = (kidOf(answer.messages[0], 'm:Changes')?.kids ?? []).map(({ kids: [one] }) => [textOf(one, 't:DisplayName'), textOf(one, 't:FolderClass')]);
    const expected = [['Kontakte', 'IPF.Contact'], ['GAL Contacts', 'IPF.Contact.GalContacts'], ['Kalender', 'IPF.Appointment']];
    expect(folders).toEqual(expect.arrayContaining(expected));
  });

  test('it tells new, changed and lost folders, and knows the states of its own root only', async () => {
    const first = pageOf(await world.ews(hierarchy('')));
    const mailbox = world.exchange.mailbox('anna');
    const made = mailbox.addFolder('New', 'IPF.Task');
    const second = await world.ews(hierarchy(first.state));
    expect(kidOf(second.messages[0], 'm:Changes')?.kids.map(({ name, kids: [one] }) => [name, textOf(one, 't:DisplayName')])).toEqual([['t:Create', 'New']]);
    mailbox.removeFolder(made);
    const third = await world.ews(hierarchy(pageOf(second).state));
    expect(kidOf(third.messages[0], 'm:Changes')?.kids.map(({ name, kids: [one] }) => [name, one?.attrs['Id']])).toEqual([['t:Delete', made]]);
    expect((await world.ews(hierarchy(first.state, 'msgfolderroot'))).codes).toEqual(['ErrorInvalidSyncStateData']);
  });
});

describe('folders and lists', () => {
  test('GetFolder names each that is missing, FindFolder looks below or all the way down', async () => {
    const get = await world.ews(getFolder('tasks', 'journal').replace('IdOnly', 'AllProperties'));
    expect(get.codes).toEqual(['NoError', 'ErrorFolderNotFound']);
    const names = async (traversal: string): Promise<number> => {
      const answer = await world.ews(`<m:FindFolder Traversal="${traversal}"><m:FolderShape>${idOnly()}</m:FolderShape><m:ParentFolderIds>${
        named('msgfolderroot')}</m:ParentFolderIds></m:FindFolder>`);
      return find(answer.messages[0], 't:Folders')?.kids.length ?? 0;
    };
    expect(await names('Deep')).toBeGreaterThan(await names('Shallow'));
  });

  const list = (restriction: string, offset = 0): string => `<m:FindItem Traversal="Shallow"><m:ItemShape>${idOnly()}</m:ItemShape>`
    + `<m:IndexedPageItemView MaxEntriesReturned="2" Offset="${offset}" BasePoint="Beginning"/>${restriction}`
    + `<m:ParentFolderIds><t:FolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`;

  test('FindItem finds by an extended property, whatever its case, and pages by offset', async () => {
    const uri = '<t:ExtendedFieldURI PropertySetId="2d5f8a3c-9b1e-4c07-8f64-7a2e5d1b9c30" PropertyName="CrmRecordId" PropertyType="String"/>';
    const key = 'ext:2d5f8a3c-9b1e-4c07-8f64-7a2e5d1b9c30/N:CrmRecordId/String';
    const [a] = ['003A', '003B', '003C'].map((value) => world.exchange.mailbox('anna').addContact({ [key]: value }, folder));
    add('Nobody');
    const constant = '<t:FieldURIOrConstant><t:Constant Value="003a"/></t:FieldURIOrConstant>';
    const found = await world.ews(list(`<m:Restriction><t:IsEqualTo>${uri}${constant}</t:IsEqualTo></m:Restriction>`));
    expect([idOf(found).id, find(found.messages[0], 't:Items')?.kids.length]).toEqual([a, 1]);
    const exists = `<m:Restriction><t:Exists>${uri}</t:Exists></m:Restriction>`;
    const first = find(await world.ews(list(exists)).then(({ messages: [message] }) => message), 'm:RootFolder');
    expect(first?.attrs).toEqual({ IndexedPagingOffset: '2', TotalItemsInView: '3', IncludesLastItemInRange: 'false' });
    const second = find(await world.ews(list(exists, 2)).then(({ messages: [message] }) => message), 'm:RootFolder');
    expect(second?.attrs).toEqual({ IndexedPagingOffset: '3', TotalItemsInView: '3', IncludesLastItemInRange: 'true' });
  });

  test('other kinds lie among the contacts, and what they lack fails them alone', async () => {
    const mailbox = world.exchange.mailbox('anna');
    const contact = mailbox.addContact({ 'contacts:Surname': 'A' }, folder);
    const group = mailbox.addOther('DistributionList', { 'contacts:DisplayName': 'Team' }, folder);
    const { changes } = await round();
    expect(changes.map(([, id]) => id)).toEqual([group, contact]);
    const read = await world.ews(getItem(itemNode(contact) + itemNode(group), fieldNode('contacts:Surname')));
    expect(read.codes).toEqual(['NoError', 'ErrorInvalidPropertyRequest']);
  });

  test('a text that XML cannot hold goes out all the same', async () => {
    const id = broken.exchange.mailbox('anna').addContact({ 'contacts:Surname': 'A\u000bB' });
    const body = soap(getItem(itemNode(id), fieldNode('contacts:Surname')));
    const { exchange } = broken;
    const answer = await send(exchange, { url: exchange.ewsUrl, headers: { authorization: basic(ANNA), 'content-type': 'text/xml' }, body });
    expect(answer.text).toContain('<t:Surname>A&#xB;B</t:Surname>');
  });
});
