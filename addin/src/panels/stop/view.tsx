/** P16: three ways to stop, each with what it does and what stays, before it is pressed. */
import type { UserState } from '@concord/api';
import { Divider } from '@fluentui/react-divider';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { BusyButton } from '../../parts/busy-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { Screen } from '../../parts/screen.tsx';
import { hashes } from '../../router/route.ts';
import { useKnown, useServices } from '../../services.ts';
import type { TextKey } from '../../text/en.ts';
import { DisconnectChoice } from './disconnect.tsx';
import { accountsOf, canDeactivate, type Account } from './model.ts';
import { PauseForm } from './pause.tsx';

const Confirm = lazy(async () => ({ default: (await import('../../parts/confirm/index.ts')).Confirm }));

/** What is asked once more, and what happens on yes. */
interface Question {
  readonly title: string;
  readonly verb: TextKey;
  readonly stays: TextKey;
  readonly opener: string;
  readonly run: () => Promise<void>;
  readonly said: TextKey;
}

export function StopPanel({ side }: { readonly side?: Account['side'] }): ReactNode {
  const { text } = useServices();
  const { user } = useKnown();
  const layout = useLayout();
  const { ask, question, close, failure, isBusy, yes } = useQuestion();
  // Decided once: a form that somebody has begun to fill in does not go when sync stops meanwhile.
  const [canPause] = useState(user?.activation === 'active');
  if (!user) return null;
  return (
    <Screen title={text('settings.stop')}>
      <Failure failure={failure} />
      {canPause ? <><PauseForm /><Divider /></> : null}
      {canDeactivate(user) ? <><DeactivateForm onAsk={ask} /><Divider /></> : null}
      <DisconnectForm user={user} meant={side} onAsk={ask} />
      <p className={layout.hint}>{text('stop.keeps')}</p>
      {question ? (
        <Suspense>
          <Confirm
            title={question.title} lines={[text(question.stays), text('stop.keeps')]} verb={text(question.verb)} isBusy={isBusy}
            returnTo={question.opener} onYes={yes} onNo={close}
          />
        </Suspense>
      ) : null}
    </Screen>
  );
}

function DeactivateForm({ onAsk }: { readonly onAsk: (question: Question) => void }): ReactNode {
  const { api, text } = useServices();
  const layout = useLayout();
  const question: Question = {
    title: text('stop.deactivateAsk'), verb: 'stop.deactivate', stays: 'stop.deactivateStays', opener: 'deactivate',
    run: () => api.deactivate(), said: 'stop.deactivated',
  };
  return (
    <section className={layout.group} aria-labelledby="deactivate-heading">
      <h2 id="deactivate-heading" className={layout.heading}>{text('stop.deactivate')}</h2>
      <p className={layout.text}>{text('stop.deactivateSays')}</p>
      <p className={layout.text}>{text('stop.deactivateStays')}</p>
      <BusyButton id="deactivate" label={text('stop.deactivate')} onPress={() => onAsk(question)} />
    </section>
  );
}

interface DisconnectFormProps {
  readonly user: UserState;
  /** The account that the person came from. */
  readonly meant: Account['side'] | undefined;
  readonly onAsk: (question: Question) => void;
}

function DisconnectForm({ user, meant, onAsk }: DisconnectFormProps): ReactNode {
  const { api, text } = useServices();
  const layout = useLayout();
  const accounts = accountsOf(user);
  const [side, setSide] = useState<Account['side']>(meant ?? accounts[0]?.side ?? 'c');
  const account = accounts.find((one) => one.side === side) ?? accounts[0];
  if (!account) return null;
  const question: Question = {
    title: text('stop.disconnectAsk', { account: account.label }),
    verb: 'stop.disconnect', stays: 'stop.disconnectStays', opener: 'disconnect',
    run: () => api.disconnect({ side: account.side }), said: 'stop.disconnected',
  };
  return (
    <section className={layout.group} aria-labelledby="disconnect-heading">
      <h2 id="disconnect-heading" className={layout.heading}>{text('stop.disconnect')}</h2>
      <p className={layout.text}>{text('stop.disconnectSays')}</p>
      <p className={layout.text}>{text('stop.disconnectStays')}</p>
      <DisconnectChoice accounts={accounts} value={account.side} onChange={setSide} />
      <BusyButton id="disconnect" label={text('stop.disconnect')} onPress={() => onAsk(question)} />
    </section>
  );
}

interface Asking {
  readonly question: Question | null;
  readonly failure: ApiFailure | null;
  readonly isBusy: boolean;
  readonly ask: (question: Question) => void;
  readonly close: () => void;
  readonly yes: () => void;
}

function useQuestion(): Asking {
  const { router, store, text } = useServices();
  const { announce } = useAnnounce();
  const [question, setQuestion] = useState<Question | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async ({ run: work, said }: Question): Promise<void> => {
    setBusy(true);
    try {
      await work();
      await store.refresh();
      announce(text(said));
      router.replace(hashes.home);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
    } finally {
      setBusy(false);
      setQuestion(null);
    }
  };
  return {
    question, failure, isBusy,
    ask: setQuestion,
    close: () => setQuestion(null),
    yes: () => { if (question) void run(question); },
  };
}
