/** An event -> columns and people. Guests of a meeting become the people it is about, never invitees: inviting may send mail. Pure. */
import { carrySingle, eachField, emptyBag, note, type Bag, type Carried } from './carry.ts';
import { MEMBERS_MAX } from './limits.ts';
import { attendeesOf, EVENT_COLUMNS, showAsOf, whenColumns, type EventMemo, type Member } from './map-event.ts';
import { OBJECTS } from './objects.ts';
import type { FieldName, Fields, FieldValue, Seen } from '../../engine/record.ts';
import type { ObjectShape } from './describe.ts';
import type { Person } from './people.ts';

export interface CarriedEvent extends Carried {
  /** People to name, and relations to take away, once the event itself is written. */
  readonly add: readonly Person[];
  readonly drop: readonly Member[];
}

interface EventBag extends Bag {
  readonly add: Person[];
  readonly drop: Member[];
}

type Find = (address: string) => Person | undefined;

/** `current`: the fresh look that an update rests on. `find` answers for an address. */
export function carryEvent(fields: Fields, shape: ObjectShape, find: Find, current?: Seen): CarriedEvent {
  const bag: EventBag = { ...emptyBag(shape), add: [], drop: [] };
  eachField(fields, (name, value) => { carryField(name, value, bag, find, current); });
  return bag;
}

function carryField(name: FieldName, value: FieldValue | null, bag: EventBag, find: Find, current: Seen | undefined): void {
  switch (name) {
    case 'subject': return carrySingle(name, 'Subject', 'prose', value, bag);
    case 'location': return carrySingle(name, 'Location', 'prose', value, bag);
    case 'body': return carrySingle(name, 'Description', 'lines', value, bag);
    case 'when': return carryWhen(value, bag);
    case 'showAs': return carryShowAs(value, bag, current);
    case 'attendees': return carryAttendees(value, bag, find, memoOf(current));
    default: if (value !== null) note(bag, name, 'notHeld');
  }
}

function carryWhen(value: FieldValue | null, bag: Bag): void {
  if (EVENT_COLUMNS.when.some((column) => !bag.shape.fields.has(column))) return note(bag, 'when', 'accessDenied');
  const columns = typeof value === 'string' ? whenColumns(value) : undefined;
  if (typeof value !== 'string' || !columns) return note(bag, 'when', 'noText');
  Object.assign(bag.columns, columns);
  bag.written.when = value;
}

const SHOW_AS: Readonly<Record<string, string>> = {
  busy: 'Busy', tentative: 'Busy', oof: 'OutOfOffice', free: 'Free', workingElsewhere: 'Free',
};

/** `written` tells what the service holds then: of "tentative" that is "busy". */
function carryShowAs(value: FieldValue | null, bag: Bag, current: Seen | undefined): void {
  const shape = bag.shape.fields.get('ShowAs');
  if (!shape) return note(bag, 'showAs', 'accessDenied');
  const raw = typeof value === 'string' ? shape.choices?.get((SHOW_AS[value] ?? '').toLowerCase()) : null;
  if (raw === undefined) return note(bag, 'showAs', 'notInPicklist');
  const held = raw === null ? null : showAsOf(raw);
  if (current?.fields.showAs !== held) bag.columns['ShowAs'] = raw;
  bag.written.showAs = held;
}

const NOBODY: EventMemo = { whoId: null, hasWhat: false, members: [] };

function memoOf(current: Seen | undefined): EventMemo {
  const memo = current?.memo;
  return typeof memo === 'object' && memo !== null && 'members' in memo ? memo as EventMemo : NOBODY;
}

function carryAttendees(value: FieldValue | null, bag: EventBag, find: Find, memo: EventMemo): void {
  if (!bag.shape.fields.has('WhoId')) return note(bag, 'attendees', 'accessDenied');
  const wanted = peopleOf(Array.isArray(value) ? value : [], bag, find, memo);
  const kept = choose(wanted, bag, memo);
  const [first] = kept;
  const whoId = first?.personId ?? null;
  if (whoId !== memo.whoId) bag.columns['WhoId'] = whoId;
  const isNamed = (personId: string): boolean => memo.members.some((member) => member.personId === personId && member.relationId !== undefined);
  for (const { personId, email } of kept.slice(1)) if (!isNamed(personId) && email !== null) bag.add.push({ personId, email });
  const stay: Member[] = [...kept];
  for (const member of memo.members) {
    if (kept.some(({ personId }) => personId === member.personId) || member.personId === memo.whoId) continue;
    // Who is invited too keeps the relation: taking it away would call the meeting off for them.
    if (member.relationId !== undefined && !member.isInvitee) bag.drop.push(member); else stay.push(member);
  }
  bag.written.attendees = attendeesOf(stay);
}

/** People without an address say nothing in the mailbox's words, so they stay; then those who are named, in order. */
function peopleOf(addresses: readonly string[], bag: Bag, find: Find, { members }: EventMemo): readonly Member[] {
  const byAddress = new Map(members.map((member) => [member.email?.toLowerCase(), member]));
  const named = addresses.flatMap((address): Member[] => {
    const person = byAddress.get(address.trim().toLowerCase()) ?? find(address);
    if (!person) note(bag, 'attendees', 'noPerson');
    return person ? [person] : [];
  });
  const all = [...members.filter(({ email }) => email === null), ...named];
  return [...new Map(all.map((member) => [member.personId, member])).values()];
}

/** The first becomes WhoId. A lead stands alone (Object Reference, EventWhoIds), also without a related record. */
function choose(people: readonly Member[], bag: Bag, memo: EventMemo): readonly Member[] {
  const isLead = ({ personId }: Member): boolean => personId.startsWith(OBJECTS.Lead.prefix);
  const current = people.find(({ personId }) => personId === memo.whoId);
  const first = current ?? people.find((person) => !isLead(person)) ?? (memo.hasWhat ? undefined : people[0]);
  const others = first && !isLead(first) ? people.filter((person) => person !== first && !isLead(person)) : [];
  const room = bag.shape.hasSharedActivities ? MEMBERS_MAX : 1;
  const kept = first ? [first, ...others].slice(0, room) : [];
  if (kept.length < people.length) note(bag, 'attendees', 'tooMany');
  return kept;
}
