/** What is synced of a user, as his settings say it. Pure. */
import type { EventWindow, ScopeChoice } from '@concord/api';
import { KINDS } from '../engine/fields.ts';
import type { Instant, Kind } from '../engine/record.ts';
import type { Scope } from '../ports/side.ts';
import type { Config, Control } from './control.ts';

const DAY_MS = 24 * 60 * 60_000;
const WINDOW_DEFAULT: EventWindow = { back: 14, ahead: 180 };

export function windowOf({ window = WINDOW_DEFAULT }: Pick<Config, 'window'>): EventWindow {
  return window;
}

/** The edges lie on whole days, so that the scope is the same all day long. The mailbox knows best which zone its owner lives in. */
export function scopeOf({ config, grants }: Pick<Control, 'config' | 'grants'>, kinds: readonly Kind[], now: Instant): Scope {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const { back, ahead } = windowOf(config);
  return {
    kinds, window: { from: today - back * DAY_MS, to: today + ahead * DAY_MS }, timeZone: grants.m?.account.timeZone ?? config.timeZone,
  };
}

/** Kinds of which more would be synced than now: they, and only they, are counted and approved first. */
export function grownKinds(config: Pick<Config, 'kinds' | 'window'>, { kinds, window }: ScopeChoice): readonly Kind[] {
  const known = windowOf(config);
  const isWider = window.back > known.back || window.ahead > known.ahead;
  return KINDS.filter((kind) => kinds.includes(kind) && (!config.kinds.includes(kind) || (kind === 'event' && isWider)));
}
