/** What a CRM is asked for when a counterpart is looked for, and which of its answers could be one. Pure. */
import { createForms } from '../engine/forms.ts';
import { matchKeys } from '../engine/match-keys.ts';
import type { Kind, Seen } from '../engine/record.ts';
import type { Probe } from '../ports/side.ts';

/** A record without a family name was made under another of its names; marks may be missing on one side (Muller, Müller). */
export function namesOf({ familyName, givenName }: Probe): readonly string[] {
  const name = (familyName ?? givenName ?? '').normalize('NFC').trim();
  return [name, name.normalize('NFD').replace(/\p{M}+/gu, '')];
}

/** As written, and without what mail programs put before it when a mail is answered or passed on. */
export function subjectsOf(subject: string): readonly string[] {
  const whole = subject.trim();
  const bare = whole.replace(/^(?:\p{L}{2,10}\s*:\s*)+/u, '');
  return [...new Set([whole, bare])].filter(Boolean);
}

const FORMS = createForms('');

/** Equal for what matching could take for the same: subject, and of events the day. */
export function activityKey(kind: Kind, { subject, when }: Pick<Probe, 'subject' | 'when'>): string {
  const { activity } = matchKeys({ kind, id: '', version: '', fields: { subject: subject ?? null, when: when ?? null } }, FORMS);
  return `${activity?.subject ?? ''}\n${activity?.day ?? ''}`;
}

/** The key of a record that was found. */
export const seenKey = ({ kind, fields: { subject, when } }: Seen): string =>
  activityKey(kind, { subject: textOf(subject), ...(kind === 'event' ? { when: textOf(when) } : {}) });

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
