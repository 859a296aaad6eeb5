import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('what the deployment leaves out has its live default', () => {
  expect(readConfig({})).toEqual({ apiUrl: '/api', microsoftClientId: '' });
  expect(readConfig('nonsense')).toEqual({ apiUrl: '/api', microsoftClientId: '' });
  expect(
    readConfig({ apiUrl: 'https://api.concord.example/api/', microsoftClientId: 7 }),
  ).toEqual({ apiUrl: 'https://api.concord.example/api', microsoftClientId: '' });
});
