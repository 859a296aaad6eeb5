/** Names and values in two columns. */
import { tokens } from '@fluentui/react-theme';
import { makeStyles } from '@griffel/react';
import { Fragment, type ReactNode } from 'react';
import { useLayout } from './layout.ts';

const useStyles = makeStyles({
  list: {
    display: 'grid', gridTemplateColumns: 'minmax(0, max-content) minmax(0, 1fr)', columnGap: tokens.spacingHorizontalL,
    rowGap: tokens.spacingVerticalXS, margin: 0,
  },
  value: { margin: 0, fontVariantNumeric: 'tabular-nums' },
});

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export function Facts({ facts }: { readonly facts: readonly Fact[] }): ReactNode {
  const styles = useStyles();
  const layout = useLayout();
  return (
    <dl className={styles.list}>
      {facts.map(({ name, value }) => (
        <Fragment key={name}>
          <dt className={layout.text}>{name}</dt>
          <dd className={styles.value}>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
