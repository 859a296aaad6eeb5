/** P10, one group: what happened, what is untouched, which of them, and the answers of which the safe one is primary. */
import type { HeldGroup, UserState } from '@concord/api';
import { Divider } from '@fluentui/react-divider';
import { WarningRegular } from '@fluentui/react-icons/svg/warning';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { mergeClasses } from '@griffel/react';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { BusyButton } from '../../parts/busy-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { useLoaded } from '../../parts/loaded.ts';
import { SyncNow } from '../../parts/sync-now.tsx';
import { useKnown, useServices } from '../../services.ts';
import { heldSentence, untouched } from '../../text/held.ts';
import { answerOf, authorWords, choicesOf, countOf, doneWords, type Choice, type Chosen } from './model.ts';
import { Records } from './records.tsx';

const Confirm = lazy(async () => ({ default: (await import('../../parts/confirm/index.ts')).Confirm }));

interface DecideProps {
  readonly group: HeldGroup;
  readonly onDone: (words: string) => void;
  /** Somebody else, or a run, decided meanwhile. */
  readonly onStale: () => void;
}

export function Decide({ group, onDone, onStale }: DecideProps): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const { user } = useKnown();
  const [chosen, setChosen] = useState<Chosen>('all');
  const [asked, setAsked] = useState<Choice | null>(null);
  const crm = user?.crm?.name ?? 'CRM';
  const n = countOf(group, chosen);
  const { answer, isBusy, failure } = useAnswer(group, chosen, crm, { onDone, onStale });
  const press = (choice: Choice): void => { if (choice.question) setAsked(choice); else answer(choice); };
  const choices = choicesOf(text, group, n, crm);
  const off = n === 0 ? text('held.needsOne') : isBusy ? text('held.working') : undefined;
  return (
    <>
      <Cause group={group} crm={crm} user={user} />
      <Divider />
      <Records group={group} chosen={chosen} onChange={setChosen} />
      <Divider />
      <div className={layout.group}>
        <Failure failure={failure} />
        {choices.map((choice) => (
          <BusyButton
            key={choice.verdict} id={`held-${choice.verdict}`} label={choice.label} isPrimary={choice.verdict === 'keep'}
            onPress={() => press(choice)} {...(off ? { off } : {})} {...described(choice, n)}
          />
        ))}
        {n === 0 ? <p id="held-needs-one" className={layout.hint}>{text('held.needsOne')}</p> : null}
        {choices.map(({ verdict, says }) => (says === '' ? null : <p key={verdict} id={`held-says-${verdict}`} className={layout.hint}>{says}</p>))}
      </div>
      {asked?.question ? (
        <Suspense>
          <Confirm
            title={asked.question.title} lines={asked.question.lines} verb={asked.question.verb} isBusy={isBusy}
            returnTo={`held-${asked.verdict}`} onYes={() => { setAsked(null); answer(asked); }} onNo={() => setAsked(null)}
          />
        </Suspense>
      ) : null}
    </>
  );
}

function described({ verdict, says }: Choice, n: number): { readonly describedBy?: string } {
  if (n === 0) return { describedBy: 'held-needs-one' };
  return says === '' ? {} : { describedBy: `held-says-${verdict}` };
}

interface CauseProps {
  readonly group: HeldGroup;
  readonly crm: string;
  readonly user: UserState | undefined;
}

/** What, where, since when, the limit, and what is untouched. */
function Cause({ group, crm, user }: CauseProps): ReactNode {
  const { store, text } = useServices();
  const layout = useLayout();
  return (
    <section className={layout.group}>
      <p className={layout.text}>{heldSentence(text, group, crm, store.now())}</p>
      <p className={layout.text}>{`${text('held.limit', { n: group.limit })} ${untouched(text, group, crm)}`}</p>
      <Authors group={group} />
      {group.isSuspect ? (
        <>
          <div className={layout.row} style={{ flexWrap: 'nowrap' }}>
            <WarningRegular className={mergeClasses(layout.icon, layout.care)} />
            <span className={layout.heading}>{`${text('held.suspect')} ${text('held.nothingChanged')}`}</span>
          </div>
          {user ? <div className={layout.row}><SyncNow id="held-again" user={user} name={text('held.again')} showsReason /></div> : null}
        </>
      ) : null}
    </section>
  );
}

/** Who did it, where the service tells and answers; else nothing is said. */
function Authors({ group }: Pick<CauseProps, 'group'>): ReactNode {
  const { api, text } = useServices();
  const layout = useLayout();
  const { value } = useLoaded(group.id, () => api.heldAuthors(group.id));
  const who = value ? authorWords(text, value) : '';
  return who === '' ? null : <p id="held-by" className={layout.text}>{text(group.what === 'blank' ? 'held.emptiedBy' : 'held.by', { who })}</p>;
}

interface Answering {
  readonly answer: (choice: Choice) => void;
  readonly isBusy: boolean;
  readonly failure: ApiFailure | null;
}

function useAnswer(group: HeldGroup, chosen: Chosen, crm: string, { onDone, onStale }: Pick<DecideProps, 'onDone' | 'onStale'>): Answering {
  const { api, store, text } = useServices();
  const { announce } = useAnnounce();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const send = async ({ verdict }: Choice): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      const { count } = await api.answerHeld(group.id, answerOf(verdict, chosen));
      const words = doneWords(text, group, verdict, count, crm);
      store.expectRun();
      announce(words);
      onDone(words);
      await store.refresh();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
      if (error.body.kind === 'stale' || error.body.code === 'NOT_FOUND') onStale();
    }
    setBusy(false);
  };
  return { answer: (choice) => { if (!isBusy) void send(choice); }, isBusy, failure };
}
