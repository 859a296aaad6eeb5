import { expect, test } from 'vitest';
import { headOf, isOutsideWrite, isStateWrite, type Call } from './calls.ts';

const batchOf = (...methods: readonly string[]): string => JSON.stringify({ requests: methods.map((method) => ({ method })) });
const state = (key: string, cells = ''): string => `--c\r\nPUT http://127.0.0.1:1/account/state(PartitionKey='u~1',RowKey='${key}') HTTP/1.1\r\n\r\n`
  + `{"PartitionKey":"u~1","RowKey":"${key}"${cells}}\r\n--c--`;
const call = (service: Call['service'], method: string, path: string, body = ''): Call => ({ service, method, path, body });

test.each([
  [true, call('microsoft', 'POST', '/v1.0/$batch', batchOf('GET', 'PATCH'))],
  [false, call('microsoft', 'POST', '/v1.0/$batch', batchOf('GET', 'GET'))],
  [false, call('microsoft', 'POST', '/organizations/oauth2/v2.0/token', 'grant_type=refresh_token')],
  [true, call('salesforce', 'POST', '/services/data/v67.0/composite/sobjects', '{}')],
  [true, call('salesforce', 'DELETE', '/services/data/v67.0/composite/sobjects?ids=1')],
  [false, call('salesforce', 'POST', '/services/data/v67.0/composite/sobjects/Contact', '{}')],
  [false, call('salesforce', 'GET', '/services/data/v67.0/query?q=x')],
  [true, call('ews', 'POST', '/EWS/Exchange.asmx', '<s:Envelope><s:Body>\n<m:UpdateItem ConflictResolution="NeverOverwrite"/></s:Body></s:Envelope>')],
  [true, call('ews', 'POST', '/EWS/Exchange.asmx', '<soap:Envelope><soap:Body xmlns="x"><DeleteItem/></soap:Body></soap:Envelope>')],
  [false, call('ews', 'POST', '/EWS/Exchange.asmx', '<s:Envelope><s:Body><m:GetItem><t:String>CreateItem</t:String></m:GetItem></s:Body></s:Envelope>')],
  [false, call('ews', 'POST', '/EWS/Exchange.asmx')],
  [false, call('table', 'POST', '/account/$batch', state('a~head'))],
])('whether a request writes to a side: %s', (isWrite, request) => {
  expect(isOutsideWrite(request)).toBe(isWrite);
});

test('a refreshed sign-in is no write of the state, a head is', () => {
  expect(isStateWrite(call('table', 'POST', '/account/$batch', state('a~conn~m')))).toBe(false);
  expect(isStateWrite(call('table', 'POST', '/account/$batch', state('a~head')))).toBe(true);
  expect(isStateWrite(call('table', 'POST', '/account/$batch', state('a~head').replace('/state(', '/due(')))).toBe(false);
  expect(isStateWrite(call('table', 'GET', '/account/state()'))).toBe(false);
});

test('the head is read from the batch that writes it', () => {
  const head = { epoch: 4, holder: 'run', leaseUntil: 5 };
  expect(headOf(call('table', 'POST', '/account/$batch', state('a~head', `,"d":${JSON.stringify(JSON.stringify(head))}`)))).toEqual(head);
  expect(headOf(call('table', 'POST', '/account/$batch', state('t~1')))).toBeUndefined();
});
