/** Several calls at once, since the service has none for several things. */
import { CALLS_AT_ONCE } from './limits.ts';

/** Results in the order of the jobs. After a failure nothing more begins; it is thrown when all that was under way has ended. */
export async function atOnce<Job, Result>(jobs: readonly Job[], work: (job: Job) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const left = jobs.entries();
  let hasFailed = false;
  const turn = async (): Promise<void> => {
    for (const [place, job] of left) {
      if (hasFailed) return;
      try {
        results[place] = await work(job);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const turns = await Promise.allSettled(Array.from({ length: Math.min(CALLS_AT_ONCE, jobs.length) }, turn));
  for (const one of turns) if (one.status === 'rejected') throw one.reason;
  return results;
}
