/** Keeps the preview up to date while it is counted: asks for the last one, starts one where there is none. */
import type { Preview } from '@concord/api';
import { useEffect, useState } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { useServices } from '../../services.ts';

const LOOK_EVERY_MS = 1_000;

export interface PreviewState {
  readonly preview: Preview | null;
  readonly failure: ApiFailure | null;
  readonly countAgain: () => void;
}

export function usePreview(): PreviewState {
  const { api } = useServices();
  const [preview, setPreview] = useState<Preview | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [round, setRound] = useState({ n: 0, isNew: false });
  useEffect(() => {
    let timer: number | undefined;
    let isHere = true;
    const show = (next: Preview): void => {
      if (!isHere) return;
      setPreview(next);
      if (next.state === 'reading') timer = window.setTimeout(() => follow(api.preview()), LOOK_EVERY_MS);
    };
    const follow = (asked: Promise<Preview>): void => {
      asked.then(show, (error: unknown) => {
        if (!(error instanceof ApiFailure)) throw error;
        if (!isHere) return;
        if (error.body.code === 'NOT_FOUND') follow(api.startPreview());
        else setFailure(error);
      });
    };
    follow(round.isNew ? api.startPreview() : api.preview());
    return () => {
      isHere = false;
      window.clearTimeout(timer);
    };
  }, [api, round]);
  return {
    preview,
    failure,
    countAgain: () => {
      setFailure(null);
      setPreview(null);
      setRound(({ n }) => ({ n: n + 1, isNew: true }));
    },
  };
}
