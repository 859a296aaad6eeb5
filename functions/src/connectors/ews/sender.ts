/** Sends writing calls one after the other, and tells what became of each operation in them. */
import { SyncError } from '../../engine/errors.ts';
import type { Instant } from '../../engine/record.ts';
import { notSent } from '../../ports/side.ts';
import type { Clock } from '../../ports/world.ts';
import { messageError, refusal } from './errors.ts';
import type { EwsCall, ResponseMessage } from './soap.ts';
import { messagesOf } from './soap.ts';
import { idOf } from './seen.ts';
import { child } from './xml.ts';

/** `id`: the item as the server names it after the write; '' of a deletion. */
export type Outcome = { readonly id: string } | { readonly error: SyncError };

/** Answers in the order of the operations. */
export interface Send {
  <Job>(operation: string, jobs: readonly Job[], body: (jobs: readonly Job[]) => string): Promise<readonly Outcome[]>;
}

/** For one write of a Side: nothing is sent after `until`, nor once a call has failed as a whole. */
export type Sender = (until: Instant | undefined) => Send;

export function makeSender(call: EwsCall, clock: Clock): Sender {
  return (until = Infinity) => {
    let stopped: SyncError | undefined;
    const send: Send = async (operation, jobs, body) => {
      const stop = stopped ?? (clock.now() >= until ? notSent() : undefined);
      if (stop) return jobs.map(() => ({ error: stop }));
      try {
        const outcomes = outcomesOf(messagesOf(await call(operation, body(jobs), { writes: true })), jobs.length);
        stopped = outcomes.flatMap((one) => ('error' in one && one.error.kind === 'throttled' ? one.error : []))[0];
        return outcomes;
      } catch (error) {
        if (!(error instanceof SyncError)) throw error;
        // The schema judges a request as a whole, and nothing of it was done: the one at fault must not take the others along.
        if (error.kind === 'bug' && jobs.length > 1) return await oneByOne(operation, jobs, body);
        if (error.kind === 'bug') return [{ error: refusal('invalid', { ...error.details }) }];
        stopped = untried(error);
        return jobs.map(() => ({ error }));
      }
    };
    const oneByOne: Send = async (operation, jobs, body) => {
      const outcomes: Outcome[] = [];
      for (const job of jobs) outcomes.push(...await send(operation, [job], body));
      return outcomes;
    };
    return send;
  };
}

/** What is not sent any more has certainly not happened. */
function untried({ kind, message, details: { code, retryAfterMs, isPermanent } }: SyncError): SyncError {
  return new SyncError(kind, message, { code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }), ...(isPermanent === undefined ? {} : { isPermanent }) });
}

const STOPPED = 'ErrorBatchProcessingStopped';

function outcomesOf(messages: readonly ResponseMessage[], count: number): readonly Outcome[] {
  return messages.slice(0, count).map((message): Outcome => {
    // It was not tried, after one before it went wrong.
    if (message.code === STOPPED) return { error: notSent() };
    const error = messageError(message, true);
    const item = child(message.element, 'Items')?.children[0];
    return error ? { error } : { id: item ? idOf(item) : '' };
  });
}
