/** The button that opens the menu. The menu itself is fetched when the pane is idle: it weighs a third of the first chunk. */
import { Button } from '@fluentui/react-button';
import { CounterBadge } from '@fluentui/react-badge';
import { NavigationRegular } from '@fluentui/react-icons/svg/navigation';
import { makeStyles } from '@griffel/react';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { useKnown, useText } from '../services.ts';
import { openThings } from '../state/status.ts';

const loadMenu = async () => ({ default: (await import('./menu/index.ts')).HeaderMenu });
const HeaderMenu = lazy(loadMenu);

const useStyles = makeStyles({
  place: { position: 'relative', flexShrink: 0 },
  count: { position: 'absolute', insetBlockStart: '-2px', insetInlineEnd: '-4px', pointerEvents: 'none' },
});

export function MenuButton(): ReactNode {
  const styles = useStyles();
  const [isWanted, setWanted] = useState(false);
  const { user } = useKnown();
  const count = user ? openThings(user) : 0;
  useEffect(() => {
    // Safari has no idle callback; there the chunk comes with the first press.
    if (!('requestIdleCallback' in window)) return undefined;
    const idle = window.requestIdleCallback(() => {
      // Only fetched early here: the press asks again and says what is wrong.
      loadMenu().catch((error: unknown) => { if (!(error instanceof TypeError)) throw error; });
    });
    return () => window.cancelIdleCallback(idle);
  }, []);
  const closed = <MenuOpener onClick={() => setWanted(true)} />;
  return (
    <div className={styles.place}>
      {isWanted ? <Suspense fallback={closed}><HeaderMenu /></Suspense> : closed}
      {count > 0 ? <CounterBadge className={styles.count} count={count} size="small" color="danger" aria-hidden /> : null}
    </div>
  );
}

function MenuOpener({ onClick }: { readonly onClick: () => void }): ReactNode {
  const text = useText();
  const label = text('header.menu');
  return (
    <Button
      appearance="subtle" icon={<NavigationRegular />} aria-label={label} title={label} aria-haspopup="menu" aria-expanded={false}
      onClick={onClick}
    />
  );
}
