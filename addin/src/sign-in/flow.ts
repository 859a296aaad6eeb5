/** Drives one sign-in: opens the window within the click, asks for the attempt, hears the result and claims it. */
import type { Attempt, AttemptStatus, Claimed, ClaimAttempt, AttemptRef } from '@concord/api';
import { useEffect, useState } from 'react';
import { ApiFailure } from '../api/client.ts';
import { useServices } from '../services.ts';
import type { SignInState } from './model.ts';
import type { SignInMessage, SignInWindow, SignInWindowEvents } from './window.ts';

const ASK_AFTER_CLOSE_MS = 2_000;
const ENDED: readonly AttemptStatus['state'][] = ['refused', 'failed', 'expired'];
const SESSION_OVER: readonly string[] = ['NO_SESSION', 'SESSION_EXPIRED', 'SESSION_REVOKED'];

export interface FlowParts {
  readonly open: (events: SignInWindowEvents) => SignInWindow;
  readonly claim: (attempt: ClaimAttempt) => Promise<Claimed>;
  readonly status: (attempt: AttemptRef) => Promise<AttemptStatus>;
  readonly after: (ms: number, run: () => void) => void;
  readonly show: (state: SignInState) => void;
}

export interface Flow {
  begin(start: () => Promise<Attempt>, done: (claimed: Claimed) => Promise<void>): Promise<void>;
  cancel(): void;
}

type Done = (claimed: Claimed) => Promise<void>;

/** One flow runs one sign-in at a time; a new one ends the old. */
export function makeFlow(parts: FlowParts): Flow {
  let current: Turn | null = null;
  const end = (): void => {
    current?.end();
    current = null;
  };
  return {
    cancel: () => {
      end();
      parts.show({ step: 'idle' });
    },
    begin: async (start, done) => {
      end();
      const turn = new Turn(parts, done);
      current = turn;
      await turn.run(start);
    },
  };
}

/** One sign-in from the open window to its end; once ended it shows nothing more. */
class Turn {
  private readonly parts: FlowParts;
  private readonly done: Done;
  private state: SignInState = { step: 'opening' };
  private attempt: Attempt | null = null;
  private window: SignInWindow | null = null;
  private isOver = false;

  constructor(parts: FlowParts, done: Done) {
    this.parts = parts;
    this.done = done;
  }

  async run(start: () => Promise<Attempt>): Promise<void> {
    this.show({ step: 'opening' });
    this.window = this.parts.open({
      result: (message) => { void this.result(message); },
      closed: () => this.parts.after(ASK_AFTER_CLOSE_MS, () => { void this.closed(); }),
      blocked: () => this.finish({ step: 'blocked' }),
    });
    if (this.isOver) return;
    try {
      this.attempt = await start();
    } catch (error) {
      this.fail(error);
      return;
    }
    if (this.isOver) return;
    this.window.show(this.attempt.url);
    if (this.state.step === 'opening') this.show({ step: 'waiting' });
  }

  end(): void {
    this.isOver = true;
    this.closeWindow();
  }

  private closeWindow(): void {
    this.window?.close();
    this.window = null;
  }

  private async result({ attempt: id, code, error }: SignInMessage): Promise<void> {
    const { attempt } = this;
    if (this.isOver || !attempt || id !== attempt.attempt || this.state.step === 'checking') return;
    if (!code) {
      this.finish({ step: 'failed', error: { code: error ?? 'INTERNAL' } });
      return;
    }
    this.show({ step: 'checking' });
    try {
      const claimed = await this.parts.claim({ attempt: attempt.attempt, secret: attempt.secret, code });
      if (this.isOver) return;
      this.closeWindow();
      await this.done(claimed);
      this.finish({ step: 'idle' });
    } catch (failure) {
      this.fail(failure);
    }
  }

  /** The window is gone without a word: the server is asked once what it knows. */
  private async closed(): Promise<void> {
    if (!this.isPending()) return;
    try {
      const { attempt } = this;
      const status = attempt ? await this.parts.status({ attempt: attempt.attempt, secret: attempt.secret }) : null;
      if (!this.isPending()) return;
      if (status && ENDED.includes(status.state)) this.finish({ step: 'failed', error: { code: status.error ?? 'STATE_EXPIRED' } });
      // The window stays listened to: one that only looked closed may still hand its result over.
      else this.show({ step: 'closed' });
    } catch (failure) {
      this.fail(failure);
    }
  }

  private isPending(): boolean {
    return !this.isOver && (this.state.step === 'waiting' || this.state.step === 'opening');
  }

  private show(state: SignInState): void {
    if (this.isOver) return;
    this.state = state;
    this.parts.show(state);
  }

  private finish(state: SignInState): void {
    this.show(state);
    this.end();
  }

  private fail(error: unknown): void {
    if (!(error instanceof ApiFailure)) throw error;
    this.finish({ step: 'failed', error: error.body });
  }
}

/** The flow of a screen; it ends with the screen. */
export function useSignIn(): { readonly state: SignInState; readonly flow: Flow } {
  const { api, openSignIn, store } = useServices();
  const [state, show] = useState<SignInState>({ step: 'idle' });
  const [flow] = useState(() => makeFlow({
    open: openSignIn,
    claim: (attempt) => api.claim(attempt),
    status: (attempt) => api.attemptStatus(attempt),
    after: (ms, run) => { window.setTimeout(run, ms); },
    show: (next) => {
      const isOver = next.step === 'failed' && next.error.kind === 'credentialsRejected' && SESSION_OVER.includes(next.error.code);
      show(isOver ? { step: 'idle' } : next);
      // That the session is over is said on top of the screen, once the store knows it.
      if (isOver) void store.refresh();
    },
  }));
  useEffect(() => () => flow.cancel(), [flow]);
  return { state, flow };
}
