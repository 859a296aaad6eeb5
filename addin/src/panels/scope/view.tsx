/** What is synced: chosen first, then looked at in numbers wherever it adds something, then saved. Until then sync goes on as it is. */
import type { ScopeChoice } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { useState, type ReactNode } from 'react';
import { setUpHash } from '../../parts/menu/model.ts';
import { Screen } from '../../parts/screen.tsx';
import { useLayout } from '../../parts/layout.ts';
import { useKnown, useServices } from '../../services.ts';
import { Choose } from './choose.tsx';
import { presentChoice } from './model.ts';
import { Numbers } from './numbers.tsx';

export function ScopePanel(): ReactNode {
  const { text } = useServices();
  const { announce } = useAnnounce();
  const { user } = useKnown();
  const [choice, setChoice] = useState<ScopeChoice | null>(null);
  const [isCounting, setCounting] = useState(false);
  const [saved, setSaved] = useState('');
  if (!user) return null;
  if (user.activation === 'crmConnected' || user.activation === 'mailboxConnected') return <NotYet hash={setUpHash(user)} />;
  const wanted = choice ?? presentChoice(user);
  const change = (next: ScopeChoice): void => {
    setChoice(next);
    setSaved('');
  };
  const done = (): void => {
    const words = text(user.activation === 'active' ? 'scope.saved' : 'scope.savedLater');
    setChoice(null);
    setCounting(false);
    setSaved(words);
    announce(words);
  };
  return isCounting
    ? <Numbers user={user} choice={wanted} onBack={() => setCounting(false)} onSaved={done} />
    : <Choose user={user} choice={wanted} saved={saved} onChange={change} onCount={() => setCounting(true)} onSaved={done} />;
}

function NotYet({ hash }: { readonly hash: string }): ReactNode {
  const { router, text } = useServices();
  const layout = useLayout();
  return (
    <Screen title={text('scope.title')}>
      <p className={layout.text}>{text('scope.notYet')}</p>
      <div><Button appearance="primary" onClick={() => router.go(hash)}>{text('verb.setUp')}</Button></div>
    </Screen>
  );
}
