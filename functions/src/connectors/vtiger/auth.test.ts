/** Signing in with an access key: addresses as people paste them, the race for challenges, sessions that end, and what is refused. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { REP, vtigerConnector, vtigerWorld, type VtigerWorld } from '../../../test/worlds/vtiger.ts';
import { failure, live } from '../../../test/contract/side-world.ts';
import type { TypedAnswer } from '../../ports/connector.ts';
import { serviceUrl } from './auth.ts';
import { createVtigerConnector } from './index.ts';

let world: VtigerWorld;
beforeEach(async () => { world = await vtigerWorld({ recordAs: 'vtiger-auth' }); });
afterEach(() => world.close());

const typed = (values: Record<string, string> = {}): TypedAnswer =>
  ({ choice: 'default', values: { url: world.crm.origin, login: REP, accessKey: world.hands.user.accessKey, ...values } });

test('the address of any page of the CRM leads to the webservice beside it', () => {
  const service = 'https://crm.acme.example/webservice.php';
  for (const address of ['crm.acme.example', 'https://crm.acme.example/', 'https://crm.acme.example/index.php?module=Contacts&view=List', service]) {
    expect(serviceUrl(address)).toBe(service);
  }
  expect(serviceUrl('https://acme.example/vtigercrm/index.php/')).toBe('https://acme.example/vtigercrm/webservice.php');
  expect(() => serviceUrl('https://')).toThrow(/no vTiger/);
});

test('who signed in is told by the id of the service, with name and zone', async () => {
  const { account, token, secret } = await world.connector.flow.connect(typed({ login: REP.toUpperCase() }));
  const { host } = new URL(world.crm.origin);
  expect(account).toMatchObject({ organization: host, user: '19x5', login: REP, displayName: 'Anna Weber', timeZone: 'America/New_York' });
  expect(token.endpoint).toBe(world.crm.serviceUrl);
  expect(secret).not.toContain(token.value);
});

test('the key itself is never sent', async () => {
  const { accessKey } = world.hands.user;
  world.inject({ route: '* /webservice.php', count: 1, bodyHolds: accessKey, status: 599 });
  await world.connector.flow.connect(typed());
  // Nothing met it.
  expect(world.crm.server.faults).toHaveLength(1);
});

test('a challenge that another worker made worthless is asked for again, once', async () => {
  const stolen = createHash('md5').update('x').digest('hex');
  // The first login is answered as one whose challenge was replaced.
  world.inject({
    route: 'POST /webservice.php', count: 1, bodyHolds: 'operation=login',
    status: 200, headers: { 'content-type': 'application/json' }, body: { success: false, error: { code: 'INVALID_USER_CREDENTIALS', message: stolen } },
  });
  expect((await world.connector.flow.connect(typed())).account.user).toBe('19x5');
});

test('a wrong key, an unknown user and a user without a key are told at the field, after two tries at most', async () => {
  const calls = (): number => world.crm.server.calls.get('vtiger') ?? 0;
  const before = calls();
  const wrong = await failure(world.connector.flow.connect(typed({ accessKey: 'Wrong0Key0Wrong0' })));
  expect([wrong.kind, wrong.details.code, wrong.details.field]).toEqual(['credentialsRejected', 'PASSWORD_WRONG', 'accessKey']);
  expect(calls() - before).toBe(4);
  expect((await failure(world.connector.flow.connect(typed({ login: 'nobody' })))).details.code).toBe('PASSWORD_WRONG');
  world.crm.controls.setAccessKey(REP, '');
  expect((await failure(world.connector.flow.connect(typed({ accessKey: 'Key' })))).details.code).toBe('PASSWORD_WRONG');
  expect((await failure(world.connector.flow.connect(typed({ login: '' })))).details).toMatchObject({ code: 'FIELD_MISSING', field: 'login' });
});

test('what is no vTiger, does not answer or may not be called is told apart, with its host', async () => {
  const codeOf = async (values: Record<string, string>): Promise<unknown> => {
    const { code, host, field } = (await failure(world.connector.flow.connect(typed(values)))).details;
    return [code, host, field];
  };
  const { host } = new URL(world.crm.origin);
  world.inject({ route: '* /webservice.php', count: 1, status: 404, headers: { 'content-type': 'text/html' }, body: '<html>' });
  expect(await codeOf({})).toEqual(['NOT_A_SERVER', host, 'url']);
  world.inject({ route: '* /webservice.php', count: 1, status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Welcome</html>' });
  expect(await codeOf({})).toEqual(['NOT_A_SERVER', host, 'url']);
  world.inject({ route: '* /webservice.php', count: 1, dropRequest: true });
  expect(await codeOf({})).toEqual(['SERVER_UNREACHABLE', host, 'url']);
  expect(await codeOf({ url: 'https://10.0.0.5/crm' })).toEqual(['ADDRESS_REFUSED', undefined, 'url']);
  expect(await codeOf({ url: 'https://169.254.169.254/latest' })).toEqual(['ADDRESS_REFUSED', undefined, 'url']);
});

test('a user who does not see contacts is told so at the sign-in', async () => {
  world.inject({
    route: 'GET /webservice.php', count: 3, headers: { 'content-type': 'application/json' }, status: 200,
    body: { success: true, result: { token: 't', serverTime: 1, expireTime: 2, types: ['Events'], information: {} } },
  });
  world.inject({
    route: 'POST /webservice.php', count: 1, headers: { 'content-type': 'application/json' }, status: 200,
    body: { success: true, result: { sessionName: 's', userId: '19x5', version: '0.22', vtigerVersion: '7.1.0' } },
  });
  expect((await failure(world.connector.flow.connect(typed()))).details.code).toBe('ACCESS_OFF');
});

test('an older server that tells neither name nor zone signs in all the same', async () => {
  const old = { sessionName: 's', userId: '19x5', version: '0.22', vtigerVersion: '7.1.0' };
  world.inject({
    route: 'POST /webservice.php', count: 1, headers: { 'content-type': 'application/json' }, status: 200, body: { success: true, result: old },
  });
  world.inject({
    route: 'GET /webservice.php', count: 2, headers: { 'content-type': 'application/json' }, status: 200,
    body: { success: true, result: { token: 't', types: ['Contacts'] } },
  });
  const { account } = await world.connector.flow.connect(typed());
  expect(account).toMatchObject({ login: REP, displayName: REP });
  expect(account.timeZone).toBeUndefined();
});

for (const end of ['lost', 'expired', 'idle', 'unauthenticated'] as const) {
  test(`a session that is over (${end}) is renewed once, and the operation is asked again`, async () => {
    const id = await world.addRecord({ familyName: 'Albers' });
    await world.side.holds('contact');
    world.crm.controls.endSessions(end);
    expect((await live(world.side, id)).fields.familyName).toBe('Albers');
    expect(world.renewals()).toBe(1);
  });
}

test('a session that ends again at once is a refused sign-in, not a loop', async () => {
  await world.side.holds('contact');
  world.inject({
    route: 'GET /webservice.php', count: 50, status: 200, headers: { 'content-type': 'application/json' },
    body: { success: false, error: { code: 'INVALID_SESSIONID', message: '' } },
  });
  const before = world.crm.server.calls.get('vtiger') ?? 0;
  expect((await failure(world.side.read('contact', ['12x1']))).kind).toBe('credentialsRejected');
  expect((world.crm.server.calls.get('vtiger') ?? 0) - before).toBeLessThanOrEqual(4);
});

test('a renewal that meets another user, or a key that was made anew, is refused', async () => {
  const grant = await world.connector.flow.connect(typed());
  const other = await failure(world.connector.flow.refresh(grant.secret, { ...grant.account, user: '19x6' }));
  expect([other.kind, other.details.code, other.details.isPermanent]).toEqual(['credentialsRejected', 'VT_OTHER_USER', true]);
  world.crm.controls.setAccessKey(REP, 'Another0Key00000');
  const dead = await failure(world.connector.flow.refresh(grant.secret, grant.account));
  expect([dead.kind, dead.details.code]).toEqual(['credentialsRejected', 'VT_INVALID_USER_CREDENTIALS']);
});

test('an admin may set the address for everybody: it is shown as a fact', () => {
  const fieldsOf = (env: Record<string, string>): unknown[] =>
    vtigerConnector(world.crm, world.clock, env).signIn.choices.flatMap(({ fields }) => fields.map(({ id, preset }) => [id, preset]));
  expect(fieldsOf({})).toEqual([['url', undefined], ['login', undefined], ['accessKey', undefined]]);
  expect(fieldsOf({ VTIGER_URL: 'https://crm.acme.example' })[0]).toEqual(['url', 'https://crm.acme.example']);
  expect(() => createVtigerConnector({ VTIGER_URL: 'crm' }, { clock: world.clock })).toThrow(/VTIGER_URL/);
});
