/** Walks through the sign-in pages as a browser would, for the demo and for tests: reads the forms, presses the buttons. */
import { SIGN_IN_FORM } from './sign-in-page.ts';

export interface Visit {
  /** The address at the end: the application's redirect with code or error; undefined when a page refused to go on. */
  readonly redirect: URL | undefined;
  /** The pages seen, oldest first, as HTML. */
  readonly pages: readonly string[];
}

/** `login` picks the account; `decision` answers the consent page, when there is one. */
export async function visitSignIn(authorizeUrl: string, login: string, decision: 'accept' | 'cancel' = 'accept'): Promise<Visit> {
  const { origin } = new URL(authorizeUrl);
  const pages: string[] = [];
  let response = await fetch(authorizeUrl, { redirect: 'manual' });
  for (let step = 0; step < 4; step += 1) {
    const location = response.headers.get('location');
    if (location) return { redirect: new URL(location), pages };
    const page = await response.text();
    pages.push(page);
    const answers = answersOf(page, login, decision);
    if (!answers) break;
    response = await fetch(origin + SIGN_IN_FORM, { method: 'POST', body: answers, redirect: 'manual' });
  }
  return { redirect: undefined, pages };
}

/** What the person fills in: undefined where a page offers nothing to press. */
function answersOf(page: string, login: string, decision: string): URLSearchParams | undefined {
  const request = /name="request" value="([^"]*)"/.exec(page)?.[1];
  if (request === undefined) return undefined;
  const form = new URLSearchParams({ request: unescapeHtml(request) });
  const account = /name="user" value="([^"]*)">/.exec(page.includes('Pick an account') ? '' : page)?.[1];
  if (account === undefined) {
    form.set('user', login);
    return form;
  }
  form.set('user', account);
  form.set('decision', page.includes(`value="${decision}"`) ? decision : 'cancel');
  return form;
}

const unescapeHtml = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
