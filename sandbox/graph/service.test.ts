import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { movableClock } from '../clock.ts';
import { signIn } from '../identity/session.ts';
import { ANNA, DELTA, at, round, sender, testWorld } from './test-client.ts';
import type { Send, TestWorld } from './test-client.ts';

let world: TestWorld;
let send: Send;
beforeEach(async () => {
  world = await testWorld();
  send = world.send;
});
afterEach(() => world.microsoft.close());

test('a missing, foreign, expired or killed access token answers 401', async () => {
  for (const token of ['', 'eyJ0eXAiOiJKV1QifQ.e30.x']) {
    const answer = await sender(world.microsoft.origin, token)('GET', '/me');
    expect([answer.status, answer.body.error?.code]).toEqual([401, 'InvalidAuthenticationToken']);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  }
  world.microsoft.controls.expireAccessTokens(ANNA);
  expect((await send('GET', '/me')).status).toBe(401);
  const fresh = await world.as(ANNA);
  expect((await fresh('GET', '/me')).status).toBe(200);
  world.clock.advance(90 * 60_000);
  expect((await fresh('GET', '/me')).status).toBe(401);
});

test('revoking the sign-in leaves access tokens alone until they expire', async () => {
  world.microsoft.controls.revokeSignIn(ANNA);
  expect((await send('GET', '/me')).status).toBe(200);
});

test('a token without the scope answers 403', async () => {
  const poor = await world.as('ben.carter@fabrikam.example', 'openid Contacts.Read');
  expect((await poor('GET', '/me/contacts')).status).toBe(200);
  expect((await poor('POST', '/me/contacts', { surname: 'x' })).body.error?.code).toBe('ErrorAccessDenied');
  expect((await poor('GET', '/me')).body.error?.code).toBe('Authorization_RequestDenied');
  expect((await poor('GET', '/me/mailboxSettings')).status).toBe(403);
  expect((await poor('GET', '/me/messages')).status).toBe(403);
});

test('a user without a mailbox gets the 404 of its kind, but a profile', async () => {
  const desk = await world.as('service.desk@contoso.example');
  expect((await desk('GET', '/me')).status).toBe(200);
  for (const resource of ['/me/contacts', DELTA, '/me/mailboxSettings', '/me/messages']) {
    const answer = await desk('GET', resource);
    expect([answer.status, answer.body.error?.code]).toEqual([404, 'MailboxNotEnabledForRESTAPI']);
  }
});

test('the profile, the mailbox settings and the mails are those of the caller', async () => {
  expect((await send('GET', '/me')).body).toMatchObject({ mail: ANNA, userPrincipalName: ANNA, displayName: 'Anna Weber' });
  expect((await send('GET', '/me?$select=id,usageLocation')).body).toMatchObject({ usageLocation: 'DE' });
  expect((await send('GET', '/me/mailboxSettings')).body).toMatchObject({
    timeZone: 'W. Europe Standard Time', language: { locale: 'de-DE' },
  });
  const mails = await send('GET', '/me/messages?$top=3&$select=subject,from,receivedDateTime');
  expect(mails.body.value).toHaveLength(3);
  expect(mails.body.value?.[0]).toMatchObject({
    subject: expect.any(String), from: { emailAddress: { address: expect.stringContaining('.example') } },
  });
  const [first] = mails.body.value ?? [];
  expect((await send('GET', `/me/messages/${String(first?.['id'])}`)).body).toMatchObject({ body: { contentType: 'html' } });
});

test('whatever would mail somebody is counted', async () => {
  expect(world.microsoft.mailsSent).toEqual([]);
  const message = {
    subject: 'x', toRecipients: [{ emailAddress: { address: 'a@x.example' } }, { emailAddress: { address: 'b@x.example' } }],
  };
  expect((await send('POST', '/me/sendMail', { message })).status).toBe(202);
  const counted = await (await fetch(`${world.microsoft.origin}/_sandbox/mails`)).json() as { mailsSent: number };
  expect(counted).toMatchObject({ mailsSent: 1, mails: [{ reason: 'sendMail', recipients: 2 }] });
});

test('a throttled request answers 429 with Retry-After, and then the next is served', async () => {
  world.microsoft.controls.throttle({ throttled: 1, retryAfter: '3' });
  const refused = await send('POST', '/me/contacts', { surname: 'x' });
  expect([refused.status, refused.body.error?.code, refused.headers.get('retry-after')]).toEqual([429, 'ApplicationThrottled', '3']);
  expect(world.microsoft.mailbox(ANNA).contacts()).toEqual([]);
  expect((await send('POST', '/me/contacts', { surname: 'x' })).status).toBe(201);
});

