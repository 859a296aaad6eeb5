/** Under the button: what goes on in the other window, or how it ended, with the verb that goes on from there. */
import { Button } from '@fluentui/react-button';
import type { ReactNode } from 'react';
import { useLayout } from '../parts/layout.ts';
import { Notice } from '../parts/notice.tsx';
import { useServices } from '../services.ts';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { isBusy, type SignInEnd, type SignInState } from './model.ts';

export interface SignInProgressProps {
  readonly state: SignInState;
  readonly end: SignInEnd | null;
  readonly system: string;
  readonly onAgain: () => void;
  readonly onCancel: () => void;
}

export function SignInProgress({ state, end, system, onAgain, onCancel }: SignInProgressProps): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const { announce } = useAnnounce();
  if (isBusy(state)) {
    return (
      <div className={layout.group}>
        <p className={layout.text} role="status">{text(state.step === 'checking' ? 'window.checking' : 'window.finish')}</p>
        <div className={layout.row}>
          <Button size="small" onClick={onAgain}>{text('window.again')}</Button>
          <Button size="small" appearance="subtle" onClick={onCancel}>{text('window.cancel')}</Button>
        </div>
      </div>
    );
  }
  if (!end) return null;
  const copy = (): void => {
    const code = state.step === 'failed' ? state.error.code : '';
    void navigator.clipboard.writeText(text('report.request', { code, system })).then(() => announce(text('verb.copied')));
  };
  // A window that was closed is the person's own doing: said calmly.
  const intent = state.step === 'closed' || state.step === 'blocked' ? 'warning' : 'error';
  if (end.isOnField) return null;
  return <Notice intent={intent} sentence={end.sentence} verb={text(end.verbText)} onVerb={end.verb === 'copy' ? copy : onAgain} />;
}
