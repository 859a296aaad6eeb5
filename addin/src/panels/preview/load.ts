/**
 * Keeps the preview up to date while it is counted. That of a first sync is the last one, or a new one where there is none; a choice of
 * what is synced is counted anew.
 */
import type { Preview, ScopeChoice } from '@concord/api';
import { useEffect, useState } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { useServices } from '../../services.ts';

const LOOK_EVERY_MS = 1_000;

export interface PreviewState {
  readonly preview: Preview | null;
  readonly failure: ApiFailure | null;
  readonly countAgain: () => void;
}

export function usePreview(scope?: ScopeChoice): PreviewState {
  const { api } = useServices();
  const [request] = useState(scope ? { scope } : {});
  const [preview, setPreview] = useState<Preview | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [round, setRound] = useState({ n: 0, isNew: scope !== undefined });
  useEffect(() => {
    let timer: number | undefined;
    let isHere = true;
    const show = (next: Preview): void => {
      if (!isHere) return;
      setPreview(next);
      if (next.state === 'reading') timer = window.setTimeout(() => follow(api.preview()), LOOK_EVERY_MS);
    };
    const follow = (asked: Promise<Preview>, orStart = false): void => {
      asked.then(show, (error: unknown) => {
        if (!(error instanceof ApiFailure)) throw error;
        if (!isHere) return;
        if (orStart && error.body.code === 'NOT_FOUND') follow(api.startPreview(request));
        else setFailure(error);
      });
    };
    if (round.isNew) follow(api.startPreview(request));
    else follow(api.preview(), true);
    return () => {
      isHere = false;
      window.clearTimeout(timer);
    };
  }, [api, request, round]);
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
