import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { fileRecorder } from '../recorder.ts';
import type { TroubleKind } from './settings.ts';
import { ANNA, agentOf, basic, fieldNode, find, getFolder, getItem, itemNode, send, sendByNtlm, soap, testExchange } from './test-client.ts';
import type { Answer, TestExchange } from './test-client.ts';

let world: TestExchange;
beforeAll(async () => { world = await testExchange(); });
afterAll(() => world.close());
afterEach(() => { world.exchange.controls.clearTroubles(); world.exchange.server.clearFaults(); });

const GET = getFolder('contacts', 'tasks');
const during = (kind: TroubleKind): Promise<Answer> => {
  world.exchange.controls.trouble(kind, { backOffMs: 1234 });
  return world.ews(GET).catch((error: unknown) => ({ status: 200, text: String(error), messages: [], codes: [] }));
};

test('a busy server says how long to wait: in a fault, inside another error, or for one item of a 200', async () => {
  const busy = await during('busy');
  expect([busy.status, busy.codes, find(busy.messages[0], 't:Value')?.text]).toEqual([500, ['ErrorServerBusy'], '1234']);
  const inner = await during('busyInner');
  expect(inner.codes).toEqual(['ErrorInternalServerError']);
  expect([/ErrorServerBusy/.test(inner.text), /Name="BackOffMilliseconds">1234</.test(inner.text)]).toEqual([true, true]);
  const item = await during('busyItem');
  expect([item.status, item.codes, item.messages.map(({ attrs }) => attrs['ResponseClass'])])
    .toEqual([200, ['ErrorServerBusy', 'ErrorBatchProcessingStopped'], ['Error', 'Warning']]);
});

test.each([
  ['unavailable', 503, /HTTP Error 503/], ['unauthorized', 401, /^$/], ['forbidden', 403, /Forbidden/], ['loginPage', 200, /<form/],
  ['redirectToOwa', 302, /^$/],
  ['serverError', 500, /Server Error in '\/EWS' Application/],
] as const)('%s is answered by what stands before the service: %i', async (kind, status, text) => {
  const answer = await during(kind);
  expect(answer.status).toBe(status);
  expect(answer.text).toMatch(text);
});

test('an answer may be cut off, hold a bomb of entities, or be 50 MB long', async () => {
  expect((await during('truncated')).text).toMatch(/BadXml/);
  expect((await during('entityBomb')).text).toMatch(/DTD is prohibited/);
  const { exchange } = world;
  exchange.controls.trouble('huge');
  const huge = await send(exchange, { url: exchange.ewsUrl, headers: { 'authorization': basic(ANNA), 'content-type': 'text/xml' }, body: soap(GET) });
  expect(huge.text.length).toBeGreaterThan(50 * 1024 * 1024);
});

test('trouble meets the operation it is meant for, as often as it is meant, behind the sign-in', async () => {
  const { exchange } = world;
  exchange.controls.trouble('unavailable', { operation: 'GetItem' });
  expect((await world.ews(GET)).status).toBe(200);
  exchange.controls.clearTroubles();
  exchange.controls.trouble('unavailable');
  const agent = agentOf(exchange);
  const call = { url: exchange.ewsUrl, headers: { 'content-type': 'text/xml; charset=utf-8' }, body: soap(GET), agent };
  expect((await sendByNtlm(exchange, ANNA, call)).status).toBe(503);
  expect((await sendByNtlm(exchange, ANNA, call)).status).toBe(200);
  agent.destroy();
});

test('a lost reply leaves the item behind', async () => {
  const create = '<m:CreateItem><m:Items><t:Contact><t:Surname>Lost</t:Surname></t:Contact></m:Items></m:CreateItem>';
  world.exchange.server.addFault({ route: 'POST *', count: 1, bodyHolds: '<m:CreateItem', dropReply: true });
  expect((await world.ews(GET)).status).toBe(200);
  await expect(world.ews(create)).rejects.toThrow();
  expect(world.exchange.mailbox('anna').contacts().map((raw) => raw['contacts:Surname'])).toContain('Lost');
});

test('handshakes, Autodiscover and what is no answer of the service stay out of the recordings', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ews-'));
  const recorder = fileRecorder(path.join(folder, 'ews.jsonl'));
  const recorded = await testExchange({ recorder: recorder.record });
  const agent = agentOf(recorded.exchange);
  await sendByNtlm(recorded.exchange, ANNA, { url: recorded.exchange.ewsUrl, headers: { 'content-type': 'text/xml; charset=utf-8' }, body: soap(GET), agent });
  recorded.exchange.controls.trouble('html');
  await recorded.ews(GET);
  const odd = recorded.exchange.mailbox('anna').addContact({ 'contacts:Surname': 'A\u000bB' });
  await recorded.ews(getItem(itemNode(odd), fieldNode('contacts:Surname'))).catch((error: unknown) => { expect(String(error)).toContain('BadXml'); });
  agent.destroy();
  await recorded.close();
  recorder.flush();
  interface Line { request: { headers: { authorization: string } }; response: unknown }
  const lines = readFileSync(recorder.file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Line);
  rmSync(folder, { recursive: true });
  expect(new Set(lines.map(({ request }) => request.headers.authorization))).toEqual(new Set(['[redacted]']));
  expect(lines.map(({ response }) => response !== null)).toEqual([true, false, false]);
  expect(Object.fromEntries(recorded.exchange.server.calls)).toEqual({ 'ews-sign-in': 1, 'ews': 3 });
});
