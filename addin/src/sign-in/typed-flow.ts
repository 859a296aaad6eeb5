/** Drives one sign-in with typed credentials: one call, and what became of it. */
import type { ApiErrorBody, Claimed } from '@concord/api';
import { useEffect, useState } from 'react';
import { ApiFailure } from '../api/client.ts';
import { useServices } from '../services.ts';

export interface TypedWork {
  readonly connect: () => Promise<Claimed>;
  readonly done: (claimed: Claimed) => Promise<void>;
  readonly failed: (error: ApiErrorBody) => void;
}

export interface TypedFlow {
  begin(work: TypedWork): Promise<void>;
  /** Nobody waits for the answer any more. */
  cancel(): void;
}

export interface TypedFlowParts {
  readonly show: (isConnecting: boolean) => void;
  /** The server may have connected although nobody waited: the state is asked for. Also when the session is over. */
  readonly refresh: () => void;
}

/** One sign-in at a time; an answer that nobody waits for changes no screen. */
export function makeTypedFlow({ show, refresh }: TypedFlowParts): TypedFlow {
  let turn = 0;
  const run = async ({ connect, done, failed }: TypedWork, isWanted: () => boolean): Promise<void> => {
    try {
      const claimed = await connect();
      if (isWanted()) await done(claimed);
      else refresh();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      // That the session is over is said on top of the screen, once the store knows it.
      if (error.isSignedOut) refresh();
      else if (isWanted()) failed(error.body);
    } finally {
      if (isWanted()) show(false);
    }
  };
  return {
    cancel: () => {
      turn += 1;
      show(false);
    },
    begin: (work) => {
      turn += 1;
      const own = turn;
      show(true);
      return run(work, () => own === turn);
    },
  };
}

/** The flow of a screen; it ends with the screen. */
export function useTypedFlow(): TypedFlow & { readonly isConnecting: boolean } {
  const { store } = useServices();
  const [isConnecting, show] = useState(false);
  const [flow] = useState(() => makeTypedFlow({ show, refresh: () => { void store.refresh(); } }));
  useEffect(() => () => flow.cancel(), [flow]);
  return { ...flow, isConnecting };
}
