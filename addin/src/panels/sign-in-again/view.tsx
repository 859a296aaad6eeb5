/** P17: a side refuses the sign-in. Comes by itself; after a new sign-in sync goes on by itself. */
import type { Claimed, SignInForm } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { useState, type ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { Screen } from '../../parts/screen.tsx';
import { StatusLine } from '../../parts/status-line.tsx';
import { hashes } from '../../router/route.ts';
import { useKnown, useServices } from '../../services.ts';
import { SignInPanel } from '../../sign-in/form.tsx';
import { moment } from '../../text/times.ts';
import { connectMailbox, startMailbox } from '../mailbox/start.ts';
import { refusedOf, type Refused } from './model.ts';

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
      <Why refused={refused} links={atFirst.sync.links} />
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

function Why({ refused: { name, connection, forms }, links }: { readonly refused: Refused; readonly links: number }): ReactNode {
  const { store, text } = useServices();
  const layout = useLayout();
  const refused = connection?.refused;
  const why = refused && forms[0]?.by === 'credentials'
    ? text('again.times', { system: name, n: refused.tries, time: moment(text, refused.at, store.now()) })
    : text('again.refused', { system: name });
  return (
    <div className={layout.group}>
      <p className={layout.text}>{why}</p>
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
  const shown = host.mailAddress ? { expectedAddress: host.mailAddress } : {};
  const namesOf = ({ name }: SignInForm) => ({ system: name, crm: name });
  const done = async (claimed: Claimed): Promise<void> => {
    if (claimed.session) session.begin(claimed.session);
    store.expectRun();
    const known = await store.refresh();
    // Somebody else's mailbox, or one that was moved: that is asked about first.
    if (known.user?.mailboxChange) return router.replace(hashes.mailbox);
    announce(`${text('again.connected')} ${text('again.restarts')}`);
    router.replace(hashes.home);
  };
  return (
    <SignInPanel
      forms={refused.forms}
      which={text(refused.side === 'm' ? 'mailbox.which' : 'crm.which')}
      button={(form) => text(form.by === 'oauth' ? 'again.button' : refused.side === 'm' ? 'typed.connect' : 'crm.signIn', namesOf(form))}
      hint={(form) => text(form.by === 'credentials' ? 'typed.kept' : refused.side === 'm' ? 'mailbox.accept' : 'crm.window', namesOf(form))}
      before={refused.connection?.typed}
      others={refused.others}
      start={(request) => (refused.side === 'm' ? startMailbox(services, request) : api.signInAgain({ ...request, ...shown }))}
      connect={(request) => (refused.side === 'm' ? connectMailbox(services, request) : api.connectCrmAgain({ ...request, ...shown }))}
      done={done}
    />
  );
}
