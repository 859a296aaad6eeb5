/** SOQL over activities: parents of several objects, times and days, what cannot be filtered. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, BEN, faultOf, pageOf, queryPath, startWorld, type Client, type World } from '../world-for-tests.ts';

let world: World;
let client: Client;
let contact: string;
let lead: string;
beforeEach(async () => {
  world = await startWorld();
  client = world.as(await world.signIn());
  const org = world.crm.org();
  contact = org.insert('Contact', { FirstName: 'Ada', LastName: 'Berg', Email: 'ada@example.com' }, ANNA);
  lead = org.insert('Lead', { LastName: 'Holm', Company: 'Boats' }, ANNA);
  org.insert('Event', { Subject: 'contact', WhoId: contact, StartDateTime: '2026-12-01T14:00:00Z', DurationInMinutes: 30 }, ANNA);
  org.insert('Event', { Subject: 'lead', WhoId: lead, StartDateTime: '2026-12-02T14:00:00Z', DurationInMinutes: 30 }, ANNA);
  org.insert('Event', { Subject: 'alone', IsAllDayEvent: true, ActivityDate: '2026-12-03', IsPrivate: true }, ANNA);
});
afterEach(() => world.stop());

const rows = async (soql: string): Promise<readonly Readonly<Record<string, unknown>>[]> => pageOf(await client('GET', queryPath(soql))).records;
const subjects = async (where: string): Promise<unknown[]> =>
  (await rows(`SELECT Subject FROM Event WHERE ${where} ORDER BY StartDateTime`)).map(({ Subject }) => Subject);

test.each([
  ['StartDateTime >= 2026-12-02T00:00:00Z', ['lead', 'alone']],
  ['StartDateTime >= 2026-12-01T15:00:00+01:00 AND EndDateTime < 2026-12-02T00:00:00Z', ['contact']],
  ['ActivityDate = 2026-12-03', ['alone']],
  ['ActivityDate >= 2026-12-01 AND ActivityDate < 2026-12-03', ['contact', 'lead']],
  ['ActivityDateTime = NULL', ['alone']],
  ["Who.Type = 'Contact'", ['contact']],
  ["Who.Type = 'Lead' OR WhoId = null", ['lead', 'alone']],
  ["Who.Name LIKE 'ada%'", ['contact']],
  ["Owner.Name = 'Anna Weber' AND IsPrivate = true", ['alone']],
  ["SystemModstamp >= 2026-11-23T10:00:00Z AND CreatedDate <= 2026-11-23T10:00:00Z AND Subject IN ('lead', 'nothing')", ['lead']],
  ["DurationInMinutes = 30 AND ShowAs = 'Busy' AND IsChild = false AND IsRecurrence = false", ['contact', 'lead']],
])('%s', async (where, expected) => { expect(await subjects(where)).toEqual(expected); });

test('ids find the events of many people at once', async () => {
  expect(await subjects(`WhoId IN ('${contact}', '${lead}')`)).toEqual(['contact', 'lead']);
});

test('a person behind WhoId has a name and a type; mail and phone are told of users only', async () => {
  const [first] = await rows("SELECT Who.Id, Who.Name, Who.FirstName, Who.Type, Who.Email, Owner.Email, Owner.Type FROM Event WHERE Subject = 'contact'");
  expect(first).toMatchObject({
    Who: { attributes: { type: 'Name', url: `/services/data/v67.0/sobjects/Contact/${contact}` }, Id: contact, Name: 'Ada Berg', FirstName: 'Ada',
      Type: 'Contact', Email: null },
    Owner: { attributes: { type: 'Name' }, Email: ANNA, Type: 'User' },
  });
  expect(await rows("SELECT Who.Name FROM Event WHERE Subject = 'alone'")).toMatchObject([{ Who: null }]);
});

test.each([
  ["SELECT Id FROM Event WHERE Description = 'x'", '400 INVALID_FIELD'],
  ["SELECT Id FROM Event WHERE Recurrence2PatternText != null", '400 INVALID_FIELD'],
  ["SELECT Id FROM Task WHERE Description LIKE '%x%'", '400 INVALID_FIELD'],
  ["SELECT Id FROM Event WHERE StartDateTime > '2026-12-01T00:00:00Z'", '400 INVALID_FIELD'],
  ['SELECT Id FROM Event WHERE StartDateTime > 2026-12-01', '400 INVALID_FIELD'],
  ['SELECT Id FROM Event WHERE ActivityDate = 2026-12-01T00:00:00Z', '400 INVALID_FIELD'],
  ['SELECT Who.Company FROM Event', '400 INVALID_FIELD'],
  ['SELECT IsPrivate FROM Task', '400 INVALID_FIELD'],
  ['SELECT Id FROM Name', '400 INVALID_TYPE_FOR_OPERATION'],
  ['SELECT Id FROM TaskRelation', '400 INVALID_TYPE'],
  ['SELECT Id, (SELECT Id FROM EventRelations) FROM Event', '400 MALFORMED_QUERY'],
])('%s is refused', async (soql, expected) => { expect(faultOf(await client('GET', queryPath(soql)))).toBe(expected); });

test('the scope "mine" leaves out what a queue or a colleague owns', async () => {
  const org = world.crm.org();
  const [queue] = await rows("SELECT Id FROM Group WHERE Type = 'Queue'");
  org.insert('Task', { Subject: 'mine' }, ANNA);
  org.insert('Task', { Subject: 'queue', OwnerId: queue?.['Id'] }, ANNA);
  org.insert('Task', { Subject: 'his' }, BEN);
  expect((await rows('SELECT Subject FROM Task USING SCOPE mine')).map(({ Subject }) => Subject)).toEqual(['mine']);
  expect((await rows('SELECT Subject FROM Task ORDER BY Subject')).map(({ Subject }) => Subject)).toEqual(['mine', 'queue']);
});

test('one composite asks for events, tasks, people and leads', async () => {
  const part = (object: string): object =>
    ({ referenceId: object, method: 'GET', url: `/services/data/v67.0${queryPath(`SELECT Id FROM ${object}`, 'queryAll')}` });
  const { body } = await client('POST', '/composite', { compositeRequest: ['Event', 'Task', 'Contact', 'Lead'].map(part) });
  const answers = (body as { compositeResponse: { httpStatusCode: number; body: { totalSize: number } }[] }).compositeResponse;
  expect(answers.map((answer) => [answer.httpStatusCode, answer.body.totalSize])).toEqual([[200, 3], [200, 0], [200, 1], [200, 1]]);
});

test('describes tell several parents, defaults and what may be written', async () => {
  const fieldsOf = async (object: string): Promise<ReadonlyMap<string, object>> => {
    const { fields } = (await client('GET', `/sobjects/${object}/describe`)).body as { fields: { name: string }[] };
    return new Map(fields.map((field) => [field.name, field]));
  };
  const event = await fieldsOf('Event');
  expect(event.get('WhoId')).toMatchObject({ referenceTo: ['Contact', 'Lead'], relationshipName: 'Who', polymorphicForeignKey: true, namePointing: true });
  expect(event.get('Subject')).toMatchObject({ type: 'combobox', length: 255, nillable: true, groupable: false });
  expect(event.get('ShowAs')).toMatchObject({ restrictedPicklist: true, defaultValue: 'Busy',
    picklistValues: [{ value: 'Busy', defaultValue: true }, { value: 'OutOfOffice' }, { value: 'Free' }] });
  expect(event.get('Recurrence2PatternText')).toMatchObject({ createable: true, updateable: false, filterable: false });
  expect((await fieldsOf('Task')).get('TaskSubtype')).toMatchObject({ createable: true, updateable: false });
  expect((await client('GET', '/sobjects/TaskStatus/describe')).body).toMatchObject({ createable: false, queryable: true, keyPrefix: '01J' });
});
