/** Asks once more before something is stopped or taken away. The focus begins on Cancel and returns to the opener. */
import { Button } from '@fluentui/react-button';
import { Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle } from '@fluentui/react-dialog';
import { useEffect, useId, type ReactNode } from 'react';
import { useText } from '../../services.ts';

export interface ConfirmProps {
  readonly title: string;
  readonly lines: readonly string[];
  readonly verb: string;
  readonly isBusy: boolean;
  /** Id of the button that asked. */
  readonly returnTo: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

export function Confirm({ title, lines, verb, isBusy, returnTo, onYes, onNo }: ConfirmProps): ReactNode {
  const text = useText();
  const cancel = useId();
  useEffect(() => {
    document.getElementById(cancel)?.focus();
    return () => {
      document.getElementById(returnTo)?.focus();
      // The dialog hides the page from screen readers, and forgets to show it again when it is taken away while open.
      requestAnimationFrame(() => document.getElementById('pane')?.removeAttribute('aria-hidden'));
    };
  }, [cancel, returnTo]);
  return (
    <Dialog open modalType="alert" onOpenChange={(_, data) => { if (!data.open) onNo(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle as="h2">{title}</DialogTitle>
          <DialogContent>{lines.map((line) => <div key={line}>{line}</div>)}</DialogContent>
          <DialogActions>
            <Button id={cancel} appearance="primary" onClick={onNo}>{text('window.cancel')}</Button>
            <Button disabledFocusable={isBusy} onClick={onYes}>{verb}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
