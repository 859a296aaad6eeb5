import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANNA, basic, idOf, itemNode, send, soap, testExchange } from './test-client.ts';
import type { Answer, TestExchange } from './test-client.ts';
import { kidOf, kidsOf, textOf } from './xml.ts';
import { spell } from './ids.ts';

const CRM = '<t:ExtendedFieldURI PropertySetId="2d5f8a3c-9b1e-4c07-8f64-7a2e5d1b9c30" PropertyName="CrmRecordId" PropertyType="String"/>';
const SHAPE = '<t:BaseShape>IdOnly</t:BaseShape>';
const CONTACTS = '<m:SavedItemFolderId><t:DistinguishedFolderId Id="contacts"/></m:SavedItemFolderId>';
const ZOE = `<t:Contact><t:Body BodyType="Text">Met at the fair.\nTwice.</t:Body><t:Categories><t:String>CRM</t:String></t:Categories>
<t:ExtendedProperty>${CRM}<t:Value>003A</t:Value></t:ExtendedProperty><t:FileAs>Müller, Zoë</t:FileAs>
<t:GivenName>Zoë</t:GivenName><t:CompanyName>Acme &amp; Co</t:CompanyName>
<t:EmailAddresses><t:Entry Key="EmailAddress1">zoe@acme.example</t:Entry><t:Entry Key="EmailAddress2">zm@home.example</t:Entry></t:EmailAddresses>
<t:PhysicalAddresses><t:Entry Key="Business"><t:Street>Ritterstr. 5</t:Street><t:City>Berlin</t:City></t:Entry></t:PhysicalAddresses>
<t:PhoneNumbers><t:Entry Key="MobilePhone">0171 1</t:Entry></t:PhoneNumbers><t:Birthday>1981-04-03T11:59:00Z</t:Birthday>
<t:JobTitle>CEO</t:JobTitle><t:Surname>Müller</t:Surname></t:Contact>`;

let world: TestExchange;
let broken: TestExchange;
beforeAll(async () => {
  world = await testExchange({ suite: 'ews-items' });
  // What no schema allows is sent to a server whose traffic is not judged.
  broken = await testExchange();
});
afterAll(async () => { await world.close(); await broken.close(); });

const create = (items: string, attributes = '', folder = CONTACTS): string => `<m:CreateItem${attributes}>${folder}<m:Items>${items}</m:Items></m:CreateItem>`;
const get = (ids: readonly string[], extra = '', shape = SHAPE): string =>
  `<m:GetItem><m:ItemShape>${shape}${extra ? `<t:AdditionalProperties>${extra}</t:AdditionalProperties>` : ''}</m:ItemShape>`
  + `<m:ItemIds>${ids.map((id) => `<t:ItemId Id="${id}"/>`).join('')}</m:ItemIds></m:GetItem>`;
