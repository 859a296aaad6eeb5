/** Queue triggers: receive in batches, renew invisibility, retry, and the poison queue, as the storage extension does. */
import { setTimeout as delay } from 'node:timers/promises';
import type { DequeuedMessageItem, QueueClient, QueueServiceClient } from '@azure/storage-queue';
import type { RegisteredFunction, Registry } from './core-module.ts';
import { invoke, type AppHookData, type HostLog } from './invoke.ts';
import type { HostSettings } from './settings.ts';

const POISON_SUFFIX = '-poison';
const SHORTEST_POLL_MS = 100;

export interface QueueOptions {
  readonly registry: Registry;
  readonly queues: QueueServiceClient;
  readonly settings: HostSettings;
  readonly appHookData: AppHookData;
  readonly log: HostLog;
}

export interface QueueListener {
  /** Receives and runs until no queue shows a message any more. Answers how many were run. */
  drain(): Promise<number>;
  /** Polls for ever, backing off from 100 ms to the longest interval while a queue is empty. */
  listen(): void;
  /** Waits for the functions that run; receives no more. */
  close(): Promise<void>;
}

interface Source {
  readonly registered: RegisteredFunction;
  readonly binding: string;
  readonly client: QueueClient;
  readonly poison: QueueClient | null;
}

export async function startQueues(options: QueueOptions): Promise<QueueListener> {
  const sources = [...options.registry.functions.values()].flatMap((registered) => sourceOf(registered, options.queues));
  for (const source of sources) await source.client.createIfNotExists();
  const running = new Set<Promise<void>>();
  const stop = new AbortController();

  async function receive(source: Source): Promise<number> {
    const { items } = await receiveSome(source, options.settings);
    for (const message of items) {
      const work = runMessage(source, message, options).finally(() => running.delete(work));
      running.add(work);
    }
    return items.length;
  }

  async function poll(source: Source): Promise<void> {
    let pause = SHORTEST_POLL_MS;
    while (!stop.signal.aborted) {
      const inFlight = running.size;
      const count = inFlight > options.settings.queues.newBatchThreshold ? 0 : await receive(source);
      pause = count > 0 ? SHORTEST_POLL_MS : Math.min(pause * 2, options.settings.queues.maxPollingIntervalMs);
      if (count === 0) await delay(pause, undefined, { signal: stop.signal, ref: false }).catch(rethrowUnlessStopped(stop.signal));
    }
  }

  const loops: Promise<void>[] = [];
  return {
    drain: async () => {
      let total = 0;
      for (;;) {
        let count = 0;
        for (const source of sources) count += await receive(source);
        await Promise.all(running);
        if (count === 0) return total;
        total += count;
      }
    },
    listen: () => { for (const source of sources) loops.push(poll(source)); },
    close: async () => {
      stop.abort();
      await Promise.all(loops);
      await Promise.all(running);
    },
  };
}

function rethrowUnlessStopped(signal: AbortSignal): (error: unknown) => void {
  return (error) => { if (!signal.aborted) throw error; };
}

function sourceOf(registered: RegisteredFunction, queues: QueueServiceClient): Source[] {
  const trigger = Object.entries(registered.metadata.bindings).find(([, binding]) => binding.type === 'queueTrigger');
  if (!trigger) return [];
  const [binding, options] = trigger;
  const name = String(options['queueName']);
  const poison = name.endsWith(POISON_SUFFIX) ? null : queues.getQueueClient(`${name}${POISON_SUFFIX}`);
  return [{ registered, binding, client: queues.getQueueClient(name), poison }];
}

async function receiveSome(source: Source, settings: HostSettings): Promise<{ items: readonly DequeuedMessageItem[] }> {
  const answer = await source.client.receiveMessages({
    numberOfMessages: settings.queues.batchSize, visibilityTimeout: Math.ceil(settings.invisibilityMs / 1000),
  });
  return { items: answer.receivedMessageItems };
}

async function runMessage(source: Source, message: DequeuedMessageItem, options: QueueOptions): Promise<void> {
  const { queues, invisibilityMs } = options.settings;
  if (message.dequeueCount > queues.maxDequeueCount) return toPoison(source, message, message.popReceipt, options.log);
  let receipt = message.popReceipt;
  let renewing: Promise<void> = Promise.resolve();
  const renewal = setInterval(() => {
    renewing = source.client.updateMessage(message.messageId, receipt, undefined, Math.ceil(invisibilityMs / 1000))
      .then((answer) => { receipt = answer.popReceipt ?? receipt; })
      .catch((error: unknown) => options.log('warning', source.registered.metadata.name, `renewing a message failed: ${String(error)}`));
  }, invisibilityMs / 2);
  renewal.unref();
  // A renewal that is on its way makes a new receipt, and only the newest is good.
  const ended = async (): Promise<void> => { clearInterval(renewal); await renewing; };
  try {
    const text = queues.messageEncoding === 'base64' ? decodeBase64(message.messageText) : message.messageText;
    await invoke(options.registry, source.registered, {
      inputData: [{ name: source.binding, data: { string: text } }],
      triggerMetadata: triggerMetadata(message),
    }, options.appHookData, options.log);
    await ended();
  } catch (error) {
    await ended();
    options.log('error', source.registered.metadata.name, error instanceof Error ? error.stack ?? error.message : String(error));
    if (message.dequeueCount >= queues.maxDequeueCount) return toPoison(source, message, receipt, options.log);
    return unlessTaken(source.client.updateMessage(message.messageId, receipt, undefined, Math.ceil(queues.visibilityTimeoutMs / 1000)));
  }
  await unlessTaken(source.client.deleteMessage(message.messageId, receipt));
}

/** A message whose invisibility ended may be somebody else's by now, who will delete it (azure-sdk-for-net, QueueProcessor). */
async function unlessTaken(change: Promise<unknown>): Promise<void> {
  try {
    await change;
  } catch (error) {
    const { statusCode, code } = error as { statusCode?: number; code?: string };
    if (statusCode !== 404 && code !== 'PopReceiptMismatch') throw error;
  }
}

/** A text that is not base64 cannot be decoded by the real host: the message ends in the poison queue. */
function decodeBase64(text: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) throw new Error('the message is not base64, as host.json says it is');
  return Buffer.from(text, 'base64').toString('utf8');
}

async function toPoison(source: Source, message: DequeuedMessageItem, receipt: string, log: HostLog): Promise<void> {
  const name = source.registered.metadata.name;
  if (source.poison) {
    await source.poison.createIfNotExists();
    await source.poison.sendMessage(message.messageText);
    log('error', name, `message ${message.messageId} went to ${source.poison.name} after ${message.dequeueCount} tries`);
  } else {
    log('error', name, `message ${message.messageId} was dropped after ${message.dequeueCount} tries`);
  }
  await unlessTaken(source.client.deleteMessage(message.messageId, receipt));
}

function triggerMetadata(message: DequeuedMessageItem): Record<string, { string?: string; int?: number }> {
  return {
    Id: { string: message.messageId }, DequeueCount: { int: message.dequeueCount }, PopReceipt: { string: message.popReceipt },
    InsertionTime: { string: message.insertedOn.toISOString() }, ExpirationTime: { string: message.expiresOn.toISOString() },
    NextVisibleTime: { string: message.nextVisibleOn.toISOString() },
  };
}
