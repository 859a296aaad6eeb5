/** P17: a side refuses the sign-in. Comes by itself; after a new sign-in sync goes on by itself. */
import type { Claimed } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { useState, type ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { Screen } from '../../parts/screen.tsx';
import { StatusLine } from '../../parts/status-line.tsx';
import { hashes } from '../../router/route.ts';
import { useKnown, useServices } from '../../services.ts';
import { SignInPanel } from '../../sign-in/form.tsx';
import { startMailbox } from '../mailbox/start.ts';
import { refusedOf } from './model.ts';

export function SignInAgainPanel(): ReactNode {
  const services = useServices();
  const { putOff, router, text } = services;
  const { user } = useKnown();
  const layout = useLayout();
  const [atFirst] = useState(user);
  // What is refused is decided once: after the new sign-in nothing is refused any more, and the screen must not jump.
  if (!atFirst) return null;
  const refused = refusedOf(atFirst);
  return (
    <Screen title={text('again.title', { system: refused.name })} header={text('app.name')} above={<StatusLine hasVerb={false} />} isTop>
      <Why name={refused.name} links={atFirst.sync.links} />
      <Again />
      <div className={layout.row}>
        <Button appearance="subtle" className={layout.flush} onClick={() => { putOff.add('signIn'); router.replace(hashes.home); }}>
          {text('again.later')}
        </Button>
        {refused.side === 'm' ? (
          <Button appearance="subtle" className={layout.flush} onClick={() => router.go(hashes.mailbox)}>
            {`${text('again.other')} ${text('accounts.change')}`}
          </Button>
        ) : null}
      </div>
      <p className={layout.hint}>{text('again.restarts')}</p>
    </Screen>
  );
}

function Why({ name, links }: { readonly name: string; readonly links: number }): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  return (
    <div className={layout.group}>
      <p className={layout.text}>{text('again.refused', { system: name })}</p>
      <p className={layout.text}>{text.count('again.kept', links)}</p>
    </div>
  );
}

function Again(): ReactNode {
  const services = useServices();
  const { api, host, router, session, store, text } = services;
  const { announce } = useAnnounce();
  const { user } = useKnown();
  const [refused] = useState(() => (user ? refusedOf(user) : null));
  if (!refused) return null;
  const done = async (claimed: Claimed): Promise<void> => {
    if (claimed.session) session.begin(claimed.session);
    store.expectRun();
    await store.refresh();
    announce(`${text('again.connected')} ${text('again.restarts')}`);
    router.replace(hashes.home);
  };
  return (
    <SignInPanel
      forms={refused.forms}
      which={text(refused.side === 'm' ? 'mailbox.which' : 'crm.which')}
      button={(system) => text('again.button', { system })}
      hint={(form) => (refused.side === 'm' ? text('mailbox.accept') : text('crm.window', { crm: form.name }))}
      start={(request) => (refused.side === 'm'
        ? startMailbox(services, request)
        : api.signInAgain({ ...request, ...(host.mailAddress ? { expectedAddress: host.mailAddress } : {}) }))}
      done={done}
    />
  );
}
