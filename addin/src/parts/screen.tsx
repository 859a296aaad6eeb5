/** The frame of every screen: header with Menu or Back, the title as h1 that takes the focus, then the content. */
import { Button } from '@fluentui/react-button';
import { ArrowLeftRegular } from '@fluentui/react-icons/svg/arrow-left';
import { mergeClasses } from '@griffel/react';
import { useEffect, useRef, type ReactNode } from 'react';
import { usePlace, useServices, useText } from '../services.ts';
import { useLayout } from './layout.ts';
import { MenuButton } from './menu-button.tsx';
import { SessionOver } from './session-over.tsx';

export interface ScreenProps {
  readonly title: string;
  /** What stands in the header instead of the title, which is then the first line of the content. */
  readonly header?: ReactNode;
  /** What stands between the header and the title. */
  readonly above?: ReactNode;
  /** True on the screens that sign in: there nobody needs to be told that the session is over. */
  readonly isSignIn?: boolean;
  /** Home has the menu where other screens have Back. */
  readonly isTop?: boolean;
  /** False while rows are still loading: the row one came from takes the focus once it is there. */
  readonly isReady?: boolean;
  /** Changes when the same screen shows another thing, so that the title takes the focus again. */
  readonly focusKey?: string;
  readonly children: ReactNode;
}

export function Screen(
  { title, header, above, isSignIn = false, isTop = false, isReady = true, focusKey = '', children }: ScreenProps,
): ReactNode {
  const layout = useLayout();
  const heading = useRef<HTMLHeadingElement>(null);
  useArrival(heading, isReady, focusKey);
  const titleClass = mergeClasses(layout.title, header === undefined && layout.ellipsis);
  const h1 = <h1 ref={heading} tabIndex={-1} className={titleClass} title={title}>{title}</h1>;
  return (
    <div className={layout.page}>
      <header className={layout.header}>
        {isTop ? <MenuButton /> : <BackButton />}
        {header === undefined ? h1 : <div className={mergeClasses(layout.grow, typeof header === 'string' && layout.title)}>{header}</div>}
      </header>
      <main className={layout.body}>
        {isSignIn ? null : <SessionOver />}
        {above}
        {header === undefined ? null : h1}
        {children}
      </main>
    </div>
  );
}

function BackButton(): ReactNode {
  const { router } = useServices();
  const label = useText()('header.back');
  return <Button appearance="subtle" icon={<ArrowLeftRegular />} aria-label={label} title={label} onClick={() => router.back()} />;
}

/** A new screen focuses its h1; Back returns to the row one came from, as soon as that row is there. */
function useArrival(heading: React.RefObject<HTMLHeadingElement | null>, isReady: boolean, focusKey: string): void {
  const { returnTo } = usePlace();
  const restored = useRef(false);
  useEffect(() => {
    if (returnTo === undefined) return whenFocused(() => heading.current?.focus());
    return undefined;
  }, [heading, returnTo, focusKey]);
  useEffect(() => {
    if (returnTo === undefined || restored.current || !isReady) return;
    restored.current = true;
    const row = document.getElementById(returnTo);
    (row ?? heading.current)?.focus();
  }, [heading, returnTo, isReady]);
}

/** The pane takes no focus from Outlook: where it has none, the move waits until the person comes to the pane. */
function whenFocused(move: () => void): () => void {
  if (document.hasFocus()) move();
  const later = (): void => { if (document.activeElement === document.body) move(); };
  window.addEventListener('focus', later, { once: true });
  return () => window.removeEventListener('focus', later);
}
