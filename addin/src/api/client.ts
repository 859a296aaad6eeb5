/** Typed calls to our functions: one place for the address, the bearer token, and what an error means. */
import { ROUTES, type RouteName } from '@concord/api/routes';
import type {
  ActivateRequest, ApiErrorBody, AskAnswer, AskList, Attempt, AttemptRef, AttemptStatus, ChangeMailbox, Claimed, ClaimAttempt,
  ConfirmAddress, ConnectCredentials, DisconnectRequest, HeldAnswer, HeldAuthors, HeldList, PauseRequest, Preview, PreviewRequest, RecordHistory,
  RecordWish, RunDetail, RunList, ScopeChange, SignInForm, StartAttempt, UndoPlan, UserState,
} from '@concord/api';
import type { Session } from './session.ts';

/** `offline` is no answer at all; everything else came from the server. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly body: ApiErrorBody;
  readonly status: number;

  constructor(status: number, body: ApiErrorBody) {
    super(`${body.kind} ${body.code}`);
    this.status = status;
    this.body = body;
  }

  get isOffline(): boolean {
    return this.status === 0;
  }

  get isSignedOut(): boolean {
    return this.status === 401;
  }
}

export interface Call {
  readonly body?: unknown;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

export type Send = (route: RouteName, call?: Call, access?: string) => Promise<unknown>;

/** The one fetch of the pane. `apiUrl` has no slash at its end. */
export function makeSend(apiUrl: string): Send {
  return async (route, call = {}, access) => {
    const { method, path } = ROUTES[route];
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(call.path?.[name] ?? ''));
    const query = call.query && Object.keys(call.query).length > 0 ? `?${new URLSearchParams(call.query).toString()}` : '';
    const { reply, text } = await reach(`${apiUrl}/${filled}${query}`, {
      method,
      cache: 'no-store',
      credentials: 'omit',
      headers: {
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(access ? { authorization: `Bearer ${access}` } : {}),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    const parsed = parse(text);
    if (!reply.ok) throw new ApiFailure(reply.status, errorBody(parsed));
    return parsed;
  };
}

/** A connection can also break, or the page be left, while the reply is being read. */
async function reach(url: string, init: RequestInit): Promise<{ readonly reply: Response; readonly text: string }> {
  try {
    const reply = await fetch(url, init);
    return { reply, text: await reply.text() };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ApiFailure(0, { kind: 'unavailable', code: 'OFFLINE', message: 'No answer from the server.' });
  }
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // A proxy's page instead of our reply: the status alone tells.
    return undefined;
  }
}

function errorBody(reply: unknown): ApiErrorBody {
  if (reply && typeof reply === 'object' && 'error' in reply) {
    const { error } = reply;
    if (error && typeof error === 'object' && 'kind' in error && 'code' in error) return error as ApiErrorBody;
  }
  return { kind: 'unavailable', code: 'NO_REPLY', message: 'The server answered with something else.' };
}

/** Every call the panels make. The reply's shape is the server's promise (api/), checked there and not again here. */
export interface Api {
  forms(): Promise<readonly SignInForm[]>;
  /** A sign-in of anybody; with a session, `signInAgain` keeps the person in the organization of that session. */
  startSignIn(request: StartAttempt): Promise<Attempt>;
  signInAgain(request: StartAttempt): Promise<Attempt>;
  attemptStatus(attempt: AttemptRef): Promise<AttemptStatus>;
  claim(attempt: ClaimAttempt): Promise<Claimed>;
  /** A sign-in with what was typed; `Again` as above. */
  connectCrm(request: ConnectCredentials): Promise<Claimed>;
  connectCrmAgain(request: ConnectCredentials): Promise<Claimed>;
  connectMailbox(request: ConnectCredentials): Promise<Claimed>;
  me(): Promise<UserState>;
  startMailbox(request: StartAttempt): Promise<Attempt>;
  changeMailbox(request: ChangeMailbox): Promise<void>;
  confirmMailbox(request: ConfirmAddress): Promise<void>;
  skipMailbox(): Promise<void>;
  startPreview(request?: PreviewRequest): Promise<Preview>;
  preview(): Promise<Preview>;
  activate(request: ActivateRequest): Promise<void>;
  changeScope(change: ScopeChange): Promise<void>;
  syncNow(): Promise<void>;
  pause(request: PauseRequest): Promise<void>;
  resume(): Promise<void>;
  deactivate(): Promise<void>;
  disconnect(request: DisconnectRequest): Promise<void>;
  runs(after?: string): Promise<RunList>;
  run(id: string, after?: string): Promise<RunDetail>;
  asks(): Promise<AskList>;
  answer(id: string, answer: AskAnswer): Promise<void>;
  retry(record: string): Promise<void>;
  held(): Promise<HeldList>;
  heldAuthors(group: string): Promise<HeldAuthors>;
  /** Answers for how many records the word was stored. */
  answerHeld(group: string, answer: HeldAnswer): Promise<{ readonly count: number }>;
  undoPlan(run: string): Promise<UndoPlan>;
  undoRun(run: string): Promise<{ readonly count: number }>;
  record(id: string, after?: string): Promise<RecordHistory>;
  wish(record: string, wish: RecordWish): Promise<void>;
}

export function makeApi(send: Send, session: Session): Api {
  const open = async <Reply>(route: RouteName, call?: Call): Promise<Reply> => await send(route, call) as Reply;
  const ask = async <Reply>(route: RouteName, call?: Call): Promise<Reply> => await session.call(route, call) as Reply;
  const page = (after: string | undefined): Call => (after ? { query: { after } } : {});
  return {
    forms: async () => (await open<{ forms: readonly SignInForm[] }>('forms')).forms,
    startSignIn: (body) => open('startSignIn', { body }),
    signInAgain: (body) => ask('startSignIn', { body }),
    attemptStatus: (body) => open('attemptStatus', { body }),
    claim: (body) => open('claimAttempt', { body }),
    connectCrm: (body) => open('connectCrm', { body }),
    connectCrmAgain: (body) => ask('connectCrm', { body }),
    connectMailbox: (body) => ask('connectMailbox', { body }),
    me: () => ask('me'),
    startMailbox: (body) => ask('startMailbox', { body }),
    changeMailbox: (body) => ask('changeMailbox', { body }),
    confirmMailbox: (body) => ask('confirmMailbox', { body }),
    skipMailbox: () => ask('skipMailbox', { body: {} }),
    startPreview: (body = {}) => ask('startPreview', { body }),
    preview: () => ask('preview'),
    activate: (body) => ask('activate', { body }),
    changeScope: (body) => ask('changeScope', { body }),
    syncNow: () => ask('syncNow', { body: {} }),
    pause: (body) => ask('pause', { body }),
    resume: () => ask('resume', { body: {} }),
    deactivate: () => ask('deactivate', { body: {} }),
    disconnect: (body) => ask('disconnect', { body }),
    runs: (after) => ask('runs', page(after)),
    run: (id, after) => ask('run', { path: { id }, ...page(after) }),
    asks: () => ask('asks'),
    answer: (id, body) => ask('answerAsk', { path: { id }, body }),
    retry: (id) => ask('retryRecord', { path: { id }, body: {} }),
    held: () => ask('held'),
    heldAuthors: (id) => ask('heldAuthors', { path: { id } }),
    answerHeld: (id, body) => ask('answerHeld', { path: { id }, body }),
    undoPlan: (id) => ask('undoPlan', { path: { id } }),
    undoRun: (id) => ask('undoRun', { path: { id }, body: {} }),
    record: (id, after) => ask('record', { path: { id }, ...page(after) }),
    wish: (id, body) => ask('wishRecord', { path: { id }, body }),
  };
}
