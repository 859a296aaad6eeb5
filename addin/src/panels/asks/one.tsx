/** P9, one question: the two records field by field, and the answers. The next question comes by itself, with the focus. */
import type { AskAnswer, AskCandidate, AskItem, AskList } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { Field } from '@fluentui/react-field';
import { Radio, RadioGroup } from '@fluentui/react-radio';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { useState, type ReactNode } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { BusyButton } from '../../parts/busy-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { useLoaded } from '../../parts/loaded.ts';
import { Notice } from '../../parts/notice.tsx';
import { Screen } from '../../parts/screen.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { hashes } from '../../router/route.ts';
import { useKnown, useServices } from '../../services.ts';
import { byKind } from '../../text/entries.ts';
import { timeText } from '../../text/values.ts';
import { Compare } from './compare.tsx';
import { nameOf, nextOf } from './model.ts';

export function AskPanel({ id }: { readonly id: string }): ReactNode {
  const { api, text } = useServices();
  const layout = useLayout();
  const { value, failure, again } = useLoaded(id, () => api.asks());
  const item = value?.asks.find((ask) => ask.id === id);
  const title = item ? byKind(text, 'asks.row', item.kind, { name: nameOf(item.record, text('name.some')) }) : text('asks.title');
  return (
    <Screen title={title} focusKey={item ? item.id : ''}>
      <Failure failure={failure} onAgain={again} />
      {value === null && !failure ? <Waiting label={text('page.loading')} /> : null}
      {value && !item ? <p className={layout.text}>{text('asks.none')}</p> : null}
      {value && item ? <Question list={value} item={item} onStale={again} /> : null}
    </Screen>
  );
}

interface QuestionProps {
  readonly list: AskList;
  readonly item: AskItem;
  readonly onStale: () => void;
}

function Question({ list, item, onStale }: QuestionProps): ReactNode {
  const { router, text } = useServices();
  const layout = useLayout();
  const [chosen, setChosen] = useState(item.candidates[0]?.id ?? '');
  const { answer, isBusy, failure, isStale } = useAnswer(list, item, onStale);
  const candidate = item.candidates.find(({ id }) => id === chosen) ?? item.candidates[0];
  const position = list.asks.findIndex(({ id }) => id === item.id) + 1;
  return (
    <>
      <Position list={list} position={position} />
      {isStale ? <Notice intent="warning" sentence={text('asks.stale')} /> : <Failure failure={failure} />}
      {item.candidates.length > 1 ? <Candidates item={item} value={candidate?.id ?? ''} onChange={setChosen} /> : null}
      {candidate ? <Compare item={item} candidate={candidate} /> : null}
      <div className={layout.group}>
        {candidate ? (
          <BusyButton
            id="answer-same" isPrimary label={byKind(text, 'asks.same', item.kind)} describedBy="fills-only"
            onPress={() => answer({ verdict: 'same', candidate: candidate.id })} {...(isBusy ? { off: text('page.loading') } : {})}
          />
        ) : null}
        <BusyButton
          id="answer-different" label={byKind(text, 'asks.different', item.kind)} onPress={() => answer({ verdict: 'different' })}
          {...(isBusy ? { off: text('page.loading') } : {})}
        />
        <div><Button appearance="subtle" className={layout.flush} onClick={() => router.back()}>{text('asks.later')}</Button></div>
        <p id="fills-only" className={layout.hint}>{text('asks.fillsOnly')}</p>
      </div>
    </>
  );
}

function Position({ list, position }: { readonly list: AskList; readonly position: number }): ReactNode {
  const { router, text } = useServices();
  const layout = useLayout();
  const go = (step: number): void => {
    const ask = list.asks[position - 1 + step];
    if (ask) router.replace(hashes.ask(ask.id));
  };
  if (list.asks.length < 2) return null;
  return (
    <div className={layout.spread}>
      <span className={layout.text}>{text('asks.position', { a: position, b: list.total })}</span>
      <span className={layout.row}>
        <Button size="small" disabledFocusable={position <= 1} onClick={() => go(-1)}>{text('asks.previous')}</Button>
        <Button size="small" disabledFocusable={position >= list.asks.length} onClick={() => go(1)}>{text('asks.next')}</Button>
      </span>
    </div>
  );
}

interface CandidatesProps {
  readonly item: AskItem;
  readonly value: string;
  readonly onChange: (id: string) => void;
}

function Candidates({ item, value, onChange }: CandidatesProps): ReactNode {
  const { text } = useServices();
  const label = (candidate: AskCandidate): string => {
    const name = nameOf(candidate, text('name.some'));
    const { owner, fields } = candidate;
    const when = fields['when'] ?? fields['dueDate'];
    const plain = when === undefined ? fields['primaryEmail'] ?? fields['company'] ?? '' : timeText(text, when) ?? when;
    const more = owner === undefined ? plain : text('asks.owner', { owner });
    return more === '' || more === name ? name : `${name}, ${more}`;
  };
  return (
    <Field label={text('asks.which')}>
      <RadioGroup value={value} onChange={(_, data) => onChange(data.value)}>
        {item.candidates.map((candidate) => <Radio key={candidate.id} value={candidate.id} label={label(candidate)} />)}
      </RadioGroup>
    </Field>
  );
}

interface Answering {
  readonly answer: (answer: AskAnswer) => void;
  readonly isBusy: boolean;
  readonly failure: ApiFailure | null;
  readonly isStale: boolean;
}

function useAnswer(list: AskList, item: AskItem, onStale: () => void): Answering {
  const { api, router, store, text } = useServices();
  const { announce } = useAnnounce();
  const { user } = useKnown();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const answer = async (verdict: AskAnswer): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    try {
      await api.answer(item.id, verdict);
      const left = Math.max(0, (user?.sync.asks ?? list.total) - 1);
      const next = nextOf(list.asks, item.id);
      store.expectRun();
      await store.refresh();
      announce(text('asks.left', { n: left }));
      router.replace(next ? hashes.ask(next.id) : hashes.asks);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
      setBusy(false);
      if (error.body.kind === 'stale') onStale();
    }
  };
  return { answer: (verdict) => { void answer(verdict); }, isBusy, failure, isStale: failure?.body.kind === 'stale' };
}
