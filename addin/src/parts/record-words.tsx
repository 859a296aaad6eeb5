/** Fetches the words of the log and of records before a screen that prints them is drawn: they are too many for the first chunk. */
import { useEffect, useState, type ReactNode } from 'react';
import { useText } from '../services.ts';
import { loadRecords } from '../text/index.ts';

export function RecordWords({ children }: { readonly children: ReactNode }): ReactNode {
  const text = useText();
  const [isReady, setReady] = useState(text.hasLearnt());
  useEffect(() => {
    if (isReady) return;
    loadRecords(text.language).then((words) => {
      text.learn(words);
      setReady(true);
    // Thrown where the screen is drawn, as for a screen that cannot be fetched.
    }, (error: unknown) => { setReady(() => { throw error; }); });
  }, [isReady, text]);
  return isReady ? children : null;
}
