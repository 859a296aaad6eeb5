/** The error of a screen itself: the sentence on top with "Try again"; what was loaded stays below it. */
import { useEffect, type ReactNode } from 'react';
import type { ApiFailure } from '../api/client.ts';
import { useServices } from '../services.ts';
import { sentenceOf } from '../text/sentences.ts';
import { Notice } from './notice.tsx';

export function Failure({ failure, onAgain }: { readonly failure: ApiFailure | null; readonly onAgain?: () => void }): ReactNode {
  const { store, text } = useServices();
  const isOver = failure?.isSignedOut === true;
  // The end of the session is one cause and is said once, on top of the screen (session-over.tsx), as soon as the store knows.
  useEffect(() => { if (isOver) void store.refresh(); }, [isOver, store]);
  if (!failure || isOver) return null;
  const sentence = sentenceOf(failure.body, text, store.now());
  return <Notice intent="error" sentence={sentence} {...(onAgain ? { verb: text('verb.tryAgain'), onVerb: onAgain } : {})} />;
}
