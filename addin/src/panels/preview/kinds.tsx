/** One block for each kind: its tick, its total, and six numbers of which each opens ten samples. */
import type { PreviewKind, PreviewSample } from '@concord/api';
import { Checkbox } from '@fluentui/react-checkbox';
import { ChevronDownRegular } from '@fluentui/react-icons/svg/chevron-down';
import { ChevronRightRegular } from '@fluentui/react-icons/svg/chevron-right';
import { tokens } from '@fluentui/react-theme';
import { makeStyles, mergeClasses } from '@griffel/react';
import { useState, type ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { useKnown, useServices } from '../../services.ts';
import { byKind, countWords } from '../../text/entries.ts';
import type { AnyKey } from '../../text/index.ts';
import { fieldName } from '../../text/sentences.ts';
import { shownValue, timeText } from '../../text/values.ts';
import { groupsOf, type Group } from './model.ts';

const useStyles = makeStyles({
  number: {
    boxSizing: 'border-box', display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, width: '100%', minHeight: '32px', textAlign: 'start',
    font: 'inherit',
    color: tokens.colorNeutralForeground1, backgroundColor: 'transparent', border: 'none', cursor: 'pointer', padding: 0,
    paddingInlineStart: tokens.spacingHorizontalS, borderRadius: tokens.borderRadiusMedium,
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  still: { cursor: 'default', ':hover': { backgroundColor: 'transparent' } },
  total: { marginInlineStart: 'auto' },
  noIcon: { width: '16px', flexShrink: 0 },
  // The total stands above the numbers it is the sum of, which have an icon beside them.
  sum: { paddingInlineEnd: `calc(16px + ${tokens.spacingHorizontalS})` },
  samples: { paddingInlineStart: tokens.spacingHorizontalXL, paddingBlock: tokens.spacingVerticalXS },
  fields: { margin: 0, paddingInlineStart: tokens.spacingHorizontalM, listStyleType: 'none' },
});

export interface KindsProps {
  readonly kinds: readonly PreviewKind[];
  readonly off: ReadonlySet<string>;
  readonly onOff: (off: ReadonlySet<string>) => void;
  /** What a kind without its tick says. */
  readonly offText: (kind: string) => AnyKey;
}

export function Kinds({ kinds, off, onOff, offText }: KindsProps): ReactNode {
  const styles = useStyles();
  const { text } = useServices();
  const layout = useLayout();
  const tick = (kind: string, isOn: boolean): void => {
    const next = new Set(off);
    if (isOn) next.delete(kind);
    else next.add(kind);
    onOff(next);
  };
  return kinds.map((kind) => (
    <section key={kind.kind} className={layout.group}>
      <div className={layout.spread} style={{ flexWrap: 'nowrap' }}>
        <Checkbox
          checked={!off.has(kind.kind)} label={text.known(`kind.${kind.kind}`, kind.kind)}
          onChange={(_, data) => tick(kind.kind, data.checked === true)}
        />
        <span className={mergeClasses(layout.heading, layout.number, styles.sum)}>{text.number(kind.total)}</span>
      </div>
      {off.has(kind.kind)
        ? <p className={layout.hint}>{text(offText(kind.kind))}</p>
        : groupsOf(kind).map((group) => <Numbers key={group.id} kind={kind.kind} group={group} />)}
      {kind.linked === undefined || off.has(kind.kind)
        ? null
        : <p className={layout.hint}>{text('preview.linked', { what: countWords(text, kind.kind, kind.linked) })}</p>}
    </section>
  ));
}

function Numbers({ kind, group }: { readonly kind: string; readonly group: Group }): ReactNode {
  const styles = useStyles();
  const layout = useLayout();
  const { text } = useServices();
  const { user } = useKnown();
  const [isOpen, setOpen] = useState(false);
  const side = group.side === 'm' ? text('side.outlook') : user?.crm?.name ?? 'CRM';
  const what = byKind(text, group.text, kind, { side });
  const line = (
    <>
      <span className={layout.text}>{what}</span>
      <span className={mergeClasses(layout.text, layout.number, styles.total)}>{text.number(group.count)}</span>
    </>
  );
  if (group.samples.length === 0) {
    return <div className={mergeClasses(styles.number, styles.still)}>{line}<span className={styles.noIcon} /></div>;
  }
  return (
    <div>
      <button type="button" className={styles.number} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {line}
        {isOpen ? <ChevronDownRegular className={layout.smallIcon} /> : <ChevronRightRegular className={layout.smallIcon} />}
      </button>
      {isOpen ? (
        <div className={mergeClasses(styles.samples, layout.group)}>
          <p className={layout.hint}>{text('preview.samples', { a: group.samples.length, b: group.count })}</p>
          <ul className={mergeClasses(layout.list, layout.group)}>
            {group.samples.map((sample, index) => <Sample key={index} sample={sample} />)}
          </ul>
        </div>
      ) : null}
    </div>
  );
}

function Sample({ sample }: { readonly sample: PreviewSample }): ReactNode {
  const styles = useStyles();
  const layout = useLayout();
  const { text } = useServices();
  return (
    <li>
      <p className={layout.text}>{sample.name}</p>
      {sample.detail === '' ? null : <p className={layout.hint}>{timeText(text, sample.detail) ?? sample.detail}</p>}
      <ul className={styles.fields}>
        {sample.fields.map((field) => (
          <li key={field.field} className={layout.hint}>
            {fieldName(text, field.field)}: {shownValue(text, field.field, field.result)}
          </li>
        ))}
      </ul>
    </li>
  );
}
