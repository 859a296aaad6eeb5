/** What the person asks for about a record: stored at once, carried out by the next run. */
import type { RecordWish } from '@concord/api';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { useState } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { useServices } from '../../services.ts';

export interface Wishing {
  readonly ask: (wish: RecordWish, words: string) => void;
  readonly isBusy: boolean;
  readonly failure: ApiFailure | null;
  /** What was said last; '' when nothing was asked. */
  readonly done: string;
}

export function useWish(record: string): Wishing {
  const { api, store } = useServices();
  const { announce } = useAnnounce();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [done, setDone] = useState('');
  const send = async (wish: RecordWish, words: string): Promise<void> => {
    setBusy(true);
    setFailure(null);
    setDone('');
    try {
      await api.wish(record, wish);
      setDone(words);
      announce(words);
      store.expectRun();
      await store.refresh();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
    }
    setBusy(false);
  };
  return { ask: (wish, words) => { if (!isBusy) void send(wish, words); }, isBusy, failure, done };
}
