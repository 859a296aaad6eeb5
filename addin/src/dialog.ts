/** The sign-in window's own page: goes on to the vendor, and on the way back hands the one-time code to the pane. */
import { tellOpener } from './office/dialog.ts';
import { isSafeAddress, SIGN_IN_CHANNEL, writeSignInMessage } from './sign-in/window.ts';
import { languageOf, type Language } from './text/language.ts';
import { TOO_LATE, YOU_CAN_CLOSE } from './text/window.ts';

const hash = new URLSearchParams(window.location.hash.slice(1));
const go = hash.get('go');
const attempt = hash.get('attempt');

if (go !== null) {
  if (isSafeAddress(go)) window.location.replace(go);
} else if (attempt !== null) {
  // The code must not stay in the window's history; a hash is never sent to a server.
  window.location.hash = '';
  await report(attempt, hash.get('code'), hash.get('error'));
} else if (hash.has('error')) {
  say(TOO_LATE);
}

async function report(id: string, code: string | null, error: string | null): Promise<void> {
  const text = writeSignInMessage({ attempt: id, ...(code ? { code } : {}), ...(error ? { error } : {}) });
  const opener = window.opener as Window | null;
  opener?.postMessage(text, window.location.origin);
  const channel = new BroadcastChannel(SIGN_IN_CHANNEL);
  channel.postMessage(text);
  say(YOU_CAN_CLOSE);
  await tellOpener(text);
}

function say(sentence: Readonly<Record<Language, string>>): void {
  const language = languageOf(navigator.language);
  const place = document.querySelector('main');
  if (!place) return;
  document.documentElement.lang = language;
  place.textContent = sentence[language];
}