test('a fifth request at a time on one mailbox answers 429, another mailbox is free', async () => {
  const ben = await world.as('ben.carter@fabrikam.example');
  const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
  const { promise: full, resolve: isFull } = Promise.withResolvers<void>();
  let waiting = 0;
  world.microsoft.world.settings.serviceTime = () => {
    waiting += 1;
    if (waiting === 5) isFull();
    return gate;
  };
  const four = [1, 2, 3, 4].map(() => send('GET', '/me/contacts'));
  const other = ben('GET', '/me/contacts');
  await full;
  const fifth = await send('GET', '/me/contacts');
  expect([fifth.status, fifth.headers.get('retry-after')]).toEqual([429, '2.128']);
  expect(fifth.body.error?.message).toContain('MailboxConcurrency');
  openGate();
  expect((await Promise.all([...four, other])).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect((await send('GET', '/me/contacts')).status).toBe(200);
});

test('a batch beside other requests finds less room, and its parts say so', async () => {
  const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
  const { promise: full, resolve: isFull } = Promise.withResolvers<void>();
  let waiting = 0;
  world.microsoft.world.settings.serviceTime = () => {
    waiting += 1;
    if (waiting === 2) isFull();
    return waiting > 2 ? Promise.resolve() : gate;
  };
  const two = [send('GET', '/me/contacts'), send('GET', '/me/contacts')];
  await full;
  const requests = Array.from({ length: 8 }, (_, n) => ({ id: String(n), method: 'GET', url: '/me/contacts' }));
  const { status, body } = await send('POST', '/$batch', { requests });
  openGate();
  await Promise.all(two);
  expect(status).toBe(200);
  expect(body.responses?.filter((part) => part.status === 429)).toHaveLength(4);
});

test('requests sent together meet by themselves', async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => send('GET', '/me/contacts')));
  expect(answers.some(({ status }) => status === 429)).toBe(true);
});

test('10,000 requests in ten minutes are the limit; the parts of a batch count one each', async () => {
  Object.assign(world.microsoft.world.settings, { requestsPerTenMinutes: 5 });
  const requests = Array.from({ length: 5 }, (_, n) => ({ id: String(n), method: 'GET', url: '/me/contacts' }));
  expect((await send('POST', '/$batch', { requests })).body.responses?.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const refused = await send('GET', '/me/contacts');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '600']);
  world.clock.advance(600_000);
  expect((await send('GET', '/me/contacts')).status).toBe(200);
});

test('good answers carry ids to correlate by and the preferences that were applied', async () => {
  const { headers } = await send('GET', '/me/contacts', undefined, {
    'client-request-id': 'c-1', prefer: 'IdType="ImmutableId", odata.maxpagesize=5',
  });
  expect(headers.get('request-id')).toBeTruthy();
  expect(headers.get('client-request-id')).toBe('c-1');
  expect(headers.get('preference-applied')).toBe('IdType="ImmutableId", odata.maxpagesize=5');
});

test('calls are recorded and counted under the names of the two services', async () => {
  const seen: string[] = [];
  const recorded = await testWorld({
    recorder: (service, _, request) => { seen.push(`${service} ${request.method} ${request.url.pathname}`); },
  });
  await recorded.send('GET', '/me');
  await recorded.microsoft.close();
  expect(seen).toEqual([
    'identity GET /organizations/oauth2/v2.0/authorize', 'identity POST /organizations/oauth2/v2.0/token', 'graph GET /v1.0/me',
  ]);
  expect(recorded.microsoft.server.calls.get('graph')).toBe(1);
});

test('a stand-in with a data folder comes back with its contacts, its tokens and its delta links', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'microsoft-'));
  const clock = movableClock(Date.UTC(2026, 10, 23, 9));
  const before = await testWorld({ dataDir, clock });
  const { accessToken } = await signIn(before.microsoft.origin, before.microsoft.registration, ANNA);
  const id = before.microsoft.mailbox(ANNA).addContact({ surname: 'Kept' });
  const { deltaLink } = await round(before.send, DELTA);
  const mailbox = before.microsoft.mailbox(ANNA);
  const event = mailbox.addEvent({ subject: 'Kept too', start: at('2026-12-01T10:00:00'), end: at('2026-12-01T11:00:00') });
  const task = mailbox.addTask({ title: 'Kept as well' });
  mailbox.setTimeZone('Tokyo Standard Time');
  const view = await round(before.send, '/me/calendarView/delta?startDateTime=2026-12-01&endDateTime=2026-12-02');
  await before.microsoft.close();
  expect(readdirSync(dataDir).filter((name) => !name.endsWith('.json'))).toEqual([]);
  expect(statSync(path.join(dataDir, 'service.json')).mode & 0o077).toBe(0);

  const after = await testWorld({ dataDir, clock });
  const again = sender(after.microsoft.origin, accessToken);
  expect((await again('GET', `/me/contacts/${id}`)).body['surname']).toBe('Kept');
  const moved = deltaLink.replace(/^http:\/\/localhost:\d+/, after.microsoft.origin);
  expect((await again('GET', moved)).body.value).toEqual([]);
  const viewMoved = view.deltaLink.replace(/^http:\/\/localhost:\d+/, after.microsoft.origin);
  expect((await again('GET', viewMoved)).body.value).toEqual([]);
  expect(after.microsoft.mailbox(ANNA).event(event)['subject']).toBe('Kept too');
  expect(after.microsoft.mailbox(ANNA).task(task)['title']).toBe('Kept as well');
  expect((await again('GET', '/me/mailboxSettings')).body['timeZone']).toBe('Tokyo Standard Time');
  await after.microsoft.close();
  rmSync(dataDir, { recursive: true });
});
