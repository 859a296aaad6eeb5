import path from 'node:path';
import { expect, test } from 'vitest';
import { readHostSettings } from './settings.ts';

const HOST_FILE = path.resolve(import.meta.dirname, '../../functions/host.json');

test('in production a failed message waits a minute, a running one is invisible for ten, and the timer lock lasts one', () => {
  const { queues, invisibilityMs, timerLeaseSeconds } = readHostSettings(HOST_FILE);
  expect(queues).toEqual({
    batchSize: 8, newBatchThreshold: 4, maxDequeueCount: 5, maxPollingIntervalMs: 5_000, visibilityTimeoutMs: 60_000, messageEncoding: 'base64',
  });
  expect(invisibilityMs).toBe(600_000);
  expect(timerLeaseSeconds).toBe(60);
});
