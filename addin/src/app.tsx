/** The pane: theme, the one announcer, the screen of the present address, and what comes up by itself. */
import { AriaLiveAnnouncer } from '@fluentui/react-aria';
import { FluentProvider } from '@fluentui/react-provider';
import { webDarkTheme, webLightTheme } from '@fluentui/react-theme';
import { Suspense, useEffect, useState, type ReactNode } from 'react';
import { watchShade, type Shade } from './office/theme.ts';
import { Crash } from './parts/crash.tsx';
import { Waiting } from './parts/waiting.tsx';
import { useLayout } from './parts/layout.ts';
import { LostPanel } from './panels/lost/index.ts';
import { hashes } from './router/route.ts';
import { ServicesContext, useKnown, usePlace, useServices, useText, type Services } from './services.ts';
import { ScreenOf } from './screens.tsx';
import { firstScreen, openThings, statusOf } from './state/status.ts';
import { keepFresh } from './state/user-store.ts';

export function App({ services }: { readonly services: Services }): ReactNode {
  const [shade, setShade] = useState<Shade>('light');
  useEffect(() => watchShade(services.host, setShade), [services.host]);
  return (
    <FluentProvider theme={shade === 'dark' ? webDarkTheme : webLightTheme} dir="ltr">
      <ServicesContext value={services}>
        <AriaLiveAnnouncer>
          <Crash text={services.text}>
            <Pane />
          </Crash>
        </AriaLiveAnnouncer>
      </ServicesContext>
    </FluentProvider>
  );
}

function Pane(): ReactNode {
  const { host, store } = useServices();
  const known = useKnown();
  const { hash, route } = usePlace();
  useEffect(() => keepFresh(store, document), [store]);
  useBackKey();
  useTitle();
  useComesByItself();
  if (!host.isNewEnough) return <LostPanel why="oldHost" />;
  if (route.name === 'unknown') return <LostPanel why="notFound" />;
  const needsUser = route.name !== 'help' && !(route.name === 'activate' && route.step === 'crm');
  if (needsUser && !known.user) {
    if (known.isLoading || known.isSignedOut) return <Loading />;
    return <LostPanel why="server" onTry={() => { void store.refresh(); }} />;
  }
  return (
    <Suspense fallback={<Loading />}>
      <ScreenOf key={hash} route={route} />
    </Suspense>
  );
}

function Loading(): ReactNode {
  const text = useText();
  const layout = useLayout();
  return <div className={layout.page}><main className={layout.body}><Waiting label={text('page.loading')} /></main></div>;
}

/** Alt+Left is Back on every screen; in Outlook no browser is there to do it. */
function useBackKey(): void {
  const { router } = useServices();
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!event.altKey || event.key !== 'ArrowLeft') return;
      event.preventDefault();
      if (router.canGoBack()) router.back();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [router]);
}

function useTitle(): void {
  const { text } = useServices();
  const { user } = useKnown();
  const count = user ? openThings(user) : 0;
  useEffect(() => {
    document.title = count > 0 ? `(${text.number(count)}) ${text('app.name')}` : text('app.name');
  }, [count, text]);
}

/** Only activation and "sign in again" come up by themselves: at the start, and on home when the sign-in is refused. */
function useComesByItself(): void {
  const { putOff, router, store } = useServices();
  const known = useKnown();
  const { route } = usePlace();
  const [isStarted, setStarted] = useState(false);
  useEffect(() => {
    if (known.isLoading) return;
    if (!known.user) {
      if (known.isSignedOut && route.name !== 'help' && route.name !== 'unknown') router.replace(hashes.crm);
      return;
    }
    const next = firstScreen(known.user);
    const isFirst = !isStarted;
    setStarted(true);
    if (route.name !== 'home' || known.isSignedOut || known.isOffline) return;
    if (next === 'signIn' && !putOff.has('signIn') && statusOf(known, store.now()) === 'signInNeeded') router.go(hashes.signIn);
    else if (isFirst && next !== 'home' && next !== 'signIn' && !(next === 'preview' && putOff.has('preview'))) router.go(hashes[next]);
  }, [isStarted, known, putOff, route.name, router, store]);
}
