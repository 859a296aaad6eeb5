/** Who is invited to an event, besides oneself. Read and never written. Pure. */
import type { Seen } from '../../engine/record.ts';
import type { XmlElement } from './soap.ts';
import { at, child, childText, children } from './xml.ts';

const PEOPLE = ['RequiredAttendees', 'OptionalAttendees'];

/** Addresses of the people in it, whoever called it: without the person's own, without rooms; null when there are none. */
export function guestsOf(item: XmlElement, login: string): readonly string[] | null {
  const organizer = addressIn(child(item, 'Organizer'));
  const all = [...PEOPLE.flatMap((list) => attendeesIn(item, list).flatMap((one) => addressIn(one) ?? [])), ...(organizer === undefined ? [] : [organizer])];
  // An address of the directory's own ("/o=...") says nothing outside.
  const others = all.filter((address) => address.includes('@') && !isOwn(address, item, login));
  const distinct = others.filter((address, index) => others.findIndex((other) => other.toLowerCase() === address.toLowerCase()) === index);
  return distinct.length > 0 ? distinct : null;
}

/** An invited room is mailed as a person is. Where others called the meeting, it is theirs even when no guest is shown. */
export function meetingOf(item: XmlElement, login: string): Seen['meeting'] {
  const isOrganizer = childText(item, 'IsOrganizer');
  const response = childText(item, 'MyResponseType') ?? 'Unknown';
  if (isOrganizer === 'false' || (isOrganizer === undefined && !['Unknown', 'Organizer'].includes(response))) return 'attendee';
  const isOthers = [...PEOPLE, 'Resources'].flatMap((list) => attendeesIn(item, list)).some((one) => {
    const address = addressIn(one);
    return address === undefined || !isOwn(address, item, login);
  });
  // A meeting whose guests are not shown is one all the same.
  return isOthers || childText(item, 'IsMeeting') === 'true' ? 'organizer' : undefined;
}

const attendeesIn = (item: XmlElement, list: string): readonly XmlElement[] => children(child(item, list), 'Attendee');
const addressIn = (person: XmlElement | undefined): string | undefined => childText(at(person, 'Mailbox'), 'EmailAddress')?.trim() || undefined;

/** The organizer of an event that one organizes is oneself, by whatever address. */
function isOwn(address: string, item: XmlElement, login: string): boolean {
  const organizer = childText(item, 'IsOrganizer') === 'true' ? addressIn(child(item, 'Organizer')) : undefined;
  return [login, organizer].some((one) => one?.toLowerCase() === address.toLowerCase());
}
