/** Counts a preview. Its own queue: a person waits for it, and a long queue of runs must not stand before him. */
import { app } from '@azure/functions';
import type { ApiServices } from '../app/api.ts';
import { buildPreview } from '../app/sync/preview.ts';
import { withinInvocation } from '../outside/log.ts';
import { readMessage } from '../outside/queue.ts';

export function previewMailboxQueue(services: ApiServices): void {
  app.storageQueue('queue-preview-mailbox', {
    queueName: 'preview-mailbox', connection: 'AzureWebJobsStorage',
    handler: (entry, context) => withinInvocation(context, async () => { await buildPreview(services, readMessage(entry).userId); }),
  });
}
