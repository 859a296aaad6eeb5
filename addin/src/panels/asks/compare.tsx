/** The two records beside each other: stacked under the field's name in a narrow pane, in two columns from 400 px. */
import type { AskCandidate, AskItem } from '@concord/api';
import { tokens } from '@fluentui/react-theme';
import { makeStyles } from '@griffel/react';
import type { ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { useKnown, useServices } from '../../services.ts';
import { fieldName } from '../../text/sentences.ts';
import { shownValue } from '../../text/values.ts';
import { compare } from './model.ts';

const useStyles = makeStyles({
  values: {
    display: 'grid', gridTemplateColumns: 'minmax(0, max-content) minmax(0, 1fr)', columnGap: tokens.spacingHorizontalM, margin: 0,
    paddingInlineStart: tokens.spacingHorizontalS,
    '@media (min-width: 400px)': {
      gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)', gridAutoFlow: 'column', gridTemplateRows: 'auto auto',
    },
  },
  value: { margin: 0 },
});

export function Compare({ item, candidate }: { readonly item: AskItem; readonly candidate: AskCandidate }): ReactNode {
  const styles = useStyles();
  const layout = useLayout();
  const { text } = useServices();
  const { user } = useKnown();
  const crm = user?.crm?.name ?? 'CRM';
  return (
    <div className={layout.group}>
      {candidate.owner === undefined ? null : <p className={layout.text}>{text('asks.owner', { owner: candidate.owner })}</p>}
      {compare(item, candidate).map((row) => (
        <section key={row.field}>
          <h2 className={layout.heading}>{fieldName(text, row.field)}</h2>
          <dl className={styles.values}>
            <dt className={layout.hint}>{text('side.outlook')}</dt><dd className={styles.value}>{shownValue(text, row.field, row.mailbox)}</dd>
            <dt className={layout.hint}>{crm}</dt><dd className={styles.value}>{shownValue(text, row.field, row.crm)}</dd>
          </dl>
        </section>
      ))}
    </div>
  );
}
