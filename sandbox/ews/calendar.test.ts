import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { find, getItem, idOf, idOnly, itemNode, named, testExchange } from './test-client.ts';
import type { Answer, TestExchange } from './test-client.ts';
import type { RawItem } from './access.ts';
import { kidOf, kidsOf, textOf } from './xml.ts';
import type { Xml } from './xml.ts';

const BERLIN = 'W. Europe Standard Time';
let world: TestExchange;
beforeAll(async () => { world = await testExchange({ suite: 'ews-calendar' }); });
afterAll(() => world.close());
beforeEach(() => { for (const { id } of world.exchange.mailbox('anna').events()) world.exchange.mailbox('anna').remove(id); });

const zones = `<t:StartTimeZone Id="${BERLIN}"/><t:EndTimeZone Id="${BERLIN}"/>`;
const create = (content: string, mode = 'SendToNone'): string =>
  `<m:CreateItem${mode ? ` SendMeetingInvitations="${mode}"` : ''}><m:SavedItemFolderId><t:DistinguishedFolderId Id="calendar"/>`
  + `</m:SavedItemFolderId><m:Items><t:CalendarItem>${content}</t:CalendarItem></m:Items></m:CreateItem>`;
const update = (node: string, updates: string, mode = 'SendToNone'): string => `<m:UpdateItem ConflictResolution="NeverOverwrite" MessageDisposition="SaveOnly"`
  + `${mode ? ` SendMeetingInvitationsOrCancellations="${mode}"` : ''}>`
  + `<m:ItemChanges><t:ItemChange>${node}<t:Updates>${updates}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;
const remove = (id: string, mode = 'SendToNone'): string => `<m:DeleteItem DeleteType="MoveToDeletedItems"${mode ? ` SendMeetingCancellations="${mode}"` : ''}>`
  + `<m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`;
const set = (uri: string, content: string): string =>
  `<t:SetItemField><t:FieldURI FieldURI="calendar:${uri}"/><t:CalendarItem>${content}</t:CalendarItem></t:SetItemField>`;
const setLeaf = (uri: string, value: string): string => set(uri, `<t:${uri}>${value}</t:${uri}>`);
const get = async (node: string, ...uris: readonly string[]): Promise<Xml | undefined> => {
  const extra = uris.map((uri) => `<t:FieldURI FieldURI="calendar:${uri}"/>`).join('');
  const answer = await world.ews(getItem(node, extra));
  expect(answer.codes).toEqual(['NoError']);
  return kidOf(answer.messages[0], 'm:Items')?.kids[0];
};
const view = (from: string, to: string): string => '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>'
  + '<t:FieldURI FieldURI="calendar:Start"/><t:FieldURI FieldURI="calendar:CalendarItemType"/></t:AdditionalProperties></m:ItemShape>'
  + `<m:CalendarView StartDate="${from}" EndDate="${to}"/><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>`;
const shown = (answer: Answer): (readonly [string | undefined, string | undefined])[] =>
  (find(answer.messages[0], 't:Items')?.kids ?? []).map((item) => [textOf(item, 't:Start'), textOf(item, 't:CalendarItemType')] as const);
const rawOf = (id: string): RawItem => world.exchange.mailbox('anna').item(id);

const WEEKLY = `<t:Subject>Review</t:Subject><t:Start>2026-03-23T09:00:00</t:Start><t:End>2026-03-23T10:00:00</t:End>
<t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday</t:DaysOfWeek></t:WeeklyRecurrence>
<t:NumberedRecurrence><t:StartDate>2026-03-23</t:StartDate><t:NumberOfOccurrences>4</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>${zones}`;

describe('times', () => {
  test('a time without zone is read in the zone of the item, and comes back in UTC', async () => {
    const { id } = idOf(await world.ews(create(`<t:Start>2026-12-01T15:00:00</t:Start><t:End>2026-12-01T16:30:00</t:End>${zones}`)));
    const item = await get(itemNode(id), 'Start', 'End', 'StartTimeZone');
    const shownTimes = [textOf(item, 't:Start'), textOf(item, 't:End'), kidOf(item, 't:StartTimeZone')?.attrs['Id']];
    expect(shownTimes).toEqual(['2026-12-01T14:00:00Z', '2026-12-01T15:30:00Z', BERLIN]);
  });

  test('a start that is written without its zone loses it', async () => {
    const { id } = idOf(await world.ews(create(`<t:Start>2026-12-01T15:00:00</t:Start><t:End>2026-12-01T16:00:00</t:End>${zones}`)));
    await world.ews(update(itemNode(id), setLeaf('Start', '2026-12-01T14:30:00Z')));
    expect(rawOf(id)['calendar:StartTimeZone']).toBe('UTC');
  });

  test('IANA names are no zones, and an end before its start is none', async () => {
    const codes = async (content: string): Promise<readonly string[]> => (await world.ews(create(content))).codes;
    const times = '<t:Start>2026-12-01T15:00:00</t:Start><t:End>2026-12-01T16:00:00</t:End>';
    expect(await codes(`${times}<t:StartTimeZone Id="Europe/Berlin"/>`)).toEqual(['ErrorInvalidPropertySet']);
    expect(await codes('<t:Start>2026-12-01T15:00:00Z</t:Start><t:End>2026-12-01T14:00:00Z</t:End>')).toEqual(['ErrorCalendarEndDateIsEarlierThanStartDate']);
  });

  test('an all-day event is midnights of its own zone, which are no midnights in UTC', async () => {
    const times = '<t:Start>2026-12-01T00:00:00</t:Start><t:End>2026-12-02T00:00:00</t:End><t:IsAllDayEvent>true</t:IsAllDayEvent>';
    const { id } = idOf(await world.ews(create(times + zones)));
    const item = await get(itemNode(id), 'Start', 'IsAllDayEvent');
    expect([textOf(item, 't:Start'), textOf(item, 't:IsAllDayEvent')]).toEqual(['2026-11-30T23:00:00Z', 'true']);
  });
});

describe('series', () => {
  test('sync tells the master alone; a view shows occurrences, whose local time stays over the change of the clock', async () => {
    const { id } = idOf(await world.ews(create(WEEKLY)));
    const sync = await world.ews(`<m:SyncFolderItems><m:ItemShape>${idOnly()}</m:ItemShape><m:SyncFolderId>${named('calendar')}</m:SyncFolderId>`
      + '<m:MaxChangesReturned>10</m:MaxChangesReturned></m:SyncFolderItems>');
    expect(find(sync.messages[0], 'm:Changes')?.kids).toHaveLength(1);
    expect(idOf(sync).id).toBe(id);
    const listed = await world.ews('<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape>'
      + `<m:ParentFolderIds>${named('calendar')}</m:ParentFolderIds></m:FindItem>`);
    expect([find(listed.messages[0], 't:FirstOccurrence'), find(listed.messages[0], 't:Recurrence')]).toEqual([undefined, undefined]);
    expect(find(await get(itemNode(id), 'FirstOccurrence'), 't:FirstOccurrence')).toBeDefined();
    expect(shown(await world.ews(view('2026-03-01T00:00:00Z', '2026-05-01T00:00:00Z')))).toEqual([
      ['2026-03-23T08:00:00Z', 'Occurrence'], ['2026-03-30T07:00:00Z', 'Occurrence'], ['2026-04-06T07:00:00Z', 'Occurrence'],
      ['2026-04-13T07:00:00Z', 'Occurrence'],
    ]);
  });

  test('a changed occurrence becomes an exception under a new id, a deleted one leaves its start behind; both make a new version of the master', async () => {
    const master = idOf(await world.ews(create(WEEKLY)));
    const occurrenceNode = (index: number): string => `<t:OccurrenceItemId RecurringMasterId="${master.id}" InstanceIndex="${index}"/>`;
    const second = find(await get(occurrenceNode(2), 'OriginalStart'), 't:ItemId')?.attrs['Id'] ?? '';
    const moved = await world.ews(update(itemNode(second), setLeaf('Start', '2026-03-31T12:00:00') + setLeaf('End', '2026-03-31T13:00:00')
      + set('StartTimeZone', `<t:StartTimeZone Id="${BERLIN}"/>`) + set('EndTimeZone', `<t:EndTimeZone Id="${BERLIN}"/>`)));
    expect(moved.codes).toEqual(['NoError']);
    expect(idOf(moved).id).not.toBe(second);
    const third = find(await get(occurrenceNode(3), 'Start'), 't:ItemId')?.attrs['Id'] ?? '';
    expect((await world.ews(remove(third))).codes).toEqual(['NoError']);
    const item = await get(itemNode(master.id), 'ModifiedOccurrences', 'DeletedOccurrences', 'CalendarItemType');
    const modified = kidsOf(kidOf(item, 't:ModifiedOccurrences'), 't:Occurrence');
    expect(modified.map((one) => [textOf(one, 't:Start'), textOf(one, 't:OriginalStart')])).toEqual([['2026-03-31T10:00:00Z', '2026-03-30T07:00:00Z']]);
    expect(kidOf(kidOf(item, 't:DeletedOccurrences'), 't:DeletedOccurrence')?.kids[0]?.text).toBe('2026-04-06T07:00:00Z');
    expect(kidOf(item, 't:ItemId')?.attrs['ChangeKey']).not.toBe(master.key);
    const left = shown(await world.ews(view('2026-03-25T00:00:00Z', '2026-05-01T00:00:00Z')));
    expect(left).toEqual([['2026-03-31T10:00:00Z', 'Exception'], ['2026-04-13T07:00:00Z', 'Occurrence']]);
  });

  test('the index counts what was deleted, and ends with the rule', async () => {
    const { id } = idOf(await world.ews(create(WEEKLY)));
    const [first] = world.exchange.mailbox('anna').occurrences('2026-03-01T00:00:00Z', '2026-05-01T00:00:00Z');
    world.exchange.mailbox('anna').remove(first?.id ?? '');
    const codes = await Promise.all([1, 2, 5].map(async (index) =>
      (await world.ews('<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ItemIds>'
      + `<t:OccurrenceItemId RecurringMasterId="${id}" InstanceIndex="${index}"/></m:ItemIds></m:GetItem>`)).codes[0]));
    expect(codes).toEqual(['ErrorCalendarOccurrenceIsDeletedFromRecurrence', 'NoError', 'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange']);
  });

  test('an occurrence stays between its neighbours and keeps its rule and its start', async () => {
    await world.ews(create(WEEKLY));
    const id = world.exchange.mailbox('anna').occurrences('2026-03-01T00:00:00Z', '2026-05-01T00:00:00Z')[1]?.id ?? '';
    const codes = async (updates: string): Promise<readonly string[]> => (await world.ews(update(itemNode(id), updates))).codes;
    expect(await codes(setLeaf('Start', '2026-04-06T09:00:00Z') + setLeaf('End', '2026-04-06T10:00:00Z'))).toEqual(['ErrorOccurrenceCrossingBoundary']);
    expect(await codes('<t:DeleteItemField><t:FieldURI FieldURI="calendar:Recurrence"/></t:DeleteItemField>')).toEqual(['ErrorInvalidPropertyDelete']);
    expect(await codes('<t:DeleteItemField><t:FieldURI FieldURI="calendar:Start"/></t:DeleteItemField>')).toEqual(['ErrorInvalidPropertyDelete']);
  });

  test('a changed pattern drops the exceptions, and an occurrence leads back to its master', async () => {
    const { id } = idOf(await world.ews(create(WEEKLY)));
    const second = world.exchange.mailbox('anna').occurrences('2026-03-01T00:00:00Z', '2026-05-01T00:00:00Z')[1]?.id ?? '';
    world.exchange.mailbox('anna').update(second, { 'item:Subject': 'Special' });
    expect((await get(`<t:RecurringMasterItemId OccurrenceId="${second}"/>`, 'CalendarItemType'))?.kids[0]?.attrs['Id']).toBe(id);
    expect(kidOf(await get(itemNode(id), 'ModifiedOccurrences'), 't:ModifiedOccurrences')).toBeDefined();
    await world.ews(update(itemNode(id), set('Recurrence',
      '<t:Recurrence><t:DailyRecurrence><t:Interval>2</t:Interval></t:DailyRecurrence><t:NumberedRecurrence>'
      + '<t:StartDate>2026-03-23</t:StartDate><t:NumberOfOccurrences>2</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>')));
    expect(kidOf(await get(itemNode(id), 'ModifiedOccurrences'), 't:ModifiedOccurrences')).toBeUndefined();
    expect(shown(await world.ews(view('2026-03-01T00:00:00Z', '2026-05-01T00:00:00Z')))).toHaveLength(2);
  });

  test('a view spans two years at most and takes no restriction', async () => {
    expect((await world.ews(view('2026-01-01T00:00:00Z', '2028-01-01T00:00:00Z'))).codes).toEqual(['NoError']);
    expect((await world.ews(view('2026-01-01T00:00:00Z', '2028-01-01T00:00:01Z'))).codes).toEqual(['ErrorCalendarViewRangeTooBig']);
    const restricted = view('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z')
      .replace('<m:ParentFolderIds>', '<m:Restriction><t:Exists><t:FieldURI FieldURI="item:Subject"/></t:Exists></m:Restriction><m:ParentFolderIds>');
    expect((await world.ews(restricted)).codes).toEqual(['ErrorUnsupportedQueryFilter']);
  });
});

describe('mails to people', () => {
  const attendees = (...addresses: readonly string[]): string => `<t:RequiredAttendees>${addresses.map((one) =>
    `<t:Attendee><t:Mailbox><t:EmailAddress>${one}</t:EmailAddress></t:Mailbox></t:Attendee>`).join('')}</t:RequiredAttendees>`;
  const meeting = (...addresses: readonly string[]): string =>
    `<t:Subject>Talk</t:Subject><t:Start>2026-12-01T15:00:00Z</t:Start><t:End>2026-12-01T16:00:00Z</t:End>${attendees(...addresses)}`;
  const sentSince = (count: number): unknown => world.exchange.mailsSent.slice(count).map(({ reason, recipients }) => [reason, recipients]);
  const invites = { invites: true };

  test('nobody is told when the request says so', async () => {
    const before = world.exchange.mailsSent.length;
    const { id } = idOf(await world.ews(create(meeting('bob@acme.example'))));
    await world.ews(update(itemNode(id), setLeaf('Location', 'HQ')));
    await world.ews(remove(id));
    expect(sentSince(before)).toEqual([]);
  });

  test('a request must say whom to tell, in Deleted Items too', async () => {
    const { id } = idOf(await world.ews(create('<t:Start>2026-12-01T15:00:00Z</t:Start><t:End>2026-12-01T16:00:00Z</t:End>')));
    expect((await world.ews(remove(id, ''))).codes).toEqual(['ErrorSendMeetingCancellationsRequired']);
    const plain = await testExchange();
    expect((await plain.ews(create('<t:Subject>X</t:Subject>', ''))).codes).toEqual(['ErrorSendMeetingInvitationsRequired']);
    const made = plain.exchange.mailbox('anna').addEvent({ 'calendar:Start': '2026-12-01T15:00:00Z', 'calendar:End': '2026-12-01T16:00:00Z' });
    expect((await plain.ews(update(itemNode(made), setLeaf('Location', 'HQ'), ''))).codes).toEqual(['ErrorSendMeetingInvitationsOrCancellationsRequired']);
    plain.exchange.mailbox('anna').remove(made);
    const binned = plain.exchange.mailbox('anna').events('deleteditems')[0]?.id ?? '';
    expect((await plain.ews(remove(binned, ''))).codes).toEqual(['ErrorSendMeetingCancellationsRequired']);
    await plain.close();
  });

  test('invitations, updates and cancellations are counted as a real server would send them', async () => {
    const before = world.exchange.mailsSent.length;
    const { id } = idOf(await world.ews(create(meeting('bob@acme.example', 'eva@acme.example'), 'SendToAllAndSaveCopy'), invites));
    await world.ews(update(itemNode(id), setLeaf('Location', 'HQ'), 'SendToAllAndSaveCopy'), invites);
    await world.ews(update(itemNode(id), set('RequiredAttendees', attendees('bob@acme.example', 'kim@acme.example')), 'SendOnlyToChanged'), invites);
    await world.ews(remove(id, 'SendOnlyToAll'), invites);
    expect(sentSince(before)).toEqual([
      ['meeting request', ['bob@acme.example', 'eva@acme.example']], ['meeting update', ['bob@acme.example', 'eva@acme.example']],
      ['meeting update', ['kim@acme.example']], ['meeting cancellation', ['eva@acme.example']],
      ['meeting cancellation', ['bob@acme.example', 'kim@acme.example']],
    ]);
  });

  test('an invitation of somebody else shows him as organizer, and leaving it writes to him', async () => {
    const before = world.exchange.mailsSent.length;
    const id = world.exchange.mailbox('anna').addEvent({
      'calendar:Start': '2026-12-01T15:00:00Z', 'calendar:End': '2026-12-01T16:00:00Z', 'calendar:Organizer': { name: 'Bob', address: 'bob@acme.example' },
      'calendar:RequiredAttendees': [{ name: 'Anna', address: 'anna.weber@contoso.example', response: 'Accept' }],
    });
    const item = await get(itemNode(id), 'Organizer', 'IsOrganizer', 'MyResponseType', 'IsMeeting');
    expect([textOf(find(item, 't:Mailbox'), 't:EmailAddress'), textOf(item, 't:IsOrganizer')]).toEqual(['bob@acme.example', 'false']);
    await world.ews(remove(id, 'SendToAllAndSaveCopy'), invites);
    expect(sentSince(before)).toEqual([['meeting refusal', ['bob@acme.example']]]);
  });

  test("the server's own assistants may make the key of a new event stale at once", async () => {
    world.exchange.controls.odd({ assistants: 1 });
    const made = idOf(await world.ews(create('<t:Start>2026-12-01T15:00:00Z</t:Start><t:End>2026-12-01T16:00:00Z</t:End>')));
    world.exchange.controls.odd({ assistants: 0 });
    const answer = await world.ews(update(itemNode(made.id, made.key), setLeaf('Location', 'HQ')));
    expect(answer.codes).toEqual(['ErrorIrresolvableConflict']);
  });
});
