/** P1: signs in to the CRM, which opens the session and connects the CRM side in one go. */
import type { Claimed, SignInForm, UserState } from '@concord/api';
import { useEffect, useState, type ReactNode } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { BusyButton } from '../../parts/busy-button.tsx';
import { useLayout } from '../../parts/layout.ts';
import { Failure } from '../../parts/failure.tsx';
import { Screen } from '../../parts/screen.tsx';
import { StepBar } from '../../parts/step-bar.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { useKnown, useServices } from '../../services.ts';
import { SignInPanel } from '../../sign-in/form.tsx';
import { nextScreen, organizationOf } from './model.ts';

export function CrmSignInPanel(): ReactNode {
  const { text } = useServices();
  const known = useKnown();
  const [wantsAnother, setWantsAnother] = useState(false);
  const user = known.isSignedOut ? undefined : known.user;
  return (
    <Screen title={text('crm.title')} header={<StepBar step={1} />} isTop={!user} isSignIn>
      {user?.crm && !wantsAnother
        ? <Already user={user} onAnother={() => setWantsAnother(true)} />
        : <SignIn isAgain={user !== undefined && !wantsAnother} onSigned={() => setWantsAnother(true)} />}
    </Screen>
  );
}

function Already({ user, onAnother }: { readonly user: UserState; readonly onAnother: () => void }): ReactNode {
  const { router, text } = useServices();
  const layout = useLayout();
  return (
    <div className={layout.group}>
      <p className={layout.text}>{text('crm.already', { org: organizationOf(user) })}</p>
      <BusyButton isPrimary label={text('crm.goOn')} onPress={() => router.go(nextScreen(user))} />
      <BusyButton label={text('crm.useAnother')} onPress={onAnother} />
    </div>
  );
}

interface SignInProps {
  /** The CRM was disconnected while the session goes on: the person stays in his organization. */
  readonly isAgain: boolean;
  /** Keeps this form on the screen until the next one is there. */
  readonly onSigned: () => void;
}

function SignIn({ isAgain, onSigned }: SignInProps): ReactNode {
  const { api, host, router, session, store, text } = useServices();
  const layout = useLayout();
  const { forms, failure, again } = useForms();
  if (failure) return <Failure failure={failure} onAgain={again} />;
  const start = isAgain ? api.signInAgain : api.startSignIn;
  const connect = isAgain ? api.connectCrmAgain : api.connectCrm;
  const shown = host.mailAddress ? { expectedAddress: host.mailAddress } : {};
  if (!forms) return <Waiting label={text('page.loading')} />;
  const done = async (claimed: Claimed): Promise<void> => {
    if (claimed.session) session.begin(claimed.session);
    onSigned();
    const { user } = await store.refresh();
    if (user) router.replace(nextScreen(user));
  };
  return (
    <>
      <p className={layout.text}>{text('crm.lead')}</p>
      <SignInPanel
        forms={forms}
        which={text('crm.which')}
        button={(form) => text('crm.signIn', { crm: form.name })}
        hint={(form) => (form.by === 'credentials' ? text('typed.kept', { system: form.name }) : text('crm.window', { crm: form.name }))}
        start={(request) => start({ ...request, ...shown })}
        connect={(request) => connect({ ...request, ...shown })}
        done={done}
      />
    </>
  );
}

interface Forms {
  readonly forms: readonly SignInForm[] | null;
  readonly failure: ApiFailure | null;
  readonly again: () => void;
}

function useForms(): Forms {
  const { api } = useServices();
  const [forms, setForms] = useState<readonly SignInForm[] | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isHere = true;
    api.forms().then(
      (all) => { if (isHere) setForms(all.filter((form) => form.side === 'c')); },
      (error: unknown) => {
        if (!(error instanceof ApiFailure)) throw error;
        if (isHere) setFailure(error);
      },
    );
    return () => { isHere = false; };
  }, [api, turn]);
  return { forms, failure, again: () => { setFailure(null); setTurn((n) => n + 1); } };
}
