/** The error of a screen itself: the sentence on top with "Try again"; what was loaded stays below it. */
import type { ReactNode } from 'react';
import type { ApiFailure } from '../api/client.ts';
import { useServices } from '../services.ts';
import { sentenceOf } from '../text/sentences.ts';
import { Notice } from './notice.tsx';

export function Failure({ failure, onAgain }: { readonly failure: ApiFailure | null; readonly onAgain?: () => void }): ReactNode {
  const { store, text } = useServices();
  if (!failure) return null;
  const sentence = sentenceOf(failure.body, text, store.now());
  return <Notice intent="error" sentence={sentence} {...(onAgain ? { verb: text('verb.tryAgain'), onVerb: onAgain } : {})} />;
}
