/** P7: one run with its numbers and an action word for each record. */
import type { RunDetail, RunEntry } from '@concord/api';
import { Divider } from '@fluentui/react-divider';
import { mergeClasses } from '@griffel/react';
import { useState, type ReactNode } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { useLoaded } from '../../parts/loaded.ts';
import { useMore } from '../../parts/more.tsx';
import { Screen } from '../../parts/screen.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { useKnown, useServices } from '../../services.ts';
import { sentenceOf } from '../../text/sentences.ts';
import { moment } from '../../text/times.ts';
import { Entry } from './entry.tsx';
import { isFiltered, matching, NO_FILTER, type RowFilter } from './filter.ts';
import { countsBySide, LINE_ACTIONS, resultOf, secondsOf, TABLE_ACTIONS } from './model.ts';
import { useRunStyles } from './styles.ts';
import { Filter, Tools } from './tools.tsx';

export function RunPanel({ id }: { readonly id: string }): ReactNode {
  const { api, store, text } = useServices();
  const { user } = useKnown();
  const { value, failure, again } = useLoaded(`${id} ${user?.sync.lastRunAt ?? 0}`, () => api.run(id));
  const isUnknown = failure instanceof ApiFailure && failure.body.code === 'NOT_FOUND';
  const title = value ? text('run.title', { time: moment(text, value.startedAt, store.now()) }) : text('status.runs');
  return (
    <Screen title={title} isReady={value !== null}>
      {isUnknown ? <p>{text('lost.notFound')}</p> : <Failure failure={failure} onAgain={again} />}
      {value ? <Run run={value} /> : failure ? null : <Waiting label={text('page.loading')} />}
    </Screen>
  );
}

function Run({ run }: { readonly run: RunDetail }): ReactNode {
  const { api, store, text } = useServices();
  const layout = useLayout();
  const { user } = useKnown();
  const { items: entries, hasMore, button } = useMore<RunEntry>({ items: run.entries, next: run.next }, async (after) => {
    const page = await api.run(run.id, after);
    return { items: page.entries, next: page.next };
  });
  const [filter, setFilter] = useState<RowFilter>(NO_FILTER);
  const shown = matching(text, entries, filter);
  const seconds = secondsOf(run);
  const head = [text(resultOf(run)), text(`run.by.${run.trigger}`), ...(seconds === null ? [] : [text('run.seconds', { n: seconds })])];
  const names = user?.crm ? { crm: user.crm.name } : {};
  return (
    <>
      <p className={layout.text}>{head.join(' · ')}</p>
      {run.error ? <p className={layout.text}>{sentenceOf(run.error, text, store.now(), names)}</p> : null}
      <Numbers run={run} entries={entries} hasMore={hasMore} />
      <Tools run={run} />
      <Divider />
      {entries.length === 0 ? <p className={layout.text}>{text('run.nothing')}</p> : <Filter filter={filter} shown={shown.length} onChange={setFilter} />}
      <ul className={mergeClasses(layout.list, layout.group)}>
        {shown.map((entry, index) => <Entry key={`${entry.record} ${index}`} id={`entry-${index}`} entry={entry} />)}
      </ul>
      {hasMore && isFiltered(filter) ? <p className={layout.hint}>{text('run.searched', { n: entries.length })}</p> : null}
      {button}
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
