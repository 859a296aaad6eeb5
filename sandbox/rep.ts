/** A rep without hands: walks the vendors' sign-in pages like a person and speaks to the API like the pane. */

/** What a person does on one page: fill these fields, press the button with this test id. */
export interface PageStep {
  readonly press: string;
  readonly fill?: Readonly<Record<string, string>>;
}

export interface Rep {
  /** Calls the API with the session; throws ApiFailure for anything but 2xx. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Opens a sign-in of the mailbox side and walks it to its end. */
  connectMailbox(system: string, choice: string, steps: readonly PageStep[], expectedAddress?: string): Promise<{ address?: string; differs: boolean }>;
}

export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface AttemptReply { readonly attempt: string; readonly secret: string; readonly url: string }
interface Session { readonly access: string; readonly refresh: string }
interface Claimed { readonly session?: Session; readonly address?: string; readonly differs: boolean }

const PAGE_LIMIT = 12;

/** Signs in to the CRM, which opens the session. */
export async function signInRep(apiOrigin: string, system: string, choice: string, steps: readonly PageStep[]): Promise<Rep> {
  const attempt = await post<AttemptReply>(apiOrigin, 'sign-in', { system, choice }, null);
  const claimed = await claim(apiOrigin, attempt, steps, null);
  if (!claimed.session) throw new Error('the sign-in ended without a session');
  let session = claimed.session;
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    try {
      return await request<T>(apiOrigin, method, path, body, session.access);
    } catch (error) {
      // The clock was moved past the bearer's hour: the pane would refresh, and so does this rep, once.
      if (!(error instanceof ApiFailure) || error.code !== 'SESSION_EXPIRED') throw error;
      session = await post<Session>(apiOrigin, 'session/refresh', { refresh: session.refresh }, null);
      return request<T>(apiOrigin, method, path, body, session.access);
    }
  };
  return {
    call,
    connectMailbox: async (mailboxSystem, mailboxChoice, mailboxSteps, expectedAddress) => {
      const second = await call<AttemptReply>('POST', 'mailbox/connect', { system: mailboxSystem, choice: mailboxChoice, expectedAddress });
      return claim(apiOrigin, second, mailboxSteps, session.access);
    },
  };
}

async function claim(apiOrigin: string, attempt: AttemptReply, steps: readonly PageStep[], bearer: string | null): Promise<Claimed> {
  const landed = await walkPages(attempt.url, steps);
  const words = new URLSearchParams(landed.hash.slice(1));
  const code = words.get('code');
  const error = words.get('error') ?? 'NO_CODE';
  if (!code) throw new ApiFailure(0, error, `the sign-in window ended at ${landed.origin}${landed.pathname} with ${error}`);
  return post<Claimed>(apiOrigin, 'attempts/claim', { attempt: attempt.attempt, secret: attempt.secret, code }, bearer);
}

/** Follows redirects and presses the steps' buttons until the address is the pane's own dialog page. */
export async function walkPages(start: string, steps: readonly PageStep[]): Promise<URL> {
  const cookies = new Map<string, string>();
  const left = [...steps];
  let next: { url: URL; form?: URLSearchParams } = { url: new URL(start) };
  for (let page = 0; page < PAGE_LIMIT; page += 1) {
    if (next.url.pathname.endsWith('/dialog.html')) return next.url;
    const answer = await fetch(next.url, {
      method: next.form ? 'POST' : 'GET', redirect: 'manual', ...(next.form ? { body: next.form } : {}),
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location) { next = { url: new URL(location, next.url) }; continue; }
    const step = left.shift();
    const html = await answer.text();
    if (!step) throw new Error(`a page nobody planned for (${answer.status} ${next.url.pathname}): ${textOf(html).slice(0, 300)}`);
    next = submit(html, next.url, step);
  }
  throw new Error(`the sign-in did not end after ${PAGE_LIMIT} pages`);
}

function submit(html: string, page: URL, step: PageStep): { url: URL; form: URLSearchParams } {
  for (const [form, attributes = '', inside = ''] of html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)) {
    const button = [...form.matchAll(/<button([^>]*)>/g)].map(([, words]) => words ?? '').find((words) => attribute(words, 'data-testid') === step.press);
    if (button === undefined) continue;
    const values = new URLSearchParams();
    for (const [, words = ''] of inside.matchAll(/<input([^>]*)>/g)) values.set(attribute(words, 'name') ?? '', attribute(words, 'value') ?? '');
    for (const [name, value] of Object.entries(step.fill ?? {})) values.set(name, value);
    const name = attribute(button, 'name');
    if (name) values.set(name, attribute(button, 'value') ?? '');
    return { url: new URL(attribute(attributes, 'action') ?? page.href, page), form: values };
  }
  throw new Error(`no button "${step.press}" on ${page.pathname}: ${textOf(html).slice(0, 300)}`);
}

function attribute(words: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(words)?.[1];
  return value?.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>')
    .replace(/&#(\d+);/g, (_whole, code: string) => String.fromCharCode(Number(code))).replaceAll('&amp;', '&');
}

function textOf(html: string): string {
  return html.replace(/<style[\s\S]*?<\/style>/g, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').trim();
}

function post<T>(apiOrigin: string, path: string, body: unknown, bearer: string | null): Promise<T> {
  return request<T>(apiOrigin, 'POST', path, body, bearer);
}

async function request<T>(apiOrigin: string, method: string, path: string, body: unknown, bearer: string | null): Promise<T> {
  const answer = await fetch(`${apiOrigin}/api/${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const value = text === '' ? undefined : JSON.parse(text) as unknown;
  if (!answer.ok) {
    const error = (value as { error?: { code?: string; message?: string } } | undefined)?.error;
    throw new ApiFailure(answer.status, error?.code ?? 'NO_BODY', `${method} ${path}: ${answer.status} ${error?.code ?? ''} ${error?.message ?? ''}`);
  }
  return value as T;
}

/** The seeded rep of both stand-ins. */
export const ANNA = {
  login: 'anna.weber@contoso.example',
  crmSteps: [
    { press: 'login-submit', fill: { username: 'anna.weber@contoso.example', password: 'sandbox-2026' } },
    { press: 'approve-allow' },
  ],
  mailboxSteps: [{ press: 'account-anna.weber@contoso.example' }, { press: 'consent-accept' }],
} as const;
