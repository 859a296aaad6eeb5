/** Fetches words before a screen that prints them is drawn: those of the log, of records and of sign-ins are too many for the first chunk. */
import { useEffect, useState, type ReactNode } from 'react';
import { useText } from '../services.ts';
import { loadLesson, type Lesson } from '../text/index.ts';

interface Children {
  readonly children: ReactNode;
}

export function RecordWords({ children }: Children): ReactNode {
  return <Words lesson="records">{children}</Words>;
}

export function SignInWords({ children }: Children): ReactNode {
  return <Words lesson="signIn">{children}</Words>;
}

function Words({ lesson, children }: Children & { readonly lesson: Lesson }): ReactNode {
  const text = useText();
  const [isReady, setReady] = useState(text.hasLearnt(lesson));
  useEffect(() => {
    if (isReady) return;
    loadLesson(lesson, text.language).then((words) => {
      text.learn(lesson, words);
      setReady(true);
    // Thrown where the screen is drawn, as for a screen that cannot be fetched.
    }, (error: unknown) => { setReady(() => { throw error; }); });
  }, [isReady, lesson, text]);
  return isReady ? children : null;
}
