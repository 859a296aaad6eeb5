/** The pages of events, tasks and leads: add, edit, delete, convert and merge, by the rules of the API. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, BEN, startWorld, type Reply, type World } from '../world-for-tests.ts';

let world: World;
beforeEach(async () => { world = await startWorld({ withSamples: true }); });
afterEach(() => world.stop());

const cookieOf = (username: string): string => `crm_person=${world.crm.org().people().find((one) => one.username === username)?.id ?? ''}`;
const post = (path: string, fields: Readonly<Record<string, string>>, username = ANNA): Promise<Reply> => world.fetch(path, {
  method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: cookieOf(username) },
  body: new URLSearchParams(fields).toString(),
});
const show = async (path: string, username = ANNA): Promise<string> => (await world.fetch(path, { headers: { cookie: cookieOf(username) } })).text;
const rowsIn = (page: string, word: string): number => page.split(`data-testid="${word}-row"`).length - 1;
const contactId = (): string => world.crm.org().contacts()[0]?.Id ?? '';

test('the samples are listed to their owner and to nobody else', async () => {
  expect(rowsIn(await show('/events'), 'event')).toBe(2);
  expect(rowsIn(await show('/tasks'), 'task')).toBe(2);
  expect(rowsIn(await show('/leads'), 'lead')).toBe(1);
  expect(await show('/events')).toContain('<td data-field="WhoId">Thomas Ford</td>');
  expect(rowsIn(await show('/events', BEN), 'event')).toBe(0);
  expect(rowsIn(await show('/tasks?q=drawings'), 'task')).toBe(1);
});

test('an event is added, edited and deleted; boxes that are not ticked are false', async () => {
  const fields = { id: '', Subject: '<b>Talk', StartDateTime: '2026-12-01T14:00', EndDateTime: '2026-12-01T15:00', ShowAs: 'Free', WhoId: contactId() };
  expect((await post('/events/save', { ...fields, IsPrivate: 'on' })).status).toBe(303);
  const find = (): Readonly<Record<string, unknown>> | undefined => world.crm.org().events().find((row) => row['Subject'] === '<b>Talk');
  expect(find()).toMatchObject({ StartDateTime: '2026-12-01T14:00:00.000+0000', DurationInMinutes: 60, IsPrivate: true, ShowAs: 'Free', WhoId: contactId() });
  const id = String(find()?.['Id']);
  const form = await show(`/events?edit=${id}`);
  expect(form).toContain('value="2026-12-01T14:00" type="datetime-local"');
  expect(form).not.toContain('<b>Talk');
  await post('/events/save', { ...fields, id, EndDateTime: '2026-12-01T16:00', WhoId: '' });
  expect(find()).toMatchObject({ DurationInMinutes: 120, IsPrivate: false, WhoId: null });
  await post('/events/delete', { id });
  expect(find()).toBeUndefined();
});

test('a refused event is told on the page with what was typed', async () => {
  const refused = await post('/events/save', { id: '', Subject: 'Typed', StartDateTime: '2026-12-01T14:00', EndDateTime: '', IsPrivate: 'on' });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('REQUIRED_FIELD_MISSING');
  expect(refused.text).toContain('value="Typed"');
  expect(refused.text).toContain('name="IsPrivate" value="on" checked');
});

test('a task is added and completed', async () => {
  await post('/tasks/save', { id: '', Subject: 'Call', ActivityDate: '2026-12-02', Status: 'In Progress', Priority: 'High' });
  const find = (): Readonly<Record<string, unknown>> | undefined => world.crm.org().tasks().find((row) => row['Subject'] === 'Call');
  expect(find()).toMatchObject({ ActivityDate: '2026-12-02', IsHighPriority: true, IsClosed: false });
  await post('/tasks/save', { id: String(find()?.['Id']), Status: 'Completed' });
  expect(find()).toMatchObject({ IsClosed: true, ActivityDate: '2026-12-02' });
});

test('a lead is added, merged and converted, and then has no buttons to do so again', async () => {
  const org = world.crm.org();
  await post('/leads/save', { id: '', LastName: 'Holm', Company: 'Tailspin', Status: 'Open - Not Contacted' });
  const [winner = '', loser = ''] = org.leads().map(({ Id }) => Id);
  expect(await show(`/leads?edit=${winner}`)).toContain('data-testid="lead-merge"');
  await post('/leads/merge', { winner, loser });
  expect(org.leads(true).find(({ Id }) => Id === loser)).toMatchObject({ MasterRecordId: winner });
  expect(await show('/leads')).toContain('data-testid="lead-convert"');
  expect((await post('/leads/convert', { id: winner })).status).toBe(303);
  expect(org.contacts().some((row) => row['Name'] === 'Iris Holm')).toBe(true);
  expect(await show('/leads')).not.toContain('data-testid="lead-convert"');
  expect((await post('/leads/save', { id: winner, LastName: 'x', Company: 'y' })).text).toContain('CANNOT_UPDATE_CONVERTED_LEAD');
});

test('the switches of activities are set on the settings page', async () => {
  const choices = { activityAccess: 'controlledByParent', orphanedActivities: 'deleted' };
  await post('/settings/save', { what: 'settings', ...choices, sharedActivities: 'on', ownStatuses: 'on' });
  expect(world.crm.org().settings()).toMatchObject({ ...choices, sharedActivities: true, multidayEvents: false });
  expect(world.crm.org().settings().taskStatuses.map(({ name }) => name)).toContain('Cancelled');
  expect(await show('/settings')).toContain('data-testid="mails-sent">0<');
});
