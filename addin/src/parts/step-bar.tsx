/** "Step 2 of 3" with its bar, in the header of the activation. */
import { ProgressBar } from '@fluentui/react-progress';
import { makeStyles, mergeClasses } from '@griffel/react';
import { tokens } from '@fluentui/react-theme';
import type { ReactNode } from 'react';
import { useText } from '../services.ts';
import { useLayout } from './layout.ts';

const STEPS = 3;

const useStyles = makeStyles({
  line: { flexWrap: 'nowrap' },
  words: { whiteSpace: 'nowrap', flexShrink: 0 },
  bar: {
    flex: '1 1 auto', minWidth: '0',
    '@media screen and (forced-colors: active)': { border: '1px solid CanvasText', backgroundColor: 'Canvas' },
  },
  gap: { gap: tokens.spacingHorizontalM },
});

export function StepBar({ step }: { readonly step: 1 | 2 | 3 }): ReactNode {
  const styles = useStyles();
  const layout = useLayout();
  const words = useText()('step.count', { n: step });
  return (
    <div className={mergeClasses(layout.row, styles.line, styles.gap)}>
      <span className={mergeClasses(layout.text, styles.words)}>{words}</span>
      <ProgressBar className={styles.bar} thickness="large" value={step / STEPS} aria-label={words} />
    </div>
  );
}
