/** One message, one look at one mailbox. A thrown error brings the message again, at last into the poison queue. */
import { app } from '@azure/functions';
import type { ApiServices } from '../app/api.ts';
import { syncMailbox } from '../app/sync/sync-mailbox.ts';
import { withinInvocation } from '../outside/log.ts';
import { readMessage } from '../outside/queue.ts';

export function syncMailboxQueue(services: ApiServices): void {
  app.storageQueue('queue-sync-mailbox', {
    queueName: 'sync-mailbox', connection: 'AzureWebJobsStorage',
    handler: (entry, context) => withinInvocation(context, async () => { await syncMailbox(services, readMessage(entry).userId); }),
  });
}
