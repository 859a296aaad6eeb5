/** The small table of a run's numbers, and the lines below it. */
import { tokens } from '@fluentui/react-theme';
import { makeStyles } from '@griffel/react';

export const useRunStyles = makeStyles({
  entry: { display: 'flex', flexDirection: 'column', rowGap: tokens.spacingVerticalXXS },
  table: {
    width: '100%', borderCollapse: 'collapse', fontVariantNumeric: 'tabular-nums', fontSize: tokens.fontSizeBase300,
    lineHeight: tokens.lineHeightBase300,
    '& th': { fontWeight: tokens.fontWeightRegular, textAlign: 'start', paddingBlock: tokens.spacingVerticalXXS },
    '& thead th': { textAlign: 'end', color: tokens.colorNeutralForeground2 },
    '& tbody td': { textAlign: 'end' },
  },
});
