/** The copy of an event in an invited user's calendar. Which event it copies is not told by the API. */
import { nextId, nowStamp, store, type Org } from '../org.ts';
import { patched, type Row } from '../table.ts';

export const childrenOf = (org: Org, eventId: string): Row[] =>
  [...org.tables.Event.equal('MasterEvent', eventId) ?? []].filter((row) => !row.IsDeleted);

export function addChild(org: Org, event: Row, userId: string): void {
  const now = nowStamp(org);
  const Id = nextId(org, '00U');
  store(org, 'Event', { ...event, Id, OwnerId: userId, IsChild: true, IsGroupEvent: true, GroupEventType: '1', MasterEvent: event.Id,
    IsReminderSet: false, CreatedDate: now, LastModifiedDate: now, SystemModstamp: now });
}

export function dropChild(org: Org, child: Row): void {
  store(org, 'Event', patched(child, { IsDeleted: true, SystemModstamp: nowStamp(org) }));
}
