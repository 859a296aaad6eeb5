/** P8: explains one record: is it linked, what is different, what happened and by which rule. */
import type { HistoryEntry, RecordHistory } from '@concord/api';
import { Divider } from '@fluentui/react-divider';
import { mergeClasses } from '@griffel/react';
import type { ReactNode } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { useLoaded } from '../../parts/loaded.ts';
import { useMore } from '../../parts/more.tsx';
import { Screen } from '../../parts/screen.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { useKnown, useServices } from '../../services.ts';
import { kindWord, sideName, whyWords } from '../../text/entries.ts';
import { Differences } from './differences.tsx';
import { Entry } from './entry.tsx';
import { daysOf, notLinkedEntry, statusWords, unreadableSides } from './model.ts';
import { PairVerb, Waits } from './verbs.tsx';
import { useWish } from './wish.ts';

export function RecordPanel({ id }: { readonly id: string }): ReactNode {
  const { api, text } = useServices();
  const { user } = useKnown();
  const { value, failure, again } = useLoaded(`${id} ${user?.sync.lastRunAt ?? 0}`, () => api.record(id));
  const isUnknown = failure instanceof ApiFailure && failure.body.code === 'NOT_FOUND';
  const title = value ? value.name ?? kindWord(text, value.kind) : text('record.unnamed');
  return (
    <Screen title={title} isReady={value !== null}>
      {isUnknown ? <p>{text('lost.notFound')}</p> : <Failure failure={failure} onAgain={again} />}
      {value ? <Explained record={value} /> : failure ? null : <Waiting label={text('page.loading')} />}
    </Screen>
  );
}

function Explained({ record }: { readonly record: RecordHistory }): ReactNode {
  const layout = useLayout();
  const { text } = useServices();
  const wish = useWish(record.record);
  return (
    <>
      <Standing record={record} />
      <Failure failure={wish.failure} />
      {wish.done === '' ? null : <p id="record-done" className={layout.text}>{wish.done}</p>}
      {record.waits ? <Waits record={record} waits={record.waits} /> : null}
      <Differences record={record} wish={wish} />
      <PairVerb record={record} wish={wish} />
      <Divider />
      {record.entries.length === 0 && record.next === undefined ? <p className={layout.text}>{text('record.nothing')}</p> : <History record={record} />}
    </>
  );
}

/** Linked or not, and why not; a side that cannot be read is named. */
function Standing({ record }: { readonly record: RecordHistory }): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const { user } = useKnown();
  const crm = user?.crm?.name ?? 'CRM';
  const because = notLinkedEntry(record);
  const why = because ? whyWords(text, because, crm) : '';
  return (
    <div className={layout.group}>
      <p className={layout.text}>{statusWords(text, record)}</p>
      {why === '' ? null : <p className={layout.text}>{text('record.because', { why })}</p>}
      {unreadableSides(record).map((side) => <p key={side} className={layout.text}>{text('record.unreadable', { side: sideName(text, side, crm) })}</p>)}
    </div>
  );
}

function History({ record }: { readonly record: RecordHistory }): ReactNode {
  const { api, store, text } = useServices();
  const layout = useLayout();
  const { items, button } = useMore<HistoryEntry>({ items: record.entries, next: record.next }, async (after) => {
    const page = await api.record(record.record, after);
    return { items: page.entries, next: page.next };
  });
  return (
    <>
      {daysOf(text, items, store.now()).map((day) => (
        <section key={day.title} className={layout.group}>
          <h2 className={layout.heading}>{day.title}</h2>
          <ul className={mergeClasses(layout.list, layout.group)}>
            {day.entries.map((entry, index) => <Entry key={`${entry.run} ${index}`} id={`history-${entry.run}-${index}`} entry={entry} />)}
          </ul>
        </section>
      ))}
      {button}
    </>
  );
}
