/** What failed five times is shown to its user instead of lying unseen. */
import { app } from '@azure/functions';
import type { ApiServices } from '../app/api.ts';
import { noteFailedRun } from '../app/activation/failed-run.ts';
import { failPreview } from '../app/sync/preview.ts';
import { withinInvocation } from '../outside/log.ts';
import { readMessage } from '../outside/queue.ts';

export function syncMailboxPoison(services: ApiServices): void {
  app.storageQueue('queue-sync-mailbox-poison', {
    queueName: 'sync-mailbox-poison', connection: 'AzureWebJobsStorage',
    handler: (entry, context) => withinInvocation(context, () => noteFailedRun(services, readMessage(entry).userId)),
  });
}

export function previewMailboxPoison(services: ApiServices): void {
  app.storageQueue('queue-preview-mailbox-poison', {
    queueName: 'preview-mailbox-poison', connection: 'AzureWebJobsStorage',
    handler: (entry, context) => withinInvocation(context, () => failPreview(services, readMessage(entry).userId, 'PREVIEW_FAILED')),
  });
}
