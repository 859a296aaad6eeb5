/** Every minute: who is due is queued. The host runs it on one instance only; a tick that is repeated queues nobody twice. */
import { app } from '@azure/functions';
import type { ApiServices } from '../app/api.ts';
import { dispatchDue } from '../app/sync/dispatch.ts';
import { withinInvocation } from '../outside/log.ts';

export function dispatchTimer(services: ApiServices): void {
  app.timer('timer-dispatch', {
    schedule: '0 * * * * *',
    handler: (_timer, context) => withinInvocation(context, async () => { await dispatchDue(services); }),
  });
}
