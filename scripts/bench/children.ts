/** A child process whose processor time is measured: it does one thing at a time when asked, and tells what it took. */
import { fork } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { inspect } from 'node:util';
import { ROOT } from '../run.ts';

export interface Child<Order, Answer> {
  ask(order: Order): Promise<Answer>;
  /** SIGKILL, at once; answers when the process is gone. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

interface Reply<Answer> { readonly answer?: Answer; readonly error?: string }

/** `file` lies in this folder, or is a whole path. It serves orders with `serveOrders`. `flags` are node's. */
export function startChild<Order extends object, Answer>(file: string, flags: readonly string[] = []): Child<Order, Answer> {
  const child = fork(path.resolve(ROOT, 'scripts/bench', file), {
    // Its words go to standard error: standard output is the result's.
    stdio: ['ignore', 2, 'inherit', 'ipc'], serialization: 'advanced', execArgv: ['--disable-warning=ExperimentalWarning', ...flags],
  });
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  const settle = (reply: Reply<Answer>): void => {
    const waiter = waiting;
    waiting = undefined;
    if (reply.error !== undefined) waiter?.reject(new Error(`${file}: ${reply.error}`));
    else waiter?.resolve(reply.answer as Answer);
  };
  child.on('message', (reply) => settle(reply as Reply<Answer>));
  let end: string | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      end = `ended with ${signal ?? `code ${String(code)}`}`;
      settle({ error: end });
      resolve();
    });
  });
  return {
    ask: (order) => new Promise((resolve, reject) => {
      if (waiting) throw new Error(`${file} is still at work`);
      if (end !== undefined) throw new Error(`${file}: ${end}`);
      waiting = { resolve, reject };
      // A child that is just ending tells why by its exit.
      child.send(order, () => undefined);
    }),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    close: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** The child's half: answers one order after the other until the parent lets go. */
export function serveOrders<Order, Answer>(serve: (order: Order) => Promise<Answer>): void {
  process.on('message', (order) => {
    serve(order as Order).then(
      (answer) => process.send?.({ answer }),
      (error: unknown) => process.send?.({ error: inspect(error) }),
    );
  });
  process.once('disconnect', () => process.exit(0));
}

/** Processor milliseconds (user and system, all threads) of this process while `work` runs. */
export async function cpuOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
