/** A sentence that something went wrong or changed, with one verb. Never for a standing fact: it is read at every mount. */
import { Button } from '@fluentui/react-button';
import { MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-message-bar';
import type { ReactNode } from 'react';

export interface NoticeProps {
  readonly intent: 'info' | 'success' | 'warning' | 'error';
  readonly sentence: string;
  readonly verb?: string;
  readonly onVerb?: () => void;
  readonly id?: string;
}

export function Notice({ intent, sentence, verb, onVerb, id }: NoticeProps): ReactNode {
  return (
    <MessageBar intent={intent} layout="multiline" {...(id ? { id } : {})}>
      <MessageBarBody>{sentence}</MessageBarBody>
      {verb && onVerb ? <MessageBarActions><Button size="small" onClick={onVerb}>{verb}</Button></MessageBarActions> : null}
    </MessageBar>
  );
}
