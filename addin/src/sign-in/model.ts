/** The steps of one sign-in as the pane shows them, and the words for how it can end. */
import type { ApiErrorBody } from '@concord/api';
import type { Text } from '../text/index.ts';
import type { TextKey } from '../text/en.ts';

export type SignInState =
  | { readonly step: 'idle' }
  /** The window is open, the vendor's address is being asked for. */
  | { readonly step: 'opening' }
  | { readonly step: 'waiting' }
  | { readonly step: 'checking' }
  | { readonly step: 'blocked' }
  | { readonly step: 'closed' }
  | { readonly step: 'failed'; readonly error: Pick<ApiErrorBody, 'code'> & Partial<ApiErrorBody> };

export function isBusy(state: SignInState): boolean {
  return state.step === 'opening' || state.step === 'waiting' || state.step === 'checking';
}

/** The verb under the sentence: begins again, or copies what an admin must do. */
export interface SignInEnd {
  readonly sentence: string;
  readonly verb: 'again' | 'copy';
  readonly verbText: TextKey;
  readonly isOnField: boolean;
}

const LATE: readonly string[] = ['STATE_UNKNOWN', 'STATE_USED', 'STATE_EXPIRED', 'NOT_FOUND'];

/** `host` is what the person typed as an address, for the sentence that refuses it. */
export function endOf(state: SignInState, text: Text, system: string, host: string): SignInEnd | null {
  if (state.step === 'blocked') return again(text('window.blocked'), 'window.again');
  if (state.step === 'closed') return again(text('window.closed'), 'window.again');
  if (state.step !== 'failed') return null;
  const { code } = state.error;
  if (LATE.includes(code)) return again(text('signIn.late'), 'signIn.again');
  if (code === 'CONSENT_REFUSED') return again(text('signIn.refused'), 'verb.tryAgain');
  if (code === 'ADMIN_MUST_AGREE') return { ...again(text('signIn.admin'), 'verb.copyRequest'), verb: 'copy' };
  if (code === 'BAD_DOMAIN') return { ...again(text('signIn.badDomain', { host }), 'verb.tryAgain'), isOnField: true };
  if (code === 'WRONG_ORGANIZATION') return again(text('signIn.otherOrg'), 'verb.tryAgain');
  if (code === 'OFFLINE' || code === 'NO_REPLY') return again(text('lost.server'), 'verb.tryNow');
  return again(text('signIn.failed', { system }), 'verb.tryAgain');
}

function again(sentence: string, verbText: TextKey): SignInEnd {
  return { sentence, verb: 'again', verbText, isOnField: false };
}
