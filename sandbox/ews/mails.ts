/** Which mails a real server would now send to people. They are counted, never sent; what a person does by hand is not counted. */
import { attendeesOf, isOrganizer } from './computed.ts';
import type { Attendee, Props } from './mailbox.ts';
import { zulu } from './times.ts';
import type { Call } from './world.ts';

/** Values of SendMeetingInvitations, ...OrCancellations and SendMeetingCancellations. */
export const CREATE_MODES = ['SendToNone', 'SendOnlyToAll', 'SendToAllAndSaveCopy'] as const;
export const UPDATE_MODES = ['SendToNone', 'SendOnlyToAll', 'SendOnlyToChanged', 'SendToAllAndSaveCopy', 'SendToChangedAndSaveCopy'] as const;
export type MailMode = (typeof UPDATE_MODES)[number];

/** One mail goes to all that it is for. */
function mail({ world, owner }: Call, reason: string, to: readonly Attendee[]): void {
  if (to.length > 0) world.mailed({ account: owner.id, at: zulu(world.clock.now()), reason, recipients: to.map(({ address }) => address) });
}

export function tellOfCreation(call: Call, props: Props, mode: MailMode): boolean {
  if (mode === 'SendToNone' || !isOrganizer(props)) return false;
  mail(call, 'meeting request', attendeesOf(props));
  return attendeesOf(props).length > 0;
}

/** SendOnlyToChanged goes to those who were added or taken off; who was taken off gets a cancellation (learn.microsoft.com, UpdateItem). */
export function tellOfUpdate(call: Call, before: Props, after: Props, mode: MailMode): void {
  if (mode === 'SendToNone' || !isOrganizer(before)) return;
  const [old, now] = [attendeesOf(before), attendeesOf(after)];
  const has = (list: readonly Attendee[], one: Attendee): boolean => list.some(({ address }) => address.toLowerCase() === one.address.toLowerCase());
  const isChangedOnly = mode === 'SendOnlyToChanged' || mode === 'SendToChangedAndSaveCopy';
  mail(call, 'meeting update', isChangedOnly ? now.filter((one) => !has(old, one)) : now);
  mail(call, 'meeting cancellation', old.filter((one) => !has(now, one)));
}

export function tellOfDeletion(call: Call, props: Props, mode: MailMode): void {
  if (mode === 'SendToNone') return;
  if (isOrganizer(props)) mail(call, 'meeting cancellation', attendeesOf(props));
  else mail(call, 'meeting refusal', [{ ...props['calendar:Organizer'] as Attendee, response: 'Organizer' }]);
}

/** A message that is sent, or an item that answers an invitation: no sync may do this. */
export function tellOfMessage(call: Call, reason: string, recipients: readonly string[]): void {
  mail(call, reason, recipients.map((address) => ({ address, name: address, response: 'Unknown' })));
}
