/** host.json as the host reads it, with the host's own defaults (learn.microsoft.com, "host.json reference"). */
import { readFileSync } from 'node:fs';

export interface HostSettings {
  readonly routePrefix: string;
  readonly queues: {
    readonly batchSize: number;
    readonly newBatchThreshold: number;
    readonly maxDequeueCount: number;
    /** Longest pause between two looks at an empty queue, milliseconds. */
    readonly maxPollingIntervalMs: number;
    /** Pause after a failure before the message is tried again, milliseconds. */
    readonly visibilityTimeoutMs: number;
    readonly messageEncoding: 'base64' | 'none';
  };
  /** How long a received message stays invisible while its function runs; renewed at half time. Fixed in Azure. */
  readonly invisibilityMs: number;
  /** How long the lock lasts that makes a timer a singleton, seconds; renewed at half time. Fixed in Azure. */
  readonly timerLeaseSeconds: number;
}

/** What the real host uses and host.json cannot change. */
export const FIXED = { invisibilityMs: 10 * 60_000, timerLeaseSeconds: 60 } as const;

interface HostFile {
  readonly version?: string;
  readonly extensions?: {
    readonly http?: { readonly routePrefix?: string };
    readonly queues?: {
      readonly batchSize?: number; readonly newBatchThreshold?: number; readonly maxDequeueCount?: number;
      readonly maxPollingInterval?: string; readonly visibilityTimeout?: string; readonly messageEncoding?: string;
    };
  };
}

const QUEUE_KEYS = ['batchSize', 'newBatchThreshold', 'maxDequeueCount', 'maxPollingInterval', 'visibilityTimeout', 'messageEncoding'];

/** Reads host.json. An unknown queue setting stops the start: Azure ignores it in silence, which hides typing errors. */
export function readHostSettings(file: string): HostSettings {
  const host = JSON.parse(readFileSync(file, 'utf8')) as HostFile;
  if (host.version !== '2.0') throw new Error(`${file}: "version" must be "2.0"`);
  const queues = host.extensions?.queues ?? {};
  const unknown = Object.keys(queues).find((key) => !QUEUE_KEYS.includes(key));
  if (unknown) throw new Error(`${file}: extensions.queues.${unknown} is not a setting of the queue trigger; known: ${QUEUE_KEYS.join(', ')}`);
  const batchSize = queues.batchSize ?? 16;
  if (batchSize < 1 || batchSize > 32) throw new Error(`${file}: extensions.queues.batchSize must be 1 to 32`);
  return {
    routePrefix: host.extensions?.http?.routePrefix ?? 'api',
    queues: {
      batchSize,
      newBatchThreshold: queues.newBatchThreshold ?? Math.ceil(batchSize / 2),
      maxDequeueCount: queues.maxDequeueCount ?? 5,
      maxPollingIntervalMs: timeSpan(queues.maxPollingInterval ?? '00:01:00'),
      visibilityTimeoutMs: timeSpan(queues.visibilityTimeout ?? '00:00:00'),
      messageEncoding: queues.messageEncoding === 'none' ? 'none' : 'base64',
    },
    ...FIXED,
  };
}

/** "hh:mm:ss" to milliseconds. */
export function timeSpan(text: string): number {
  const parts = /^(\d+):(\d{2}):(\d{2})(?:\.(\d+))?$/.exec(text);
  if (!parts) throw new Error(`"${text}" is not a time span; write hh:mm:ss`);
  const [, hours, minutes, seconds, fraction] = parts;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds) + Number(`0.${fraction ?? 0}`)) * 1000;
}
