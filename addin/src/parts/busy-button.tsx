/** A primary or plain button of full width that says what it is doing, keeps its width and stays in reach of the keyboard. */
import { Button } from '@fluentui/react-button';
import { Spinner } from '@fluentui/react-spinner';
import { tokens } from '@fluentui/react-theme';
import { makeStyles, mergeClasses } from '@griffel/react';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  full: { width: '100%', minHeight: '32px' },
  // "Connecting…" must be read, and the colour of what is off cannot be.
  busy: {
    color: tokens.colorNeutralForeground2, ':hover': { color: tokens.colorNeutralForeground2 },
    ':hover:active': { color: tokens.colorNeutralForeground2 },
  },
});

export interface BusyButtonProps {
  readonly label: string;
  /** Present while it works: takes the label's place. */
  readonly busy?: string;
  readonly isPrimary?: boolean;
  /** Why it is off; absent when it is not. */
  readonly off?: string;
  readonly id?: string;
  readonly describedBy?: string;
  /** Sends the form it stands in, as Enter in a field does. */
  readonly isSubmit?: boolean;
  readonly onPress?: () => void;
}

export function BusyButton({ label, busy, isPrimary = false, off, id, describedBy, isSubmit = false, onPress }: BusyButtonProps): ReactNode {
  const styles = useStyles();
  return (
    <Button
      className={mergeClasses(styles.full, busy !== undefined && styles.busy)}
      appearance={isPrimary ? 'primary' : 'secondary'}
      disabledFocusable={busy !== undefined || off !== undefined}
      {...(busy === undefined ? {} : { icon: <Spinner size="tiny" /> })}
      {...(id ? { id } : {})}
      {...(describedBy ? { 'aria-describedby': describedBy } : {})}
      {...(off ? { title: off } : {})}
      {...(isSubmit ? { type: 'submit' as const } : {})}
      {...(onPress ? { onClick: onPress } : {})}
    >
      {busy ?? label}
    </Button>
  );
}
