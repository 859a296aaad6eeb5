/** P4, the first sync: a bar with counts, what is left in minutes, and that closing the pane stops nothing. */
import type { Progress, UserState } from '@concord/api';
import { ProgressBar } from '@fluentui/react-progress';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { makeStyles } from '@griffel/react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { useNow, useServices } from '../../services.ts';
import { minutesLeft } from '../../state/status.ts';
import { clockTime } from '../../text/times.ts';
import { isLongRun, quarter } from './model.ts';

const useStyles = makeStyles({
  bar: {
    boxSizing: 'border-box',
    '@media screen and (forced-colors: active)': { border: '1px solid CanvasText', backgroundColor: 'Canvas' },
  },
});

export interface FirstSyncProps {
  readonly user: UserState;
  readonly progress: Progress;
  readonly isDelayed: boolean;
}

export function FirstSync({ user, progress, isDelayed }: FirstSyncProps): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const styles = useStyles();
  const now = useNow(5_000);
  const { done, total, startedAt } = progress;
  useQuarterSaid(quarter(done, total));
  const kind = text.known(`kind.${progress.kind}`, progress.kind);
  const next = isDelayed ? user.sync.nextRunAt : undefined;
  const goesOn = next === undefined ? '' : text('progress.goesOn', { time: clockTime(text, next) });
  const rest = text('progress.count', { a: done, b: total, min: minutesLeft(done, total, startedAt, now) });
  return (
    <section className={layout.group}>
      <ProgressBar
        className={styles.bar} value={total === 0 ? 0 : done / total} thickness="large"
        aria-label={text('chip.syncing', { a: done, b: total })}
      />
      <p className={layout.text}>{goesOn === '' ? text('progress.kind', { kind, rest }) : goesOn}</p>
      {isLongRun(user, now) ? <p className={layout.hint}>{text('progress.close')}</p> : null}
    </section>
  );
}

function useQuarterSaid(percent: number): void {
  const { text } = useServices();
  const { announce } = useAnnounce();
  const last = useRef(percent);
  useEffect(() => {
    if (percent === last.current) return;
    last.current = percent;
    announce(text('progress.said', { percent }));
  }, [announce, text, percent]);
}
