/** A row that leads somewhere: 44 px, one or two lines, a value at the end, the whole row is the link. */
import { ChevronRightRegular } from '@fluentui/react-icons/svg/chevron-right';
import { tokens } from '@fluentui/react-theme';
import { makeStyles, mergeClasses } from '@griffel/react';
import type { ReactNode } from 'react';
import { useServices } from '../services.ts';
import { useLayout } from './layout.ts';

const useStyles = makeStyles({
  row: {
    display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, minHeight: '44px', color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none', borderRadius: tokens.borderRadiusMedium,
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '1px' },
  },
  line: { display: 'block' },
  value: { color: tokens.colorNeutralForeground2, flexShrink: 0, maxWidth: '55%' },
});

export interface RowLinkProps {
  readonly id: string;
  readonly hash: string;
  readonly title: string;
  readonly detail?: string;
  readonly value?: string;
  readonly icon?: ReactNode;
}

export function RowLink({ id, hash, title, detail, value, icon }: RowLinkProps): ReactNode {
  const styles = useStyles();
  const layout = useLayout();
  const { router } = useServices();
  const go = (event: React.MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    // A press by mouse does not focus a link everywhere, and Back must find the row again.
    (event.currentTarget as HTMLElement).focus();
    router.go(hash);
  };
  return (
    <a id={id} href={hash} className={styles.row} onClick={go}>
      {icon}
      <span className={layout.grow}>
        <span className={mergeClasses(styles.line, layout.text, layout.ellipsis)} title={title}>{title}</span>
        {detail ? <span className={mergeClasses(styles.line, layout.hint, layout.ellipsis)} title={detail}>{detail}</span> : null}
      </span>
      {value ? <span className={mergeClasses(styles.value, layout.ellipsis)} title={value}>{value}</span> : null}
      <ChevronRightRegular className={layout.smallIcon} />
    </a>
  );
}
