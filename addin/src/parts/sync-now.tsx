/** "Sync now": off for a minute after a run, with the reason beside it for who cannot see that it is off. */
import { Button } from '@fluentui/react-button';
import type { UserState } from '@concord/api';
import type { ReactNode } from 'react';
import { useNow, useServices } from '../services.ts';
import { secondsUntilSyncNow } from '../state/status.ts';
import { useVerb } from '../state/verbs.ts';
import { useLayout } from './layout.ts';

export interface SyncNowProps {
  readonly id: string;
  readonly user: UserState;
  readonly className?: string;
  /** Where there is room, the reason stands beside the button for everybody. */
  readonly showsReason?: boolean;
  /** Where the screen calls it otherwise: "Check again". */
  readonly name?: string;
}

export function SyncNow({ id, user, className, showsReason = false, name }: SyncNowProps): ReactNode {
  const { text, store } = useServices();
  const layout = useLayout();
  const press = useVerb('syncNow');
  const wait = secondsUntilSyncNow(user, store.now());
  useNow(wait > 0 ? 1_000 : 30_000);
  const label = name ?? text('verb.syncNow');
  const look = className ? { className } : {};
  if (wait === 0) return <Button id={id} {...look} onClick={press}>{label}</Button>;
  const reason = text('sync.againIn', { s: wait });
  return (
    <>
      <Button id={id} {...look} disabledFocusable aria-describedby={`${id}-reason`} title={reason}>{label}</Button>
      <span id={`${id}-reason`} className={showsReason ? layout.hint : layout.hidden}>{reason}</span>
    </>
  );
}