const field = (uri: string): string => `<t:FieldURI FieldURI="${uri}"/>`;
const indexed = (uri: string, index: string): string => `<t:IndexedFieldURI FieldURI="${uri}" FieldIndex="${index}"/>`;
const update = ({ id, key }: { id: string; key?: string }, updates: string, resolution = 'NeverOverwrite'): string =>
  `<m:UpdateItem ConflictResolution="${resolution}" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange>${itemNode(id, key)}`
  + `<t:Updates>${updates}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;
const set = (path: string, content: string, kind = 'Contact'): string => `<t:SetItemField>${path}<t:${kind}>${content}</t:${kind}></t:SetItemField>`;
const clear = (path: string): string => `<t:DeleteItemField>${path}</t:DeleteItemField>`;
const itemOf = (answer: Answer, n = 0): ReturnType<typeof kidOf> => kidOf(answer.messages[n], 'm:Items')?.kids[0];

async function zoe(on = world): Promise<{ id: string; key: string }> {
  const answer = await on.ews(create(ZOE));
  expect(answer.codes).toEqual(['NoError']);
  return idOf(answer);
}

describe('contacts', () => {
  test('what was created comes back, but only what was asked for and is set', async () => {
    const { id } = await zoe();
    const fields = ['contacts:Surname', 'contacts:EmailAddresses', 'contacts:Manager', 'item:Body'].map(field).join('');
    const answer = await world.ews(get([id], `${fields}${CRM}`
      + `${indexed('contacts:PhysicalAddress:City', 'Business')}${indexed('contacts:PhoneNumber', 'BusinessPhone')}${field('contacts:CompleteName')}`));
    const item = itemOf(answer);
    expect(item?.kids.map(({ name }) => name)).toEqual(['t:ItemId', 't:Body', 't:ExtendedProperty', 't:CompleteName', 't:EmailAddresses',
      't:PhysicalAddresses', 't:Surname']);
    expect(kidOf(item, 't:Body')?.text).toBe('Met at the fair.\r\nTwice.');
    expect(kidsOf(kidOf(item, 't:EmailAddresses'), 't:Entry').map(({ text, attrs }) => [attrs['Key'], text]))
      .toEqual([['EmailAddress1', 'zoe@acme.example'], ['EmailAddress2', 'zm@home.example']]);
    expect(textOf(kidOf(item, 't:ExtendedProperty'), 't:Value')).toBe('003A');
    expect(textOf(kidOf(item, 't:CompleteName'), 't:FullName')).toBe('Zoë Müller');
  });

  test('a fragment of HTML comes back as a document, and as text on request', async () => {
    const { id } = idOf(await world.ews(create('<t:Contact><t:Body BodyType="HTML">&lt;p&gt;Hello&lt;/p&gt;</t:Body></t:Contact>')));
    expect(kidOf(itemOf(await world.ews(get([id], field('item:Body')))), 't:Body')?.text).toMatch(/^<html>[\s\S]*<p>Hello<\/p>/);
    const asText = await world.ews(get([id], field('item:Body'), `${SHAPE}<t:BodyType>Text</t:BodyType>`));
    expect(kidOf(itemOf(asText), 't:Body')?.text).toBe('Hello\r\n');
  });

  test('ids and change keys hold the letters of base64 that URLs and patterns stumble over', async () => {
    const { id, key } = await zoe();
    expect([/\+.*\//.test(id), /\+.*\//.test(key), id.length % 4]).toEqual([true, true, 0]);
  });

  test('an extended property takes values of its own type alone', async () => {
    const uri = '<t:ExtendedFieldURI PropertySetId="2d5f8a3c-9b1e-4c07-8f64-7a2e5d1b9c30" PropertyName="Round" PropertyType="Integer"/>';
    const withRound = (value: string): string =>
      `<t:Contact><t:ExtendedProperty>${uri}<t:Value>${value}</t:Value></t:ExtendedProperty><t:Surname>Round</t:Surname></t:Contact>`;
    expect((await world.ews(create(withRound('7') + withRound('seven')))).codes).toEqual(['NoError', 'ErrorInvalidExtendedPropertyValue']);
  });

  test('ids of neighbours differ in case only, and case counts', async () => {
    expect(spell(2).toLowerCase()).toBe(spell(3).toLowerCase());
    const [first, second] = [await zoe(), await zoe()];
    const other = first.id.toLowerCase() === second.id.toLowerCase() ? second : await zoe();
    const [low, high] = first.id.toLowerCase() === second.id.toLowerCase() ? [first, second] : [second, other];
    expect(low.id.toLowerCase()).toBe(high.id.toLowerCase());
    await world.ews(`<m:DeleteItem DeleteType="HardDelete"><m:ItemIds><t:ItemId Id="${low.id}"/></m:ItemIds></m:DeleteItem>`);
    expect((await world.ews(get([low.id, high.id]))).codes).toEqual(['ErrorItemNotFound', 'NoError']);
  });

  test('each item of a batch has an answer of its own, in the order of the request', async () => {
    const { id } = await zoe();
    const contacts = ['<t:GivenName>A</t:GivenName>', '<t:CompleteName/>', '<t:GivenName>C</t:GivenName>'].map((inner) => `<t:Contact>${inner}</t:Contact>`);
    const answer = await world.ews(create(contacts.join('')));
    expect(answer.codes).toEqual(['NoError', 'ErrorInvalidPropertySet', 'NoError']);
    expect((await world.ews(get(['AAMkADbad', id], field('contacts:Surname')))).codes).toEqual(['ErrorInvalidIdMalformed', 'NoError']);
    expect((await world.ews(get([id], field('calendar:Start')))).codes).toEqual(['ErrorInvalidPropertyRequest']);
  });

  test('FileAs and DisplayName do not follow a new name', async () => {
    const zo = await zoe();
    await world.ews(update(zo, set(field('contacts:Surname'), '<t:Surname>Schulz</t:Surname>')));
    const item = itemOf(await world.ews(get([zo.id], `${field('contacts:FileAs')}${field('contacts:DisplayName')}${field('contacts:CompleteName')}`)));
    expect([textOf(item, 't:FileAs'), textOf(item, 't:DisplayName'), textOf(kidOf(item, 't:CompleteName'), 't:LastName')])
      .toEqual(['Müller, Zoë', 'Zoë Müller', 'Schulz']);
  });
});

describe('updates', () => {
  test('a key that is stale is refused, unless everything is to be overwritten', async () => {
    const zo = await zoe();
    const title = (text: string): string => set(field('contacts:JobTitle'), `<t:JobTitle>${text}</t:JobTitle>`);
    const first = await world.ews(update(zo, title('CTO')));
    expect(idOf(first).key).not.toBe(zo.key);
    expect((await world.ews(update(zo, title('CFO')))).codes).toEqual(['ErrorIrresolvableConflict']);
    expect((await world.ews(update(idOf(first), title('CFO')))).codes).toEqual(['NoError']);
    expect((await world.ews(update(zo, title('COO'), 'AlwaysOverwrite'))).codes).toEqual(['NoError']);
    expect(world.exchange.mailbox('anna').item(zo.id)['contacts:JobTitle']).toBe('COO');
  });

  test('entries of dictionaries are set and cleared one by one', async () => {
    const zo = await zoe();
    const answer = await world.ews(update(zo, [
      set(indexed('contacts:PhoneNumber', 'BusinessPhone'), '<t:PhoneNumbers><t:Entry Key="BusinessPhone">+49 30 2</t:Entry></t:PhoneNumbers>'),
      set(indexed('contacts:PhysicalAddress:City', 'Business'),
        '<t:PhysicalAddresses><t:Entry Key="Business"><t:City>Bonn</t:City></t:Entry></t:PhysicalAddresses>'),
      clear(indexed('contacts:PhoneNumber', 'MobilePhone')), clear(field('contacts:JobTitle')), clear(CRM),
    ].join('')));
    expect(answer.codes).toEqual(['NoError']);
    const raw = world.exchange.mailbox('anna').item(zo.id);
    expect(raw).toMatchObject({ 'contacts:PhoneNumber/BusinessPhone': '+49 30 2', 'contacts:PhysicalAddress:City/Business': 'Bonn',
      'contacts:PhysicalAddress:Street/Business': 'Ritterstr. 5' });
    expect(Object.keys(raw).filter((key) => /MobilePhone|JobTitle|CrmRecordId/.test(key))).toEqual([]);
  });

  test('an address that is deleted by its entry leaves its name in Outlook, until the named properties go as well', async () => {
    const zo = await zoe();
    await world.ews(update(zo, clear(indexed('contacts:EmailAddress', 'EmailAddress2'))));
    const mailbox = world.exchange.mailbox('anna');
    expect(mailbox.item(zo.id)).toMatchObject({ 'contacts:EmailAddress/EmailAddress1': 'zoe@acme.example', 'outlookStillShows': ['zm@home.example'] });
    const named = [0x8090, 0x8092, 0x8093, 0x8094].map((id) =>
      clear(`<t:ExtendedFieldURI DistinguishedPropertySetId="Address" PropertyId="${id}" PropertyType="String"/>`)).join('');
    expect((await world.ews(update({ id: zo.id }, named))).codes).toEqual(['NoError']);
    expect(mailbox.item(zo.id)['outlookStillShows']).toBeUndefined();
  });

  test('a change names one property and holds that one', async () => {
    const zo = await zoe(broken);
    const codeOf = async (updates: string): Promise<readonly string[]> => (await broken.ews(update(zo, updates))).codes;
    expect(await codeOf(set(field('contacts:JobTitle'),
      '<t:GivenName>A</t:GivenName><t:JobTitle>B</t:JobTitle>'))).toEqual(['ErrorIncorrectUpdatePropertyCount']);
    expect(await codeOf(set(field('contacts:JobTitle'), '<t:GivenName>A</t:GivenName>'))).toEqual(['ErrorUpdatePropertyMismatch']);
    expect(await codeOf(set(field('contacts:EmailAddresses'),
      '<t:EmailAddresses><t:Entry Key="EmailAddress1">a@b.example</t:Entry></t:EmailAddresses>'))).toEqual(['ErrorInvalidPropertySet']);
    expect(await codeOf(clear(field('contacts:CompleteName')))).toEqual(['ErrorInvalidPropertyDelete']);
    expect(await codeOf(set(field('task:Status'), '<t:Status>Completed</t:Status>', 'Task'))).toEqual(['ErrorInvalidPropertySet']);
  });

  test('an empty text is stored as one, and a server may refuse it', async () => {
    const zo = await zoe();
    await world.ews(update(zo, set(field('contacts:JobTitle'), '<t:JobTitle></t:JobTitle>')));
    expect(world.exchange.mailbox('anna').item(zo.id)['contacts:JobTitle']).toBe('');
    broken.exchange.controls.odd({ emptyText: 'refused' });
    expect((await broken.ews(update(await zoe(broken),
      set(field('contacts:JobTitle'), '<t:JobTitle></t:JobTitle>')))).codes).toEqual(['ErrorInvalidValueForProperty']);
    broken.exchange.controls.odd({ emptyText: 'stored' });
  });
});

describe('tasks', () => {
  const task = (content: string): string => create(`<t:Task>${content}</t:Task>`, '',
    '<m:SavedItemFolderId><t:DistinguishedFolderId Id="tasks"/></m:SavedItemFolderId>');

  test('a due date is a day, and is the day before for who sends his own midnight', async () => {
    const answer = await world.ews(task('<t:Subject>Call</t:Subject><t:DueDate>2026-12-02T00:00:00Z</t:DueDate>'));
    expect(textOf(itemOf(await world.ews(get([idOf(answer).id], field('task:DueDate')))), 't:DueDate')).toBe('2026-12-02T00:00:00Z');
    const shifted = await world.ews(task('<t:DueDate>2026-12-02T00:00:00+01:00</t:DueDate>'));
    expect(world.exchange.mailbox('anna').item(idOf(shifted).id)['task:DueDate']).toBe('2026-12-01');
  });

  test('status, percentage and completion follow each other; IsComplete is read-only', async () => {
    const made = idOf(await world.ews(task('<t:Subject>Call</t:Subject>')));
    const done = await world.ews(update(made, set(field('task:Status'), '<t:Status>Completed</t:Status>', 'Task')));
    const item = itemOf(await world.ews(get([made.id], `${field('task:PercentComplete')}${field('task:IsComplete')}${field('task:CompleteDate')}`)));
    expect([textOf(item, 't:PercentComplete'), textOf(item, 't:IsComplete'), textOf(item, 't:CompleteDate')]).toEqual(['100', 'true', '2026-11-23T00:00:00Z']);
    expect((await broken.ews(task('<t:IsComplete>true</t:IsComplete>'))).codes).toEqual(['ErrorInvalidPropertySet']);
    await world.ews(update(idOf(done), set(field('task:Status'), '<t:Status>InProgress</t:Status>', 'Task')));
    expect(world.exchange.mailbox('anna').item(made.id)).toMatchObject({ 'task:Status': 'InProgress', 'task:PercentComplete': '0' });
  });

  test('completing a task that repeats leaves the done one as an item of its own and moves the series on', async () => {
    const rule = '<t:Recurrence><t:DailyRecurrence><t:Interval>7</t:Interval></t:DailyRecurrence>'
      + '<t:NoEndRecurrence><t:StartDate>2026-11-24</t:StartDate></t:NoEndRecurrence></t:Recurrence>';
    const made = idOf(await world.ews(task(`<t:Subject>Report</t:Subject><t:DueDate>2026-11-24T00:00:00Z</t:DueDate>${rule}`)));
    await world.ews(update(made, set(field('task:Status'), '<t:Status>Completed</t:Status>', 'Task')));
    const reports = world.exchange.mailbox('anna').tasks().filter((raw) => raw['item:Subject'] === 'Report');
    expect(reports.map((raw) => [raw.id === made.id, raw['task:Status'], raw['task:DueDate'], 'task:Recurrence' in raw]))
      .toEqual([[true, 'NotStarted', '2026-12-01', true], [false, 'Completed', '2026-11-24', false]]);
  });

  test('deleting one needs a word about its occurrences, and moves it to Deleted Items under a new id', async () => {
    const { id } = idOf(await world.ews(task('<t:Subject>Away</t:Subject>')));
    const remove = (attributes: string): string =>
      `<m:DeleteItem DeleteType="MoveToDeletedItems"${attributes}><m:ItemIds>${itemNode(id)}</m:ItemIds></m:DeleteItem>`;
    expect((await world.ews(remove(''))).codes).toEqual(['ErrorAffectedTaskOccurrencesRequired']);
    expect((await world.ews(remove(' AffectedTaskOccurrences="AllOccurrences"'))).codes).toEqual(['NoError']);
    expect((await world.ews(get([id]))).codes).toEqual(['ErrorItemNotFound']);
    expect(world.exchange.mailbox('anna').tasks('deleteditems').map((raw) => raw['item:Subject'])).toContain('Away');
  });
});

describe('the schema', () => {
  test.each([
    ['elements out of order', create('<t:Contact><t:Surname>A</t:Surname><t:GivenName>B</t:GivenName></t:Contact>'), 'ErrorSchemaValidation'],
    ['an unknown element', create('<t:Contact><t:LastName>A</t:LastName></t:Contact>'), 'ErrorSchemaValidation'],
    ['an update without a word about conflicts', '<m:UpdateItem><m:ItemChanges/></m:UpdateItem>', 'ErrorSchemaValidation'],
    ['a key in lower case', create('<t:Contact><t:PhoneNumbers><t:Entry key="MobilePhone">1</t:Entry></t:PhoneNumbers></t:Contact>'),
      'ErrorInternalServerError'],
    ['a control character', create('<t:Contact><t:GivenName>&#xB;</t:GivenName></t:Contact>'), 'ErrorSchemaValidation'],
    ['an operation that is not played', '<m:MoveItem/>', 'ErrorInvalidRequest'],
  ])('%s is a fault with 500', async (_name, body, code) => {
    const before = broken.exchange.mailbox('anna').contacts().length;
    const answer = await broken.ews(body);
    expect([answer.status, answer.codes]).toEqual([500, [code]]);
    expect(broken.exchange.mailbox('anna').contacts()).toHaveLength(before);
  });

  test('a document type is refused, so no entity can be declared', async () => {
    const { exchange } = broken;
    const body = soap(get(['&me;'])).replace('?>', '?><!DOCTYPE s [<!ENTITY me "AAMk">]>');
    const answer = await send(exchange, { url: exchange.ewsUrl, headers: { authorization: basic(ANNA), 'content-type': 'text/xml; charset=utf-8' }, body });
    expect([answer.status, /DTD is prohibited/.test(answer.text)]).toEqual([500, true]);
  });

  test('only versions that a server of its age knows are taken; without one it is Exchange 2007', async () => {
    const { id } = await zoe(broken);
    const as = (header: string): Promise<Answer> => broken.ews(get([id], field('item:Subject')), { header });
    expect((await as('<t:RequestServerVersion Version="Exchange2019"/>')).codes).toEqual(['ErrorInvalidRequest']);
    expect((await as('<t:RequestServerVersion Version="V2018_01_08"/>')).codes).toEqual(['ErrorInvalidRequest']);
    expect((await as('')).codes).toEqual(['NoError']);
    const event = '<t:Start>2026-12-01T10:00:00Z</t:Start><t:End>2026-12-01T11:00:00Z</t:End><t:StartTimeZone Id="UTC"/>';
    const zone = create(`<t:CalendarItem>${event}</t:CalendarItem>`, ' SendMeetingInvitations="SendToNone"', '');
    expect((await broken.ews(zone, { header: '' })).codes).toEqual(['ErrorInvalidPropertySet']);
  });
});
