/** An event -> columns. The first guest who is a contact becomes the one whom it is about; nobody is invited. Pure. */
import { carrySingle, eachField, emptyBag, note, type Bag, type Carried } from './carry.ts';
import { EVENT_COLUMNS, whenColumns } from './map-event.ts';
import { memoOf } from './row.ts';
import type { FieldName, Fields, FieldValue, Seen } from '../../engine/record.ts';
import type { ModuleShape } from './describe.ts';
import type { Person } from './people.ts';

export interface ActivityParts {
  readonly shape: ModuleShape;
  /** The zone in which the CRM shows its times to the user. */
  readonly zone: string;
  /** The fresh look that an update rests on; absent for a creation. */
  readonly current?: Seen;
}

type Find = (address: string) => Person | undefined;

export function carryEvent(fields: Fields, parts: ActivityParts, find: Find): Carried {
  const bag = emptyBag(parts.shape);
  if (!parts.current) Object.assign(bag.columns, birthColumns(parts.shape));
  eachField(fields, (name, value) => { carryField(name, value, bag, parts, find); });
  return bag;
}

/** Mandatory columns that are no field of ours. Left out, visibility is '' and hides the event from everybody else. */
function birthColumns({ fields }: ModuleShape): Record<string, string> {
  const wanted = { eventstatus: 'Planned', activitytype: 'Meeting', visibility: 'Public' };
  return Object.fromEntries(Object.entries(wanted).flatMap(([column, word]) => {
    const shape = fields.get(column);
    // A list without the usual word has others: the first of them.
    const [first = word] = shape?.choices?.values() ?? [];
    return shape ? [[column, shape.choices?.get(word.toLowerCase()) ?? first]] : [];
  }));
}

/** `location` is read in public database dumps, `subject` was observed; a description is a text column. */
function carryField(name: FieldName, value: FieldValue | null, bag: Bag, parts: ActivityParts, find: Find): void {
  switch (name) {
    case 'subject': return carrySingle(name, ['subject', 'prose', 255], value, bag);
    case 'location': return carrySingle(name, ['location', 'prose', 150], value, bag);
    case 'body': return carrySingle(name, ['description', 'lines', 65_535], value, bag);
    case 'when': return carryWhen(value, bag, parts);
    case 'attendees': return carryAttendees(value, bag, parts, find);
    default: if (value !== null) note(bag, name, 'notHeld');
  }
}

function carryWhen(value: FieldValue | null, bag: Bag, { zone, current }: ActivityParts): void {
  if (EVENT_COLUMNS.when.some((column) => !bag.shape.fields.has(column))) return note(bag, 'when', 'accessDenied');
  const made = typeof value === 'string' ? whenColumns(value, zone) : undefined;
  if (typeof value !== 'string' || !made) return note(bag, 'when', 'noText');
  // Without the mark a whole day would come back as its hours.
  if (made.isAllDay && !bag.shape.fields.has('notime')) return note(bag, 'when', 'accessDenied');
  Object.assign(bag.columns, made.columns);
  if (made.isAllDay || memoOf(current).isMarked) bag.columns['notime'] = made.isAllDay ? '1' : '0';
  bag.written.when = value;
}

/** Of several contacts that somebody named in the CRM one is shown, and none can be changed: what is there stays. */
function carryAttendees(value: FieldValue | null, bag: Bag, { current }: ActivityParts, find: Find): void {
  if (!bag.shape.fields.has('contact_id')) return note(bag, 'attendees', 'accessDenied');
  const addresses = Array.isArray(value) ? value as readonly string[] : [];
  const people = addresses.flatMap((address) => find(address) ?? []);
  const held = current?.fields.attendees ?? null;
  const { contactId = null } = memoOf(current);
  if (people.length < addresses.length) note(bag, 'attendees', 'noPerson');
  if (contactId !== null) {
    if (people.some(({ personId }) => personId !== contactId) || addresses.length === 0) note(bag, 'attendees', 'tooMany');
    bag.written.attendees = held;
    return;
  }
  const [first, ...more] = people;
  if (more.length > 0) note(bag, 'attendees', 'tooMany');
  if (first) bag.columns['contact_id'] = first.personId;
  bag.written.attendees = first ? [first.email] : null;
}
