/** P7: one run with its numbers and an action word for each record. */
import type { RunDetail, RunEntry } from '@concord/api';
import { Divider } from '@fluentui/react-divider';
import { useEffect, useState, type ReactNode } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { useLoaded } from '../../parts/loaded.ts';
import { Screen } from '../../parts/screen.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { useKnown, usePlace, useServices } from '../../services.ts';
import { sentenceOf } from '../../text/sentences.ts';
import { moment } from '../../text/times.ts';
import { NO_FILTER, type RowFilter } from './filter.ts';
import { countsBySide, LINE_ACTIONS, resultOf, secondsOf, TABLE_ACTIONS } from './model.ts';
import { pageWith, usePages } from './pages.ts';
import { Rows } from './rows.tsx';
import { useRunStyles } from './styles.ts';
import { Tools } from './tools.tsx';

export function RunPanel({ id }: { readonly id: string }): ReactNode {
  const { api, store, text } = useServices();
  const { user } = useKnown();
  const { value, failure, again } = useLoaded(`${id} ${user?.sync.lastRunAt ?? 0}`, () => api.run(id));
  const isUnknown = failure instanceof ApiFailure && failure.body.code === 'NOT_FOUND';
  const [isShown, setShown] = useState(false);
  const title = value ? text('run.title', { time: moment(text, value.startedAt, store.now()) }) : text('status.runs');
  return (
    <Screen title={title} isReady={isShown}>
      {isUnknown ? <p>{text('lost.notFound')}</p> : <Failure failure={failure} onAgain={again} />}
      {value
        ? <Run key={value.endedAt === undefined ? 'running' : 'over'} run={value} onShown={() => setShown(true)} />
        : failure ? null : <Waiting label={text('page.loading')} />}
    </Screen>
  );
}

/** `onShown`: the rows are there that one may come back to. */
function Run({ run, onShown }: { readonly run: RunDetail; readonly onShown: () => void }): ReactNode {
  const { store, text } = useServices();
  const layout = useLayout();
  const { user } = useKnown();
  const { returnTo } = usePlace();
  const [filter, setFilter] = useState<RowFilter>(NO_FILTER);
  const pages = usePages(run, filter, pageWith(returnTo));
  const { isLoading } = pages;
  const search = (next: RowFilter): void => {
    setFilter(next);
    pages.turnTo(0);
  };
  useEffect(() => { if (!isLoading) onShown(); }, [isLoading, onShown]);
  const seconds = secondsOf(run);
  const head = [text(resultOf(run)), text(`run.by.${run.trigger}`), ...(seconds === null ? [] : [text('run.seconds', { n: seconds })])];
  const names = user?.crm ? { crm: user.crm.name } : {};
  return (
    <>
      <p className={layout.text}>{head.join(' · ')}</p>
      {run.error ? <p className={layout.text}>{sentenceOf(run.error, text, store.now(), names)}</p> : null}
      <Numbers run={run} entries={pages.entries} hasMore={pages.hasMore} />
      <Tools run={run} />
      <Divider />
      <Rows pages={pages} filter={filter} onFilter={search} />
    </>
  );
}

interface NumbersProps {
  readonly run: RunDetail;
  readonly entries: readonly RunEntry[];
  readonly hasMore: boolean;
}

function Numbers({ run, entries, hasMore }: NumbersProps): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const styles = useRunStyles();
  const { user } = useKnown();
  const table = countsBySide(entries, hasMore);
  const count = (action: keyof RunDetail['counts']): string => `${text(`action.${action}`)} ${text.number(run.counts[action])}`;
  const line = LINE_ACTIONS.map(count).join(' · ');
  return (
    <div className={layout.group}>
      {table === null
        ? <p className={layout.text}>{TABLE_ACTIONS.map(count).join(' · ')}</p>
        : (
          <table className={styles.table}>
            <thead>
              <tr>
                <td />
                <th scope="col">{text('run.toOutlook')}</th>
                <th scope="col">{text('run.toCrm', { crm: user?.crm?.name ?? 'CRM' })}</th>
              </tr>
            </thead>
            <tbody>
              {table.map((row) => (
                <tr key={row.action}>
                  <th scope="row">{text(`action.${row.action}`)}</th>
                  <td>{text.number(row.m)}</td>
                  <td>{text.number(row.c)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      <p className={layout.text}>{line}</p>
      <p className={layout.text}>{text('run.noMails')}</p>
    </div>
  );
}
