/**
 * The log: one JSON object a line, event name first. Inside an invocation it goes through the host's own context, because
 * Application Insights joins only those lines to their invocation.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { InvocationContext } from '@azure/functions';
import type { Log, LogFacts } from '../ports/world.ts';

type Sink = Pick<InvocationContext, 'log' | 'warn' | 'error'>;

const current = new AsyncLocalStorage<Sink>();

/** Runs a handler so that what it logs belongs to this invocation, however deep the caller. */
export function withinInvocation<Result>(context: Sink, work: () => Promise<Result>): Promise<Result> {
  return current.run(context, work);
}

export const hostLog: Log = {
  info: (event, facts) => { (current.getStore() ?? console).log(line(event, facts)); },
  warn: (event, facts) => { (current.getStore() ?? console).warn(line(event, facts)); },
  error: (event, facts) => { (current.getStore() ?? console).error(line(event, facts)); },
};

function line(event: string, facts: LogFacts = {}): string {
  return JSON.stringify({ event, ...facts });
}
