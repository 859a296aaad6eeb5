/** The rep beside the crashes: activates through the pane's API, presses "Sync now", and signs in again where sync asks for it. */
import { ApiFailure } from '../../sandbox/rep.ts';
import type { Hands } from './people.ts';
import type { ChaosWorld, HostProcess } from './world.ts';

export interface ChaosRep {
  /** How often sync or session had to be signed in to anew, the first time left out. */
  signIns(): number;
  syncNow(): Promise<void>;
  /** What a rep does whose pane shows the dialog again. */
  reconnect(side: 'm' | 'c'): Promise<void>;
}

/** The three steps of the pane. The message that starts the first sync stays in its queue. */
export async function activate({ apiOrigin }: ChaosWorld, host: HostProcess, { mailbox, crm }: Hands): Promise<ChaosRep> {
  let rep = await crm.signIn(apiOrigin);
  let signIns = 0;
  await mailbox.connect(rep);
  await rep.call('POST', 'preview');
  await host.ask({ do: 'drain' });
  const preview = await rep.call<{ id: string; state: string; error?: string }>('GET', 'preview');
  if (preview.state !== 'ready') throw new Error(`the preview is ${preview.state}: ${preview.error ?? 'no reason given'}`);
  await rep.call('POST', 'activate', { kinds: ['contact'], previewId: preview.id });

  /** A session whose next secret was lost in a crash is over: the rep signs in again. */
  async function pressSyncNow(): Promise<void> {
    try {
      await rep.call('POST', 'sync');
    } catch (error) {
      if (!(error instanceof ApiFailure) || error.status !== 401) throw error;
      rep = await crm.signIn(apiOrigin);
      signIns += 1;
      await rep.call('POST', 'sync');
    }
  }
  return {
    signIns: () => signIns,
    syncNow: async () => {
      try {
        await pressSyncNow();
      } catch (error) {
        // A run that ended a moment ago, and a suspended one, refuse; neither is what this test is about.
        if (!(error instanceof ApiFailure) || (error.code !== 'TOO_SOON' && error.code !== 'WRONG_STATE')) throw error;
      }
    },
    reconnect: async (side) => {
      signIns += 1;
      if (side === 'c') rep = await crm.signIn(apiOrigin);
      else await mailbox.connect(rep);
    },
  };
}
