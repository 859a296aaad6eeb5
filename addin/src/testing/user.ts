/** An invented user for tests: connected on both sides and active, changed as a test needs. */
import type { RunCounts, SyncState, UserState } from '@concord/api';

export const NOW = Date.UTC(2026, 10, 23, 10, 42);

export const NO_COUNTS: RunCounts = { insert: 0, update: 0, delete: 0, link: 0, skip: 0, hold: 0, ask: 0, error: 0 };

export function userOf(change: Partial<UserState> = {}, sync: Partial<SyncState> = {}): UserState {
  return {
    now: NOW, activation: 'active', skippedMailbox: false, displayName: 'Anna Weber', forms: [], kinds: ['contact'], window: { back: 14, ahead: 180 },
    crm: { system: 'salesforce', name: 'Salesforce', login: 'anna.weber', organizationName: 'Contoso', connectedAt: NOW, isRefused: false },
    mailbox: { system: 'graph', name: 'Microsoft Office 365', login: 'anna.weber@contoso.example', connectedAt: NOW, isRefused: false },
    ...change,
    sync: {
      isRunning: false, lastRunAt: NOW - 240_000, syncNowFrom: 0, intervalMinutes: 30, links: 12,
      linksByKind: { contact: 12, event: 0, task: 0 }, asks: 0, held: 0, parked: 0,
      today: NO_COUNTS, mailsSent: 0,
      ...sync,
    },
  };
}

/** Without a mailbox, as after step 1. */
export function crmOnly(change: Partial<UserState> = {}): UserState {
  const { mailbox: _, ...user } = userOf({ activation: 'crmConnected', ...change });
  return user;
}
