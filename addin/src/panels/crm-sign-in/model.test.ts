import { expect, test } from 'vitest';
import { crmOnly, userOf } from '../../testing/user.ts';
import { nextScreen, organizationOf } from './model.ts';

test('after the CRM comes the mailbox, and who is set up goes home', () => {
  expect(nextScreen(crmOnly())).toBe('#/activate/mailbox');
  expect(nextScreen(userOf())).toBe('#/');
});

test('the organization is named as the CRM names it', () => {
  expect(organizationOf(userOf())).toBe('Contoso');
  expect(
    organizationOf(userOf({ crm: { system: 's', name: 'Salesforce', login: 'a', connectedAt: 0, isRefused: false } })),
  ).toBe('Salesforce');
});
