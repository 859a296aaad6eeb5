/** Runs chunks of seeds in a thread of its own and shrinks what fails. */
import { parentPort } from 'node:worker_threads';
import { runSeed } from './run.ts';
import { shrink } from './shrink.ts';
import { telling } from './words.ts';

export interface Answer {
  readonly events: number;
  /** What to tell a person about each failing seed. */
  readonly failures: readonly string[];
}

const SHRINK_MS = 20_000;

parentPort?.on('message', (chunk: { readonly from: number; readonly to: number; readonly shrinks: number }) => {
  void answerTo(chunk).then((answer) => parentPort?.postMessage(answer));
});

async function answerTo({ from, to, shrinks }: { readonly from: number; readonly to: number; readonly shrinks: number }): Promise<Answer> {
  const failures: string[] = [];
  let events = 0;
  for (let seed = from; seed < to; seed += 1) {
    const result = await runSeed(seed);
    events += result.events;
    if (!result.violation) continue;
    const until = Date.now() + SHRINK_MS;
    const shrunk = failures.length < shrinks ? await shrink(seed, () => Date.now() > until) : undefined;
    failures.push(telling(result, shrunk));
  }
  return { events, failures };
}
