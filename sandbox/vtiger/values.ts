/** What becomes of a value that a client sends: next to nothing is refused, much is cut, emptied or read in another way. */
import type { CrmUser } from './accounts.ts';
import { internal } from './fault.ts';
import type { Field } from './modules/field.ts';

/** The text of the column. null and "" clear a field. */
export function storedValue(field: Field, value: unknown, user: CrmUser): string {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'object') throw internal();
  const sent = String(value);
  switch (field.type) {
    case 'boolean': return value === true || sent === '1' || sent === 'on' ? '1' : '0';
    case 'date': return readDate(sent, user.dateFormat);
    case 'time': return readTime(sent);
    case 'integer': return field.name === 'reminder_time' ? reminder(sent) : String(numberIn(sent, parseInt));
    case 'currency': return numberIn(sent, parseFloat).toFixed(8);
    default: return cut(sent, field.length);
  }
}

/** The connection knows three bytes a character: of an emoji come two question marks. */
function cut(sent: string, length: number): string {
  return sent.replace(/[\u{10000}-\u{10ffff}]/gu, '??').slice(0, length);
}

/** As PHP reads numbers: as far as it understands them ("1,234.5" is 1). */
function numberIn(sent: string, read: (text: string) => number): number {
  const n = read(sent);
  return Number.isFinite(n) ? n : 0;
}

/** Whatever the minutes were, what is read back is that there is a reminder. */
const reminder = (sent: string): string => (numberIn(sent, parseInt) === 0 ? '0' : '1');

function readTime(sent: string): string {
  if (/^\d{4}-\d\d-\d\dT/.test(sent)) throw internal();
  return sent;
}

/** yyyy-mm-dd for all; dd-mm-yyyy is understood, unless the person's own format is mm-dd-yyyy; anything else empties the date. */
function readDate(sent: string, format: CrmUser['dateFormat']): string {
  if (/^\d{4}-\d\d-\d\d$/.test(sent)) return realDate(sent);
  const [, day, month, year] = /^(\d\d)-(\d\d)-(\d{4})$/.exec(sent) ?? [];
  return year === undefined || format === 'mm-dd-yyyy' ? '' : realDate(`${year}-${month}-${day}`);
}

/** A day that the calendar lacks is emptied [unconfirmed]. */
function realDate(text: string): string {
  const instant = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(instant) || new Date(instant).toISOString().slice(0, 10) !== text ? '' : text;
}

/** hh:mm[:ss] in minutes; whatever else a client stored is midnight here. */
function minutesOf(time: string): number {
  const [, hours, minutes] = /^(\d{1,2}):(\d\d)/.exec(time) ?? [];
  return Number(hours ?? 0) * 60 + Number(minutes ?? 0);
}

/** Recomputed with each write, from the four fields; a task lasts to the end of its last day [unconfirmed]. */
export function durationOf(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [start, end] = [values['date_start'] ?? '', values['due_date'] ?? ''];
  const endTime = values['time_end'] ?? '';
  const days = (Date.parse(`${end}T00:00:00Z`) - Date.parse(`${start}T00:00:00Z`)) / 86_400_000;
  if (Number.isNaN(days)) return {};
  const minutes = days * 1440 + (endTime === '' ? 1440 : minutesOf(endTime)) - minutesOf(values['time_start'] ?? '');
  return { duration_hours: String(Math.trunc(minutes / 60)), duration_minutes: String(Math.abs(minutes % 60)) };
}
