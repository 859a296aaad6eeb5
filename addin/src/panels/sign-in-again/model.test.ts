import type { SignInForm } from '@concord/api';
import { expect, test } from 'vitest';
import { userOf } from '../../testing/user.ts';
import { refusedOf } from './model.ts';

const form = (system: string, side: 'm' | 'c'): SignInForm => (
  { system, side, name: system, by: 'oauth', choices: [{ id: 'x', label: 'x', fields: [] }] }
);
const forms = [form('salesforce', 'c'), form('graph', 'm'), form('other', 'm')];
const user = userOf({ forms, activation: 'suspended' });

test('the refused side is signed in to with its own form', () => {
  const crm = { ...user, crm: { system: 'salesforce', name: 'Salesforce', login: 'a', connectedAt: 0, isRefused: true } };
  expect(refusedOf(crm)).toMatchObject({ side: 'c', name: 'Salesforce', forms: [{ system: 'salesforce' }] });
});

test('the mailbox is meant where nothing says which side it is', () => {
  expect(refusedOf(user)).toMatchObject({ side: 'm', name: 'Microsoft Office 365', forms: [{ system: 'graph' }] });
});

test('a side without a connection offers every form of it', () => {
  const { mailbox: _, ...without } = user;
  expect(refusedOf(without).forms.map(({ system }) => system)).toEqual(['graph', 'other']);
});
