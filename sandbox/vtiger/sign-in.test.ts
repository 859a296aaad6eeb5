import { afterEach, expect, test } from 'vitest';
import { clientOf, md5, testCrm, type TestCrm } from './test-client.ts';

const open: TestCrm[] = [];
afterEach(async () => { for (const one of open.splice(0)) await one.close(); });

async function start(): Promise<TestCrm> {
  const made = await testCrm();
  open.push(made);
  return made;
}

const KEY = 'Key5Anna5Sandbox';

test('a login answers the md5 of challenge and access key, whatever the case of the name, and tells who the person is', async () => {
  const { crm } = await start();
  const guest = clientOf(crm, '');
  const challenge = await guest.get<{ token: string; serverTime: number; expireTime: number }>('getchallenge', { username: 'ANNA.weber' });
  expect(challenge.expireTime - challenge.serverTime).toBe(300);
  const answer = await guest.post('login', { username: 'Anna.Weber', accessKey: md5(challenge.token + KEY) });
  expect(answer).toMatchObject({
    userId: '19x5', version: '0.22', vtigerVersion: '8.4.0', is_admin: 'off', time_zone: 'America/New_York', date_format: 'dd-mm-yyyy', hour_format: '24',
  });
});

test('a wrong key, an unknown name, a token that is old or was replaced, and an inactive person are told apart', async () => {
  const { crm, clock } = await start();
  const guest = clientOf(crm, '');
  const token = async (): Promise<string> => (await guest.get<{ token: string }>('getchallenge', { username: 'anna.weber' })).token;
  const login = (answer: string): Promise<string | number> => guest.refused('POST', 'login', { username: 'anna.weber', accessKey: answer });
  expect(await guest.refused('GET', 'getchallenge', { username: 'nobody' })).toBe('ACCESS_DENIED');
  expect(await login('x')).toBe('INVALID_AUTH_TOKEN');
  const first = await token();
  expect(await login(md5(`${first}wrong`))).toBe('INVALID_USER_CREDENTIALS');
  const second = await token();
  expect(await login(md5(first + KEY))).toBe('INVALID_USER_CREDENTIALS');
  const twice = { username: 'anna.weber', accessKey: md5(second + KEY) };
  await guest.post('login', twice);
  await guest.post('login', twice);
  clock.advance(301_000);
  expect(await login(md5(second + KEY))).toBe('INVALID_AUTH_TOKEN');
  crm.controls.setActive('anna.weber', false);
  expect(await login(md5(await token() + KEY))).toBe('AUTHENTICATION_FAILURE');
  crm.controls.setAccessKey('anna.weber', '');
  expect(await login(md5(await token()))).toBe('ACCESSKEY_UNDEFINED');
});

test('a login by GET reads no parameters', async () => {
  const { crm } = await start();
  expect(await clientOf(crm, '').refused('GET', 'login', { username: 'admin', accessKey: 'x' })).toBe('INVALID_AUTH_TOKEN');
});

test('sessions that are missing, unknown, idle, ended or logged out are refused with the code of each', async () => {
  const { crm, clock, client } = await start();
  expect(await clientOf(crm, '').refused('GET', 'listtypes')).toBe('AUTHENTICATION_REQUIRED');
  expect(await clientOf(crm, 'null').refused('GET', 'listtypes')).toBe('AUTHENTICATION_REQUIRED');
  expect(await clientOf(crm, 'deadbeef').refused('GET', 'listtypes')).toBe('INVALID_SESSIONID');
  const codes = { expired: 'SESSION_EXPIRED', idle: 'SESSION_LEFT_IDLE', unauthenticated: 'AUTHENTICATION_REQUIRED', lost: 'INVALID_SESSIONID' } as const;
  for (const end of ['expired', 'idle', 'unauthenticated', 'lost'] as const) {
    const [admin, anna] = [await client(), await client('anna.weber')];
    crm.controls.endSessions(end, 'anna.weber');
    expect(await anna.refused('GET', 'listtypes')).toBe(codes[end]);
    await admin.get('listtypes');
  }
  const admin = await client();
  expect(await admin.post('logout')).toEqual({ message: 'successfull' });
  expect(await admin.refused('GET', 'listtypes')).toBe('INVALID_SESSIONID');
  const idle = await client();
  clock.advance(1441_000);
  expect(await idle.refused('GET', 'listtypes')).toBe('INVALID_SESSIONID');
});

test('an unknown operation and none at all end in HTTP 500 with an empty body', async () => {
  const { client } = await start();
  const admin = await client();
  for (const name of ['bogus', '']) expect(await admin.raw('GET', name)).toEqual({ status: 500, type: 'text/html; charset=UTF-8', text: '' });
});

test('the wrong verb reads empty parameters and is no 405', async () => {
  const { client } = await start();
  const admin = await client();
  const { id = '' } = await admin.create('Contacts', { lastname: 'Lee', assigned_user_id: '19x1' });
  expect(await admin.refused('POST', 'retrieve', { id: id ?? '' })).toBe('ACCESS_DENIED');
  expect(await admin.refused('POST', 'query', { query: 'select * from Contacts;' })).toBe('ACCESS_DENIED');
  expect(await admin.refused('GET', 'create', { elementType: 'Contacts', element: '{"lastname":"Lee","assigned_user_id":"19x1"}' })).toBe('ACCESS_DENIED');
  expect((await admin.query('select id from Contacts;')).length).toBe(1);
});
