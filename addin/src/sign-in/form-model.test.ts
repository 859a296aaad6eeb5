import type { SignInForm } from '@concord/api';
import { expect, test } from 'vitest';
import { beginForm, choiceOf, formOf, missingField, requestOf, withSystem } from './form-model.ts';

const FORM: SignInForm = {
  system: 'crm', side: 'c', name: 'CRM', by: 'oauth',
  choices: [
    { id: 'production', label: 'production', fields: [] },
    { id: 'myDomain', label: 'myDomain', fields: [{ id: 'domain', label: 'domain', isRequired: true, kind: 'url' }] },
  ],
};
const OTHER: SignInForm = { ...FORM, system: 'other', choices: [{ id: 'only', label: 'only', fields: [] }] };

test('the first system and its first choice are chosen', () => {
  expect(beginForm([FORM, OTHER])).toEqual({ system: 'crm', choice: 'production', typed: {} });
  expect(withSystem([FORM, OTHER], 'other')).toEqual({ system: 'other', choice: 'only', typed: {} });
});

test('another choice brings its field, which must not be empty', () => {
  const state = { ...beginForm([FORM]), choice: 'myDomain' };
  expect(choiceOf(FORM, state)?.fields.map(({ id }) => id)).toEqual(['domain']);
  expect(missingField(FORM, state)).toBe('domain');
  const typed = { ...state, typed: { domain: ' acme.my.example ' } };
  expect(missingField(FORM, typed)).toBeNull();
  expect(requestOf(FORM, typed)).toEqual({ system: 'crm', choice: 'myDomain', domain: 'acme.my.example' });
});

test('what was typed for one choice is not sent with another', () => {
  expect(
    requestOf(FORM, { system: 'crm', choice: 'production', typed: { domain: 'acme' } }),
  ).toEqual({ system: 'crm', choice: 'production' });
});

test('a preset by the admin leaves nothing to choose', () => {
  const preset = { ...FORM, presetChoice: 'myDomain', presetDomain: 'acme.my.example' };
  expect(missingField(preset, beginForm([preset]))).toBeNull();
  expect(requestOf(preset, beginForm([preset]))).toEqual({ system: 'crm', choice: 'myDomain', domain: 'acme.my.example' });
});

test('an unknown system falls back to the first form', () => {
  expect(formOf([FORM], { system: 'gone', choice: '', typed: {} })?.system).toBe('crm');
});
