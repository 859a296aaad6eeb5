/** Another mailbox than the linked one was signed in to: what that means, and the person's word; then the wait until it is done. */
import type { MailboxChange } from '@concord/api';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { useEffect, useState, type ReactNode } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { BusyButton } from '../../parts/busy-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { hashes } from '../../router/route.ts';
import { useServices } from '../../services.ts';
import { firstScreen } from '../../state/status.ts';

const LOOK_MS = 2_000;

export function Change({ change }: { readonly change: MailboxChange }): ReactNode {
  return change.isUnderWay ? <UnderWay to={change.to} /> : <Question change={change} />;
}

function Question({ change: { from, to, links } }: { readonly change: MailboxChange }): ReactNode {
  const { api, router, store, text } = useServices();
  const layout = useLayout();
  const { announce } = useAnnounce();
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [pressed, setPressed] = useState<'go' | 'stay'>();
  const answer = (go: boolean): void => {
    setFailure(null);
    setPressed(go ? 'go' : 'stay');
    api.changeMailbox({ go }).then(async () => {
      const { user } = await store.refresh();
      if (go || !user) return;
      announce(text('change.kept'));
      router.replace(hashes[firstScreen(user)]);
    }).catch((error: unknown) => {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
      return store.refresh();
    }).finally(() => setPressed(undefined));
  };
  const busy = (which: 'go' | 'stay') => (pressed === which ? { busy: text('change.working') } : {});
  const off = pressed === undefined ? {} : { off: text('change.working') };
  return (
    <div className={layout.group}>
      <Failure failure={failure} />
      <p className={layout.text}>{from === undefined ? text.count('change.belongToBefore', links) : text.count('change.belong', links, { old: from })}</p>
      <p className={layout.text}>{text('change.anew', { new: to })}</p>
      <p className={layout.text}>{text('change.stops')}</p>
      <p className={layout.hint}>{text('change.stays')}</p>
      <BusyButton
        isPrimary label={from === undefined ? text('change.cancel') : text('mailbox.keep', { b: from })} {...off} {...busy('stay')}
        onPress={() => answer(false)}
      />
      <BusyButton id="change-mailbox" label={text.count('change.go', links, { new: to })} {...off} {...busy('go')} onPress={() => answer(true)} />
    </div>
  );
}

/** The preview comes by itself once the links are put aside. */
function UnderWay({ to }: { readonly to: string }): ReactNode {
  const { router, store, text } = useServices();
  const layout = useLayout();
  useEffect(() => {
    const timer = window.setInterval(() => {
      void store.refresh().then(({ user }) => { if (user && !user.mailboxChange) router.replace(hashes[firstScreen(user)]); });
    }, LOOK_MS);
    return () => window.clearInterval(timer);
  }, [router, store]);
  return (
    <div className={layout.group}>
      <p className={layout.text} role="status">{text('change.underWay', { new: to })}</p>
      <p className={layout.hint}>{text('progress.close')}</p>
    </div>
  );
}
