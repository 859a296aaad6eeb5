/** What the verbs do, wherever they stand: on the status line, in the menu, on a screen. */
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { ApiFailure } from '../api/client.ts';
import { setUpHash } from '../parts/menu/model.ts';
import { hashes } from '../router/route.ts';
import { useKnown, useServices, type Services } from '../services.ts';
import { sentenceOf } from '../text/sentences.ts';
import type { StatusVerb } from './status.ts';
import type { UserStore } from './user-store.ts';

/** A press that starts something on the server; a refusal is said in words and the state asked again. */
export function useVerb(verb: StatusVerb): () => void {
  const services = useServices();
  const { user } = useKnown();
  const { announce } = useAnnounce();
  const { router, api, store, text } = services;
  const run = (work: () => Promise<void>): void => {
    work().catch((error: unknown) => {
      if (!(error instanceof ApiFailure)) throw error;
      // The end of the session is said by the bar that comes with it.
      if (!error.isSignedOut) announce(sentenceOf(error.body, text, store.now()), { alert: true });
      return store.refresh();
    });
  };
  switch (verb) {
    case 'setUp': case 'review': return () => router.go(user ? setUpHash(user) : hashes.crm);
    case 'signInAgain': return () => router.go(hashes.signIn);
    case 'pause': return () => router.go(hashes.stop);
    case 'show': return () => {
      if (user && user.sync.asks > 0) router.go(hashes.asks);
      else if (user && user.sync.held > 0) router.go(hashes.held);
      else if (router.current().hash === hashes.status) showNotAccepted();
      else router.go(hashes.status);
    };
    case 'details': return () => router.go(hashes.status);
    case 'tryNow': return () => { void store.refresh(); };
    case 'resume': return () => run(async () => { await api.resume(); store.expectRun(); await store.refresh(); });
    case 'activate': return () => run(() => switchOn(services));
    case 'copyRequest': return () => run(() => copyRequest(services, announce));
    case 'syncNow': return () => run(() => syncNow(services, announce));
    default: return verb satisfies never;
  }
}

/** On the status screen itself: goes to the newest run that holds a record which was not accepted. */
function showNotAccepted(): void {
  document.querySelector<HTMLElement>('[data-not-accepted] a')?.focus();
}

/** Who approved once is switched on again as he was; else the preview comes first. */
async function switchOn({ api, router, store }: Services): Promise<void> {
  try {
    await api.resume();
    store.expectRun();
    await store.refresh();
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.body.code !== 'WRONG_STATE') throw error;
    const user = store.get().user;
    router.go(!user?.crm ? hashes.crm : user.mailbox ? hashes.preview : hashes.mailbox);
  }
}

async function copyRequest({ store, text }: Services, announce: (message: string) => void): Promise<void> {
  const problem = store.get().user?.sync.problem;
  await navigator.clipboard.writeText(text('report.request', { code: problem?.code ?? '', system: problem?.system ?? '' }));
  announce(text('verb.copied'));
}

async function syncNow({ api, store, text }: Services, announce: (message: string) => void): Promise<void> {
  const before = store.get().user?.sync.lastRunAt ?? 0;
  await api.syncNow();
  store.expectRun();
  await store.refresh();
  onNextRun(store, before, (changes) => announce(text.count('sync.finished', changes)));
}

/** Calls `tell` once, when a run later than `before` is over. */
function onNextRun(store: UserStore, before: number, tell: (changes: number) => void): void {
  const look = (): boolean => {
    const sync = store.get().user?.sync;
    if (!sync || sync.isRunning || (sync.lastRunAt ?? 0) <= before) return false;
    tell(sync.lastRunChanges ?? 0);
    return true;
  };
  if (look()) return;
  const stop = store.subscribe(() => { if (look()) stop(); });
}

/** Signs out here and on the server; nothing of the user stays in the pane. */
export function useSignOut(): () => void {
  const { session, store, router } = useServices();
  return () => {
    session.end().catch((error: unknown) => {
      // The server could not be told: the session ends there by itself when its tokens do.
      if (!(error instanceof ApiFailure)) throw error;
    }).finally(() => {
      store.forget();
      router.replace(hashes.crm);
    });
  };
}
