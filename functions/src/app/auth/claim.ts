/**
 * The end of a sign-in: the window that asked takes what the sign-in brought.
 *
 * Two proofs are needed. The secret shows that this window opened the attempt; the one-time code shows that the sign-in window
 * ran in the same browser, since only there could it be handed over. With the secret alone, somebody could open an attempt,
 * send its address to a colleague, wait until he agrees, and take his session. With the code alone, a page that
 * overhears it could.
 */
import type { Claimed, ClaimAttempt } from '@concord/api';
import type { ApiServices } from '../api.ts';
import { refusal } from '../refusal.ts';
import { connectMailbox, signInUser, type Arrival } from './arrival.ts';
import { askOf, grantOf, moveAttempt } from './attempts.ts';
import { findOwnAttempt } from './sign-in.ts';
import { isTokenOf } from './token.ts';

export async function claimAttempt(api: ApiServices, { code, ...ref }: ClaimAttempt): Promise<Claimed> {
  const attempt = await findOwnAttempt(api, ref);
  if (attempt.expiresAt <= api.clock.now()) throw refusal('STATE_EXPIRED', 'This sign-in took too long: start again.');
  if (attempt.state === 'claimed') throw refusal('STATE_USED', 'This sign-in was taken already: start again.');
  if (attempt.state !== 'finished') throw refusal('WRONG_STATE', 'This sign-in is not finished.');
  if (!isTokenOf(code, attempt.codeHash ?? '')) throw refusal('STATE_UNKNOWN', 'This code does not belong to this sign-in: start again.');
  const [grant, ask] = [await grantOf(api, attempt), await askOf(api, attempt)];
  if (!await moveAttempt(api, attempt, { state: 'claimed' })) throw refusal('STATE_USED', 'This sign-in was taken already: start again.');
  const { verifier: _, domain: _domain, ...shown } = ask;
  const arrival: Arrival = { ...shown, system: attempt.system, ...(attempt.userId === undefined ? {} : { userId: attempt.userId }), grant };
  return attempt.side === 'c' ? signInUser(api, arrival) : connectMailbox(api, arrival);
}
