/** Saves what is synced, and lets the pane look for the run that comes of it. */
import type { ScopeChoice } from '@concord/api';
import { useState } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { useKnown, useServices } from '../../services.ts';

export interface Saving {
  readonly save: (choice: ScopeChoice, previewId?: string) => void;
  readonly isBusy: boolean;
  readonly failure: ApiFailure | null;
}

/** `onOld`: the counts that were approved are too old by now. */
export function useSave(onSaved: () => void, onOld?: () => void): Saving {
  const { api, store } = useServices();
  const { user } = useKnown();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const send = async (choice: ScopeChoice, previewId: string | undefined): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await api.changeScope({ ...choice, ...(previewId === undefined ? {} : { previewId }) });
      if (user?.activation === 'active') store.expectRun();
      await store.refresh();
      setBusy(false);
      onSaved();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
      setBusy(false);
      if (error.body.code === 'PREVIEW_OLD') onOld?.();
    }
  };
  return { save: (choice, previewId) => { if (!isBusy) void send(choice, previewId); }, isBusy, failure };
}
