/** P10, which of them: all, or one by one among those that are shown. */
import type { HeldGroup } from '@concord/api';
import { Checkbox } from '@fluentui/react-checkbox';
import { mergeClasses } from '@griffel/react';
import type { ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { RowLink } from '../../parts/row-link.tsx';
import { hashes } from '../../router/route.ts';
import { useServices } from '../../services.ts';
import { kindWord } from '../../text/entries.ts';
import { countOf, isChosen, toggled, type Chosen } from './model.ts';

interface RecordsProps {
  readonly group: HeldGroup;
  readonly chosen: Chosen;
  readonly onChange: (chosen: Chosen) => void;
}

export function Records({ group, chosen, onChange }: RecordsProps): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const n = countOf(group, chosen);
  const more = group.count - group.records.length;
  return (
    <section className={layout.group}>
      <Checkbox
        checked={chosen === 'all' ? true : n === 0 ? false : 'mixed'} label={text('held.all', { n: group.count })}
        onChange={(_, data) => onChange(data.checked === false ? new Set() : 'all')}
      />
      <ul className={mergeClasses(layout.list)}>
        {group.records.map((record) => {
          const name = record.name ?? kindWord(text, group.kind);
          return (
            <li key={record.id} className={layout.row} style={{ flexWrap: 'nowrap' }}>
              <Checkbox
                checked={isChosen(chosen, record.id)} aria-label={name}
                onChange={(_, data) => onChange(toggled(group, chosen, record.id, data.checked === true))}
              />
              <div className={layout.grow}><RowLink id={`record-${record.id}`} hash={hashes.record(record.id)} title={name} /></div>
            </li>
          );
        })}
      </ul>
      {more > 0 ? <p className={layout.hint}>{text('held.more', { n: more })}</p> : null}
      {chosen !== 'all' && n > 0 ? <p className={layout.hint}>{text('held.restStays')}</p> : null}
    </section>
  );
}
