/** What the server makes of the times of an event: instants, zones, midnights, and the place of a series in its own rule. */
import { dayOf, shiftLocal, wallDistance } from '../graph/zones.ts';
import { EwsError } from './fault.ts';
import type { Props, Rule } from './mailbox.ts';
import { firstDay, startingOn } from './rules.ts';
import { inZone, instantIn, localIn, toMidnight } from './times.ts';
import { leaf } from './xml.ts';

const START = 'calendar:Start';
const END = 'calendar:End';
const ZONE = 'calendar:StartTimeZone';
const END_ZONE = 'calendar:EndTimeZone';
const RULE = 'calendar:Recurrence';
const ALL_DAY = 'calendar:IsAllDayEvent';
/** learn.microsoft.com, ErrorCalendarDurationIsTooLong: five years. */
const LONGEST_MS = 5 * 366 * 86_400_000;

/**
 * `changed` are the keys that this request wrote. Times without zone are read in the zone of the item, of the request, or UTC; a start that is
 * written without its zone resets the zone to that of the request (ecederstrand/exchangelib#310).
 */
export function settled(props: Props, changed: ReadonlySet<string>, contextZone: string | undefined): Props {
  const given = [START, END].map((key) => props[key]);
  if (given.includes(undefined)) {
    throw new EwsError('ErrorRequiredPropertyMissing', 'Required property is missing.',
      leaf('t:FieldURI', '', { FieldURI: given[0] === undefined ? START : END }));
  }
  const isMoved = [START, END, ZONE, END_ZONE, ALL_DAY, RULE].some((key) => changed.has(key));
  if (!isMoved) return props;
  const isReset = changed.has(START) && !changed.has(ZONE);
  const zone = isReset ? contextZone ?? 'UTC' : String(props[ZONE] ?? contextZone ?? 'UTC');
  const endZone = changed.has(END_ZONE) || !isReset ? String(props[END_ZONE] ?? zone) : zone;
  const read = { ...props, [START]: inZone(String(given[0]), zone), [END]: inZone(String(given[1]), endZone), [ZONE]: zone, [END_ZONE]: endZone };
  const whole = props[ALL_DAY] === 'true'
    ? { ...read, [START]: toMidnight(read[START], zone, false), [END]: toMidnight(read[END], zone, true) } : read;
  const length = Date.parse(String(whole[END])) - Date.parse(String(whole[START]));
  if (length < 0) throw new EwsError('ErrorCalendarEndDateIsEarlierThanStartDate', 'The end date is earlier than the start date.');
  if (length > LONGEST_MS) throw new EwsError('ErrorCalendarDurationIsTooLong', 'The specified duration is too long.');
  return aligned(whole, zone, changed);
}

/** The master lies on the first day of its rule; a start that moved takes the rule's first day along. */
function aligned(props: Props, zone: string, changed: ReadonlySet<string>): Props {
  const given = props[RULE] as Rule | undefined;
  if (!given) return props;
  const [start, end] = [localIn(String(props[START]), zone), localIn(String(props[END]), zone)];
  const rule = changed.has(RULE) ? given : startingOn(given, dayOf(start));
  const first = firstDay(rule);
  const local = shiftLocal(start, (first - dayOf(start)) * 86_400_000);
  return { ...props, [START]: instantIn(local, zone), [END]: instantIn(shiftLocal(local, wallDistance(start, end)), zone), [RULE]: startingOn(rule, first) };
}
