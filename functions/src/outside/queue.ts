/** Azure Storage Queues: one small envelope for every message, base64 because that is what the queue trigger reads. */
import { z } from 'zod';
import type { QueueServiceClient } from '@azure/storage-queue';
import { SyncError } from '../engine/errors.ts';
import type { Queue, QueueMessage, QueueName } from '../ports/world.ts';
import type { StorageSettings } from '../config.ts';
import { managedIdentity } from './identity.ts';

/** `v` lets a later build change the shape while messages of this one still lie in the queue. */
const Envelope = z.object({ v: z.literal(1), userId: z.string().regex(/^[0-9a-v]{26}$/) });

/**
 * The client library sends text as it is, while the trigger's default encoding is base64: a message in clear would end in
 * the poison queue unread (azure-sdk-for-js, storage-queue README; host.json `messageEncoding`).
 */
export function encodeMessage({ userId }: QueueMessage): string {
  return Buffer.from(JSON.stringify({ v: 1, userId })).toString('base64');
}

/** What a trigger hands over: the host has parsed the JSON already. Throws SyncError `bug` for anything but our envelope. */
export function readMessage(entry: unknown): QueueMessage {
  const parsed = Envelope.safeParse(entry);
  if (!parsed.success) throw new SyncError('bug', 'A queue message is not of the shape this build sends.', { code: 'BAD_MESSAGE' });
  return { userId: parsed.data.userId };
}

/** The client library loads with the first message sent: most requests send none. */
export function createQueue(storage: StorageSettings): Queue {
  let service: Promise<QueueServiceClient> | undefined;
  return {
    async send(name, message, delaySeconds = 0) {
      const client = (await (service ??= connect(storage))).getQueueClient(name);
      const options = delaySeconds > 0 ? { visibilityTimeout: Math.ceil(delaySeconds) } : {};
      try {
        await client.sendMessage(encodeMessage(message), options).catch(async (error: unknown) => {
          if (!isMissingQueue(error)) throw error;
          await client.createIfNotExists();
          return client.sendMessage(encodeMessage(message), options);
        });
      } catch (error) {
        throw unavailable(name, error);
      }
    },
  };
}

async function connect(storage: StorageSettings): Promise<QueueServiceClient> {
  const { QueueServiceClient: Service } = await import('@azure/storage-queue');
  return storage.by === 'connectionString'
    ? Service.fromConnectionString(storage.connectionString)
    : new Service(storage.queues, managedIdentity(storage.clientId));
}

/** The trigger's host makes a queue when it starts to listen; a message sent before that makes it here. */
function isMissingQueue(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'QueueNotFound';
}

function unavailable(name: QueueName, cause: unknown): SyncError {
  return new SyncError('unavailable', `The queue ${name} could not be reached: try again.`, { code: 'QUEUE_UNAVAILABLE', cause });
}
