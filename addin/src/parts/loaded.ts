/** One question to the server whose answer a screen shows: loading, the answer, or why there is none. */
import { useEffect, useState } from 'react';
import { ApiFailure } from '../api/client.ts';

export interface Loaded<Value> {
  readonly value: Value | null;
  readonly failure: ApiFailure | null;
  readonly again: () => void;
}

/** Asks when the screen appears and whenever `key` changes; what was loaded stays until the next answer. */
export function useLoaded<Value>(key: string, ask: () => Promise<Value>): Loaded<Value> {
  const [value, setValue] = useState<Value | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [turn, setTurn] = useState(0);
  const [question] = useState(() => ({ ask }));
  question.ask = ask;
  useEffect(() => {
    let isHere = true;
    question.ask().then(
      (answer) => {
        if (!isHere) return;
        setValue(answer);
        setFailure(null);
      },
      (error: unknown) => {
        if (!(error instanceof ApiFailure)) throw error;
        if (isHere) setFailure(error);
      },
    );
    return () => { isHere = false; };
  }, [key, turn, question]);
  return { value, failure, again: () => setTurn((n) => n + 1) };
}
