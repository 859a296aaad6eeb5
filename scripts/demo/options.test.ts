import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { BadOption, readOptions } from './options.ts';

const SECRETS = { CONCORD_DEMO_MAILBOX_USER: 'CONTOSO\\anna', CONCORD_DEMO_MAILBOX_PASSWORD: 'geheim#1' };
const own = (url: string, ...more: readonly string[]): readonly string[] => ['--mailbox', 'ews', '--mailbox-url', url, ...more];

test('without a word the stand-in of Microsoft 365 plays the mailbox', () => {
  expect(readOptions([], {})).toMatchObject({ mailbox: 'graph', ownMailbox: null, isJson: false, calendar: null, keepsRecords: false });
});

test('user and password of a real server come from the environment', () => {
  expect(readOptions(own('https://mail.contoso.example', '--keep'), SECRETS)).toMatchObject({
    mailbox: 'ews', keepsRecords: true,
    ownMailbox: { url: 'https://mail.contoso.example/EWS/Exchange.asmx', user: 'CONTOSO\\anna', password: 'geheim#1' },
  });
});

test('a file of secrets goes before the environment, and the pinned certificate of the host is the operator\'s', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'options-'));
  const file = path.join(folder, 'secrets');
  writeFileSync(file, 'CONCORD_DEMO_MAILBOX_PASSWORD="another one"\nCONCORD_DEMO_MAILBOX_ADDRESS=anna@contoso.example\n');
  const env = { ...SECRETS, CONCORD_CERTIFICATES: 'other.example=00, Mail.contoso.example=AB:CD' };
  expect(readOptions(own('https://mail.contoso.example/ews/exchange.asmx', '--secrets', file), env).ownMailbox).toEqual({
    url: 'https://mail.contoso.example/ews/exchange.asmx', user: 'CONTOSO\\anna', password: 'another one', address: 'anna@contoso.example', pin: 'abcd',
  });
  rmSync(folder, { recursive: true });
});

describe('refused with a sentence', () => {
  test.each([
    ['a word that is none', ['--contact', 'x'], 'Unknown option "--contact"'],
    ['a password on the command line', own('https://mail.contoso.example', '--password=geheim'), 'Unknown option "--password"'],
    ['a password in the address', own('https://anna:geheim@mail.contoso.example/'), 'no user and no password'],
    ['plain http to another machine', own('http://mail.contoso.example/'), 'plain http is for this machine alone'],
    ['no address', own('mail.contoso.example'), 'takes an address such as'],
    ['another mailbox', ['--mailbox', 'imap'], 'graph or ews'],
    ['a real server of the other system', ['--mailbox-url', 'https://mail.contoso.example'], 'is for --mailbox ews'],
    ['keeping what is not there', ['--mailbox', 'ews', '--keep'], 'are for --mailbox-url'],
    ['a file that is not there', own('https://mail.contoso.example', '--secrets', '/nowhere/at/all'), 'cannot be read'],
  ])('%s', (_, words, sentence) => {
    const attempt = (): unknown => readOptions(words, SECRETS);
    expect(attempt).toThrow(BadOption);
    expect(attempt).toThrow(sentence);
    expect(attempt).not.toThrow('geheim');
  });

  test('a real server without user and password', () => {
    expect(() => readOptions(own('http://127.0.0.1:4305/'), {})).toThrow('CONCORD_DEMO_MAILBOX_USER');
  });
});
