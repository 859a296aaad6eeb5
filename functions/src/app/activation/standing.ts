/** Where a user stands, derived from what is stored. Pure. */
import type { ActivationState } from '@concord/api';
import type { Instant, SideKey } from '../../engine/record.ts';
import type { Config, Control } from '../control.ts';
import { isSuspended } from '../sync/end.ts';

/** `suspended` and the end of a pause are never stored: they follow from the grants, the head and the time. */
export function standingOf(control: Control, now: Instant): ActivationState {
  const { activation, pausedUntil } = control.config;
  const isPauseOver = activation === 'paused' && pausedUntil !== undefined && pausedUntil <= now;
  if (activation !== 'active' && !isPauseOver) return activation;
  return isRefused(control, 'm') || isRefused(control, 'c') ? 'suspended' : 'active';
}

/** The vendor refuses this side's sign-in; a sign-in made since then ends that at once. */
export function isRefused(control: Control, side: SideKey): boolean {
  const grant = control.grants[side];
  if (!grant) return false;
  return grant.isDead || (control.head.suspended?.side === side && isSuspended(control.head, control));
}

export function hasLivingGrants({ grants }: Control): boolean {
  return [grants.m, grants.c].every((grant) => grant !== undefined && !grant.isDead);
}

export function withoutPause({ pausedUntil: _, ...config }: Config): Config {
  return config;
}
