/** What can be done with a run: undone, saved as a table, and searched. */
import type { RunDetail, RunEntry } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { Field } from '@fluentui/react-field';
import { Input } from '@fluentui/react-input';
import { Select } from '@fluentui/react-select';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { mergeClasses } from '@griffel/react';
import { useState, type ReactNode } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { hashes } from '../../router/route.ts';
import { useKnown, useServices } from '../../services.ts';
import { whyUndoIsOff } from '../undo/model.ts';
import { csvOf, saveCsv } from './csv.ts';
import { ACTIONS, isFiltered, NO_FILTER, type RowFilter } from './filter.ts';

export function Tools({ run }: { readonly run: RunDetail }): ReactNode {
  const { router, store, text } = useServices();
  const layout = useLayout();
  const off = whyUndoIsOff(run, store.now());
  const why = off === null ? '' : text('undo.off', { why: text(`undo.off.${off}`) });
  return (
    <div className={layout.group}>
      <div className={layout.row}>
        <Button
          id="undo-run" disabledFocusable={off !== null} onClick={() => { if (off === null) router.go(hashes.undo(run.id)); }}
          {...(off === null ? {} : { 'aria-describedby': 'undo-off' })}
        >
          {text('undo.button')}
        </Button>
        <Csv run={run} />
      </div>
      {off === null ? null : <p id="undo-off" className={layout.hint}>{why}</p>}
    </div>
  );
}

function Csv({ run }: { readonly run: RunDetail }): ReactNode {
  const { api, store, text } = useServices();
  const { user } = useKnown();
  const { announce } = useAnnounce();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const save = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      const entries: RunEntry[] = [...run.entries];
      for (let { next } = run; next !== undefined;) {
        const page = await api.run(run.id, next);
        entries.push(...page.entries);
        next = page.next;
      }
      saveCsv(csvOf(text, entries, user?.crm?.name ?? 'CRM', store.now()), `concord-${new Date(run.startedAt).toISOString().slice(0, 10)}.csv`);
      announce(text('run.csvDone'));
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
    }
    setBusy(false);
  };
  return (
    <>
      <Button id="run-csv" disabledFocusable={isBusy || run.entries.length === 0} onClick={() => { if (!isBusy) void save(); }}>
        {text(isBusy ? 'run.csvBusy' : 'run.csv')}
      </Button>
      <Failure failure={failure} />
    </>
  );
}

interface FilterProps {
  readonly filter: RowFilter;
  /** Rows that match; null while they are searched for. */
  readonly shown: number | null;
  /** False: at least so many. */
  readonly isAll: boolean;
  readonly onChange: (filter: RowFilter) => void;
}

export function Filter({ filter, shown, isAll, onChange }: FilterProps): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  return (
    <div className={layout.group} role="search">
      <div className={layout.row}>
        <Field label={text('run.search')} className={layout.grow}>
          <Input
            id="run-search" type="search" className={layout.fit} input={{ className: layout.fit }}
            value={filter.search} onChange={(_, data) => onChange({ ...filter, search: data.value })}
          />
        </Field>
        <Field label={text('run.action')}>
          <Select
            id="run-action" value={filter.action}
            onChange={(_, data) => onChange({ ...filter, action: ACTIONS.find((action) => action === data.value) ?? 'all' })}
          >
            <option value="all">{text('run.allActions')}</option>
            {ACTIONS.map((action) => <option key={action} value={action}>{text(`action.${action}`)}</option>)}
          </Select>
        </Field>
      </div>
      {isFiltered(filter) ? (
        <div className={layout.spread}>
          <span className={mergeClasses(layout.text, layout.number)} role="status">
            {shown === null ? text('run.searching') : shown === 0 ? text('run.noMatch') : text.count(isAll ? 'run.rows' : 'run.rowsOrMore', shown)}
          </span>
          <Button id="run-clear" size="small" onClick={() => { onChange(NO_FILTER); document.getElementById('run-search')?.focus(); }}>
            {text('run.clear')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
