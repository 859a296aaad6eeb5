/** P2: connects the mailbox, or skips it; asks which address is meant when Outlook shows another one. */
import type { UserState } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { useState, type ReactNode } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { BusyButton } from '../../parts/busy-button.tsx';
import { useLayout } from '../../parts/layout.ts';
import { Failure } from '../../parts/failure.tsx';
import { Screen } from '../../parts/screen.tsx';
import { StepBar } from '../../parts/step-bar.tsx';
import { hashes } from '../../router/route.ts';
import { useKnown, useServices } from '../../services.ts';
import { SignInPanel } from '../../sign-in/form.tsx';
import { firstScreen } from '../../state/status.ts';
import { Change } from './change.tsx';
import { canSkip } from './model.ts';
import { connectMailbox, startMailbox } from './start.ts';

export function MailboxPanel(): ReactNode {
  const { text } = useServices();
  const { user } = useKnown();
  if (!user) return null;
  if (user.mailboxChange) {
    return (
      <Screen title={text('change.title')} focusKey={`change-${String(user.mailboxChange.isUnderWay)}`}>
        <Change change={user.mailboxChange} />
      </Screen>
    );
  }
  return (
    <Screen title={text('mailbox.title')} header={<StepBar step={2} />} focusKey={user.mailbox?.unconfirmedInsteadOf ?? ''}>
      {user.mailbox?.unconfirmedInsteadOf === undefined
        ? <Connect user={user} />
        : <Differs shown={user.mailbox.unconfirmedInsteadOf} connected={user.mailbox.login} />}
    </Screen>
  );
}

function Connect({ user }: { readonly user: UserState }): ReactNode {
  const services = useServices();
  const { host, router, store, text } = services;
  const layout = useLayout();
  const done = async (): Promise<void> => {
    const known = await store.refresh();
    if (known.user) router.replace(hashes[firstScreen(known.user)]);
  };
  return (
    <>
      <SignInPanel
        forms={user.forms.filter((form) => form.side === 'm')}
        which={text('mailbox.which')}
        button={(form) => text(form.by === 'credentials' ? 'typed.connect' : 'mailbox.signIn', { system: form.name })}
        hint={(form) => (form.by === 'credentials' ? text('typed.kept', { system: form.name }) : text('mailbox.accept'))}
        lead={host.mailAddress ? <p className={layout.text}>{text('mailbox.address', { a: host.mailAddress })}</p> : null}
        start={(request) => startMailbox(services, request)}
        connect={(request) => connectMailbox(services, request)}
        done={done}
      />
      {canSkip(user) ? <Skip /> : null}
    </>
  );
}

function Skip(): ReactNode {
  const { api, router, store, text } = useServices();
  const layout = useLayout();
  const { announce } = useAnnounce();
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const skip = (): void => {
    api.skipMailbox().then(async () => {
      await store.refresh();
      announce(text('mailbox.skipped'));
      router.replace(hashes.home);
    }).catch((error: unknown) => {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
    });
  };
  return (
    <div className={layout.group}>
      <Failure failure={failure} />
      <div>
        <Button appearance="subtle" className={layout.flush} aria-describedby="skip-loss" onClick={skip}>{text('mailbox.skip')}</Button>
      </div>
      <p id="skip-loss" className={layout.hint}>{text('mailbox.skipLoss')}</p>
    </div>
  );
}

function Differs({ shown, connected }: { readonly shown: string; readonly connected: string }): ReactNode {
  const { api, router, store, text } = useServices();
  const layout = useLayout();
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const answer = (keep: boolean): void => {
    api.confirmMailbox({ keep }).then(async () => {
      const { user } = await store.refresh();
      if (keep && user) router.replace(hashes[firstScreen(user)]);
    }).catch((error: unknown) => {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
    });
  };
  return (
    <div className={layout.group}>
      <Failure failure={failure} />
      <p className={layout.text}>{text('mailbox.differs', { a: shown, b: connected })}</p>
      <BusyButton isPrimary label={text('mailbox.connect', { a: shown })} onPress={() => answer(false)} />
      <BusyButton label={text('mailbox.keep', { b: connected })} onPress={() => answer(true)} />
    </div>
  );
}
