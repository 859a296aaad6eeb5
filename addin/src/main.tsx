/** Starts the pane: finds the host, the settings and the words side by side, then draws. */
import { createRoot } from 'react-dom/client';
import { makeApi, makeSend } from './api/client.ts';
import { aloneAcrossTabs, findStorage, makeSession } from './api/session.ts';
import { App } from './app.tsx';
import { loadConfig } from './config.ts';
import { openOfficeDialog } from './office/dialog.ts';
import { findHost } from './office/host.ts';
import { addressBarOf, makeRouter } from './router/router.ts';
import type { Services } from './services.ts';
import { openBrowserSignIn } from './sign-in/window.ts';
import { makeUserStore } from './state/user-store.ts';
import { loadWords, makeText } from './text/index.ts';
import { languageOf, type Language } from './text/language.ts';
import { NO_ANSWER, TRY_NOW } from './text/window.ts';

async function start(place: HTMLElement): Promise<void> {
  const [host, config] = await Promise.all([findHost(), loadConfig()]);
  const language = languageOf(host.language);
  document.documentElement.lang = language;
  const words = await loadWords(language);
  const storage = findStorage();
  const send = makeSend(new URL(config.apiUrl, window.location.href).href.replace(/\/$/, ''));
  const session = makeSession(send, storage, aloneAcrossTabs(navigator.locks), Date.now);
  const api = makeApi(send, session);
  const dialogPage = new URL('/dialog.html', window.location.href).href;
  const services: Services = {
    api, session, host, config, storage,
    store: makeUserStore(api, session, Date.now),
    router: makeRouter(addressBarOf(window)),
    text: makeText(language, localeOf(host.language, language), words),
    openSignIn: (events) => (host.kind === 'outlook' ? openOfficeDialog(dialogPage, events) : openBrowserSignIn(dialogPage, events)),
    putOff: new Set(),
  };
  createRoot(place).render(<App services={services} />);
  await services.store.refresh();
}

/** Plain HTML: what draws the screens may be just what could not be fetched. */
function sayUnreachable(place: HTMLElement): void {
  const language = languageOf(navigator.language);
  const main = document.createElement('main');
  const sentence = document.createElement('p');
  const button = document.createElement('button');
  sentence.textContent = NO_ANSWER[language];
  button.textContent = TRY_NOW[language];
  button.addEventListener('click', () => window.location.reload());
  main.append(sentence, button);
  place.replaceChildren(main);
}

/** Numbers and times follow the person's own region where its language is the one the pane speaks. */
function localeOf(tag: string, language: Language): string {
  return tag.toLowerCase().startsWith(language) ? tag : language;
}

const place = document.getElementById('pane');
if (!place) throw new Error('The page has no place for the pane.');
await start(place).catch((error: unknown) => {
  // The settings or the words could not be fetched. A page that is being left ends here too, and nobody reads it any more.
  if (!(error instanceof TypeError)) throw error;
  console.warn('The pane could not start:', error.message);
  sayUnreachable(place);
});
