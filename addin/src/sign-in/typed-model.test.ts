import { SIGN_IN_CODES } from '@concord/api';
import type { ApiErrorBody, SignInForm } from '@concord/api';
import { expect, test } from 'vitest';
import { english, german } from '../testing/text.ts';
import { beginForm, missingField, typedRequest, withoutSecrets, type FormState } from './form-model.ts';
import { looksForServer, typedEnd } from './typed-model.ts';

const MAIL: SignInForm = {
  system: 'mail', side: 'm', name: 'Exchange', by: 'credentials',
  choices: [{
    id: 'server', label: 'server', fields: [
      { id: 'login', label: 'login', isRequired: true, kind: 'text' },
      { id: 'password', label: 'password', isRequired: true, kind: 'secret' },
      { id: 'url', label: 'ewsLink', isRequired: false, kind: 'url', isMore: true },
    ],
  }],
};
const CLOUD: SignInForm = { system: 'cloud', side: 'm', name: 'Microsoft Office 365', by: 'oauth', choices: [{ id: 'x', label: 'x', fields: [] }] };
const typed: FormState = {
  system: 'mail', choice: 'server', typed: { login: 'anna@contoso.example', password: ' pass ', url: 'https://mail.contoso.example/EWS' },
};

function endOf(error: Partial<ApiErrorBody> & { readonly code: string }, state = typed, text = english, address?: string) {
  return typedEnd({ kind: 'invalid', message: '', ...error }, { form: MAIL, state, text, address, window: CLOUD });
}

test('each code has a sentence of its own in both languages, with every value filled in', () => {
  for (const text of [english, german]) {
    const sentences = SIGN_IN_CODES.map((code) => endOf({ code, host: 'mail.contoso.example' }, typed, text).sentence);
    expect(new Set(sentences).size).toBe(SIGN_IN_CODES.length);
    for (const sentence of sentences) expect(sentence).not.toMatch(/[{}]|typed\.|signIn\./);
  }
});

test('a refused password is emptied, stands under its field and says that the account is safe', () => {
  expect(endOf({ code: 'PASSWORD_WRONG' })).toEqual({
    sentence: 'Exchange refused this login or password. Type both again. At most 2 tries are sent, so your account is not locked.',
    field: 'password', blanks: true,
  });
  expect(endOf({ code: 'PASSWORD_WRONG' }, typed, german).sentence).toContain('Exchange lehnt Login oder Passwort ab. Geben Sie beides neu ein.');
  expect(withoutSecrets(MAIL, typed).typed).toEqual({ login: 'anna@contoso.example', url: 'https://mail.contoso.example/EWS' });
});

test('a server that is not found points to the link, by the domain of the login or of what Outlook shows', () => {
  const to = (login: string, address?: string) => endOf({ code: 'SERVER_NOT_FOUND' }, { ...typed, typed: { login } }, english, address);
  expect(to('anna@contoso.example')).toMatchObject({
    sentence: 'We found no Exchange server for contoso.example. Open «More» and paste its link.', field: 'url', blanks: false,
  });
  expect(to('CONTOSO\\anna', 'anna@fabrikam.example').sentence).toContain('for fabrikam.example');
  expect(to('CONTOSO\\anna').sentence).toBe('We found no Exchange server. Open «More» and paste its link.');
});

test('the host is the one that the server names, else that of the link', () => {
  expect(endOf({ code: 'CERTIFICATE' }).sentence).toBe('mail.contoso.example does not prove who it is. Nothing was sent.');
  expect(endOf({ code: 'FOREIGN_REDIRECT', host: 'other.example' }).sentence).toContain('points to other.example.');
  expect(endOf({ code: 'SERVER_UNREACHABLE' }, { ...typed, typed: {} }).sentence).toMatch(/^This server does not answer/);
});

test('what only an admin mends can be copied, a mailbox in the cloud goes to its own sign-in', () => {
  for (const code of ['SCHEME_UNSUPPORTED', 'EXTENDED_PROTECTION', 'ACCESS_OFF', 'CERTIFICATE', 'ADDRESS_REFUSED']) {
    expect(endOf({ code, field: 'url' }), code).toMatchObject({ verb: 'copy', verbText: 'Copy for admin', blanks: false });
    expect(endOf({ code, field: 'url' }).field).toBeUndefined();
  }
  expect(endOf({ code: 'CLOUD_MAILBOX' })).toMatchObject({ verb: 'switch', verbText: 'Sign in to Microsoft Office 365' });
});

test('a break is told in minutes, ours and the server\'s', () => {
  expect(endOf({ code: 'TOO_MANY_TRIES', kind: 'throttled', retryAfterSeconds: 601 }).sentence).toContain('in 11 min');
  expect(endOf({ code: 'EWS_BUSY', kind: 'throttled' }).sentence).toBe('Exchange asks for a break. Try again in 1 min.');
});

test('a code that this version does not know is told by its kind', () => {
  expect(endOf({ code: 'NEW', kind: 'unavailable' }).sentence).toMatch(/^mail\.contoso\.example does not answer/);
  expect(endOf({ code: 'NEW' }).sentence).toBe('Exchange did not finish the sign-in. Nothing changed.');
});

test('what is sent is what was typed; a secret of blanks is typed, a login of blanks is not', () => {
  expect(typedRequest(MAIL, typed)).toEqual({ system: 'mail', choice: 'server', values: typed.typed });
  expect(missingField(MAIL, { ...typed, typed: { login: ' ', password: ' ' } })).toBe('login');
  expect(missingField(MAIL, { ...typed, typed: { login: 'a', password: ' ' } })).toBeNull();
  expect(missingField(MAIL, { ...typed, typed: { login: 'a' } })).toBe('password');
});

test('what the admin filled in is neither asked for nor sent', () => {
  const preset = { isRequired: true, preset: 'https://mail.contoso.example' };
  const fields = MAIL.choices[0]?.fields.map((field) => (field.id === 'url' ? { ...field, ...preset } : field)) ?? [];
  const form = { ...MAIL, choices: [{ id: 'server', label: 'server', fields }] };
  expect(missingField(form, { ...typed, typed: { login: 'a', password: 'b' } })).toBeNull();
  expect(typedRequest(form, typed).values).not.toHaveProperty('url');
  expect(looksForServer(form, { ...typed, typed: {} })).toBe(false);
  expect(looksForServer(MAIL, { ...typed, typed: {} })).toBe(true);
});

test('the form is filled in with what was typed before', () => {
  const before = { choice: 'server', values: { login: 'CONTOSO\\anna' } };
  expect(beginForm([MAIL], before)).toEqual({ system: 'mail', choice: 'server', typed: { login: 'CONTOSO\\anna' } });
  expect(beginForm([MAIL], { ...before, choice: 'gone' }).choice).toBe('server');
});
