/** Spacing and type shared by all screens; colours come from tokens only. */
import { makeStyles } from '@griffel/react';
import { tokens, typographyStyles } from '@fluentui/react-theme';

export const useLayout = makeStyles({
  page: {
    boxSizing: 'border-box', width: '100%', maxWidth: '480px', minHeight: '100vh', marginInline: 'auto',
    backgroundColor: tokens.colorNeutralBackground1, color: tokens.colorNeutralForeground1, overflowWrap: 'anywhere',
  },
  header: {
    display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, minHeight: '40px',
    paddingInline: `${tokens.spacingHorizontalS} 40px`, backgroundColor: tokens.colorNeutralBackground2,
  },
  body: {
    display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL} ${tokens.spacingVerticalXXL}`,
    '@media (max-width: 359px)': { paddingInline: tokens.spacingHorizontalM },
  },
  group: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, minWidth: 0 },
  row: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, minWidth: 0, flexWrap: 'wrap' },
  spread: {
    display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: tokens.spacingHorizontalS, minWidth: 0, flexWrap: 'wrap',
  },
  grow: { flex: '1 1 auto', minWidth: 0 },
  // A text field would keep room for twenty letters, whatever the pane has.
  fit: { width: '100%', minWidth: 0 },
  title: { ...typographyStyles.subtitle2, margin: 0, minWidth: 0, outlineStyle: 'none' },
  heading: { ...typographyStyles.body1Strong, margin: 0 },
  text: { ...typographyStyles.body1, margin: 0 },
  hint: { ...typographyStyles.caption1, margin: 0, color: tokens.colorNeutralForeground2 },
  number: { fontVariantNumeric: 'tabular-nums' },
  ellipsis: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', minWidth: 0 },
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column' },
  bullets: { margin: 0, paddingInlineStart: tokens.spacingHorizontalXL },
  // A button without a face stands in line with the text above it.
  flush: {
    marginInlineStart: `calc(-1 * ${tokens.spacingHorizontalM})`, minWidth: '0',
    '@media (forced-colors: active)': { marginInlineStart: '0' },
  },
  good: { color: tokens.colorStatusSuccessForeground3, flexShrink: 0 },
  bad: { color: tokens.colorStatusDangerForeground3, flexShrink: 0 },
  care: { color: tokens.colorStatusWarningForeground3, flexShrink: 0 },
  icon: { flexShrink: 0, fontSize: '20px' },
  smallIcon: { flexShrink: 0, fontSize: '16px' },
  hidden: { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)', whiteSpace: 'nowrap' },
});
