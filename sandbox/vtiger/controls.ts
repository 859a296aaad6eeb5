/** What tests, the demo and the buttons of the page do to the server that no client could. HTTP faults of any kind are in the shared server. */
import { USUAL_FILTERS, type Filter } from './filters.ts';
import { endSessions, type SessionEnd } from './sessions.ts';
import type { SyncMode, VtigerSettings } from './settings.ts';
import { demandUser, type World } from './world.ts';

export interface Controls {
  /** Ends the sessions of one person, or of everybody. */
  endSessions(end: SessionEnd, login?: string): void;
  /** Challenges that were handed out are worth nothing any more. */
  voidChallenges(): void;
  sync(mode: SyncMode): void;
  /** "Accounts.accountname", "Contacts.email"... */
  unique(fields: readonly string[]): void;
  set(settings: Partial<VtigerSettings>): void;
  advance(milliseconds: number): void;
  setAccessKey(login: string, accessKey: string): void;
  setActive(login: string, isActive: boolean): void;
  /** Answers its id. */
  addFilter(filter: Omit<Filter, 'id'>): string;
}

export function controlsOf(world: World): Controls {
  return {
    endSessions: (end, login) => { endSessions(world, end, login === undefined ? undefined : demandUser(world, login)); },
    voidChallenges: () => { world.sessions.challenges.clear(); },
    sync: (mode) => { world.settings.sync = mode; world.changed(); },
    unique: (fields) => { world.settings.unique = fields; world.changed(); },
    set: (settings) => { Object.assign(world.settings, settings); world.changed(); },
    advance: (milliseconds) => { world.clock.advance(milliseconds); },
    setAccessKey: (login, accessKey) => { Object.assign(demandUser(world, login), { accessKey }); world.changed(); },
    setActive: (login, isActive) => { Object.assign(demandUser(world, login), { isActive }); world.changed(); },
    addFilter: (filter) => {
      const id = Math.max(...USUAL_FILTERS.map((one) => one.id), ...world.filters.map((one) => one.id)) + 1;
      world.filters.push({ ...filter, id });
      world.changed();
      return String(id);
    },
  };
}
