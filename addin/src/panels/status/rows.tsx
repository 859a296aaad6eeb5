/** Rows of runs: result by icon and word; idle runs folded into one row. */
import type { RunSummary } from '@concord/api';
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle';
import { ChevronDownRegular } from '@fluentui/react-icons/svg/chevron-down';
import { ChevronRightRegular } from '@fluentui/react-icons/svg/chevron-right';
import { ErrorCircleRegular } from '@fluentui/react-icons/svg/error-circle';
import { WarningRegular } from '@fluentui/react-icons/svg/warning';
import { tokens } from '@fluentui/react-theme';
import { makeStyles, mergeClasses } from '@griffel/react';
import { useState, type ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { RowLink } from '../../parts/row-link.tsx';
import { hashes } from '../../router/route.ts';
import { useServices } from '../../services.ts';
import type { Text } from '../../text/index.ts';
import { sentenceOf } from '../../text/sentences.ts';
import { moment } from '../../text/times.ts';
import { changesOf, type RunRow } from './model.ts';

const useStyles = makeStyles({
  fold: {
    display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, width: '100%', minHeight: '44px', padding: 0, border: 'none',
    font: 'inherit',
    textAlign: 'start', color: tokens.colorNeutralForeground1, backgroundColor: 'transparent', cursor: 'pointer',
    borderRadius: tokens.borderRadiusMedium,
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  inner: { paddingInlineStart: tokens.spacingHorizontalL },
});

export function RunRows({ rows }: { readonly rows: readonly RunRow[] }): ReactNode {
  return rows.map((row) => (row.type === 'run'
    ? <li key={row.run.id} {...(row.run.counts.error > 0 ? { 'data-not-accepted': '' } : {})}><OneRun run={row.run} /></li>
    : <li key={row.id}><IdleRuns row={row} /></li>));
}

function OneRun({ run }: { readonly run: RunSummary }): ReactNode {
  const { store, text } = useServices();
  return (
    <RowLink
      id={`run-${run.id}`} hash={hashes.run(run.id)} icon={<ResultIcon run={run} />}
      title={`${moment(text, run.startedAt, store.now())} · ${resultWords(run, text, store.now())}`}
    />
  );
}

function ResultIcon({ run }: { readonly run: RunSummary }): ReactNode {
  const layout = useLayout();
  const isStopped = run.error?.kind === 'credentialsRejected' || run.error?.kind === 'denied';
  if (isStopped) return <ErrorCircleRegular className={mergeClasses(layout.icon, layout.bad)} />;
  if (run.error || run.counts.error > 0) return <WarningRegular className={mergeClasses(layout.icon, layout.care)} />;
  return <CheckmarkCircleRegular className={mergeClasses(layout.icon, layout.good)} />;
}

/** "22 changes · 1 not accepted": counts of what was written, never only "done". */
function resultWords(run: RunSummary, text: Text, now: number): string {
  if (run.error) return sentenceOf(run.error, text, now);
  const changes = changesOf(run);
  const bad = run.counts.error;
  const parts = [
    ...(changes > 0 || bad === 0 ? [text.count('status.changes', changes)] : []),
    ...(bad > 0 ? [text('status.notAccepted', { n: bad })] : []),
  ];
  return parts.join(' · ');
}

function IdleRuns({ row }: { readonly row: Extract<RunRow, { type: 'idle' }> }): ReactNode {
  const styles = useStyles();
  const layout = useLayout();
  const { store, text } = useServices();
  const [isOpen, setOpen] = useState(false);
  const newest = row.runs[0];
  if (!newest) return null;
  return (
    <>
      <button type="button" id={`idle-${row.id}`} className={styles.fold} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <CheckmarkCircleRegular className={mergeClasses(layout.icon, layout.good)} />
        <span className={mergeClasses(layout.text, layout.grow, layout.ellipsis)}>
          {moment(text, newest.startedAt, store.now())}{' · '}{text.count('status.idle', row.runs.length)}
        </span>
        {isOpen ? <ChevronDownRegular className={layout.smallIcon} /> : <ChevronRightRegular className={layout.smallIcon} />}
      </button>
      {isOpen ? (
        <ul className={mergeClasses(layout.list, styles.inner)}>
          {row.runs.map((run) => <li key={run.id}><OneRun run={run} /></li>)}
        </ul>
      ) : null}
    </>
  );
}
