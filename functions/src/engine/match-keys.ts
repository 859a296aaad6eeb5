/** What matching remembers of a record: a few hundred bytes, so that every record of both sides fits in memory. */
import { companyKey, isList, keyText, memberForm, normalForm } from './forms.ts';
import type { Forms } from './forms.ts';
import type { Fields, Seen } from './record.ts';

/** What matching needs of one record, small enough to keep 50,000 in memory. Key texts are '' when blank. */
export interface MatchKeys {
  readonly id: string;
  readonly version: string;
  /** Normal e-mails, the primary one first. */
  readonly emails: readonly string[];
  /** E.164 of mobile and work phone, if at least 7 digits long. */
  readonly phones: readonly string[];
  readonly family: string;
  readonly given: string;
  readonly company: string;
  readonly birthYear?: string;
  /** Of events and tasks only. */
  readonly activity?: ActivityKeys;
  /** Set when the record belongs to somebody else: it can be hit, but never linked. */
  readonly colleague?: string;
  readonly isPrivate?: true;
  readonly isProspect?: true;
  /** Already linked: it counts when asking whether an address is shared, but is no candidate and gets no outcome. */
  readonly isLinked?: true;
}

export interface ActivityKeys {
  /** Key text without the marks of replies and cancellations. */
  readonly subject: string;
  /** Normal form of `when`, or of a task's day; '' when there is none. */
  readonly time: string;
  /** The day an event begins (UTC); '' for tasks, whose day says little. */
  readonly day: string;
  /** Takes no part, and nothing is made from it. */
  readonly heldBack?: 'outside' | 'closed';
}

/** Shorter numbers are extensions and short codes, shared by many. */
const DIGITS_MIN = 7;

/** The keys of a record as its side shows it; add `isLinked: true` for one that has a link. */
export function matchKeys(seen: Seen, forms: Forms): MatchKeys {
  return seen.kind === 'contact' ? personKeys(seen, forms) : activityKeys(seen, forms);
}

function personKeys(seen: Seen, forms: Forms): MatchKeys {
  const { fields } = seen;
  const birthYear = /^(\d{4})-/.exec(textOf(fields.birthday))?.[1];
  return {
    id: seen.id,
    version: seen.version,
    emails: emailsOf(fields, forms),
    phones: phonesOf(fields, forms),
    family: keyText(textOf(fields.familyName)),
    given: keyText(textOf(fields.givenName)),
    company: companyKey(textOf(fields.company)),
    ...(birthYear === undefined ? {} : { birthYear }),
    ...(seen.owner === undefined || seen.owner.isUser ? {} : { colleague: seen.owner.name }),
    ...(seen.isPrivate ? { isPrivate: true as const } : {}),
    ...(seen.isProspect ? { isProspect: true as const } : {}),
  };
}

/** What mail programs put before a subject when it is answered, passed on or called off. */
const SUBJECT_MARKS = /^(?:(?:re|fw|fwd|aw|wg|antw|sv|vs|tr|canceled|cancelled|abgesagt)\s*:\s*)+/i;

function activityKeys(seen: Seen, forms: Forms): MatchKeys {
  const { fields, kind, id, version } = seen;
  const field = kind === 'event' ? 'when' : 'dueDate';
  const time = normalForm(field, textOf(fields[field]), forms) ?? '';
  const heldBack = seen.isOutside ? 'outside' as const : seen.isClosed ? 'closed' as const : undefined;
  return {
    id, version, emails: [], phones: [], family: '', given: '', company: '',
    activity: {
      subject: keyText(textOf(fields.subject).trim().replace(SUBJECT_MARKS, '')), time, day: kind === 'event' ? time.slice(0, 10) : '',
      ...(heldBack ? { heldBack } : {}),
    },
    ...(seen.owner === undefined || seen.owner.isUser ? {} : { colleague: seen.owner.name }),
    ...(seen.isPrivate ? { isPrivate: true as const } : {}),
  };
}

function emailsOf(fields: Fields, forms: Forms): string[] {
  const others = fields.otherEmails ?? [];
  const all = [textOf(fields.primaryEmail), ...(isList(others) ? others : [])];
  return [...new Set(all.map((email) => memberForm('primaryEmail', email, forms)).filter((email) => email !== ''))];
}

function phonesOf(fields: Fields, forms: Forms): string[] {
  const numbers = [textOf(fields['phones.mobile']), textOf(fields['phones.work'])];
  const long = numbers.filter((number) => number.replace(/\D+/g, '').length >= DIGITS_MIN);
  return [...new Set(long.map((number) => normalForm('phones.mobile', number, forms)).filter((form) => form !== null))];
}

function textOf(value: Fields[keyof Fields]): string {
  return typeof value === 'string' ? value : '';
}
