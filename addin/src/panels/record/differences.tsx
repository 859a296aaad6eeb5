/** P8: the fields that both sides show differently now, each with the two values and the choice between them. */
import type { RecordHistory } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { mergeClasses } from '@griffel/react';
import type { ReactNode } from 'react';
import { Facts } from '../../parts/facts.tsx';
import { useLayout } from '../../parts/layout.ts';
import { useKnown, useServices } from '../../services.ts';
import { sideName } from '../../text/entries.ts';
import { fieldName } from '../../text/sentences.ts';
import { shownValue } from '../../text/values.ts';
import { differencesOf, type Difference } from './model.ts';
import type { Wishing } from './wish.ts';

interface DifferencesProps {
  readonly record: RecordHistory;
  readonly wish: Wishing;
}

export function Differences({ record, wish }: DifferencesProps): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const differences = differencesOf(record);
  if (differences.length === 0) return null;
  return (
    <section className={layout.group} aria-labelledby="different">
      <h2 id="different" className={layout.heading}>{text('record.different')}</h2>
      <ul className={mergeClasses(layout.list, layout.group)}>
        {differences.map((difference) => <OneField key={difference.field} difference={difference} wish={wish} />)}
      </ul>
    </section>
  );
}

function OneField({ difference, wish }: { readonly difference: Difference; readonly wish: Wishing }): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const { user } = useKnown();
  const crm = user?.crm?.name ?? 'CRM';
  const { field } = difference;
  const heading = `different-${field}`;
  const use = (from: 'm' | 'c'): void => {
    const to = sideName(text, from === 'm' ? 'c' : 'm', crm);
    wish.ask({ do: 'use', field, from }, text('record.done.use', { side: to, value: shownValue(text, field, difference[from]) }));
  };
  return (
    <li className={layout.group}>
      <h3 id={heading} className={layout.text}>{fieldName(text, field)}</h3>
      <Facts facts={(['m', 'c'] as const).map((side) => ({ name: sideName(text, side, crm), value: shownValue(text, field, difference[side]) }))} />
      <div className={layout.row}>
        {(['m', 'c'] as const).map((side) => (
          <Button
            key={side} id={`use-${side}-${field}`} size="small" aria-describedby={heading} disabledFocusable={wish.isBusy} onClick={() => use(side)}
          >
            {text('record.use', { side: sideName(text, side, crm) })}
          </Button>
        ))}
      </div>
    </li>
  );
}
