/** DeleteItem: what it asks to be told about meetings and tasks it asks for every one of them, wherever it lies. */
import { EwsError, answer, notValid, success } from './fault.ts';
import type { StandInReply } from '../server.ts';
import { each } from './folders.ts';
import { changeItem } from './mailbox.ts';
import { CREATE_MODES, tellOfDeletion } from './mails.ts';
import { demandAttribute, demandChildren, readAttribute } from './schema.ts';
import { findTarget } from './series.ts';
import { completionOf } from './task-rules.ts';
import type { Call } from './world.ts';
import { remove } from './writes.ts';
import { kidOf } from './xml.ts';
import type { Xml } from './xml.ts';

const DISPOSALS = ['HardDelete', 'SoftDelete', 'MoveToDeletedItems'] as const;

export function deleteItem(call: Call, request: Xml): StandInReply {
  demandChildren(request, 'm:ItemIds!');
  const disposal = demandAttribute(request, 'DeleteType', DISPOSALS);
  const mode = readAttribute(request, 'SendMeetingCancellations', CREATE_MODES);
  const affected = readAttribute(request, 'AffectedTaskOccurrences', ['AllOccurrences', 'SpecifiedOccurrenceOnly']);
  const ids = kidOf(request, 'm:ItemIds')?.kids ?? [];
  if (ids.length === 0) throw notValid("The element 'ItemIds' has incomplete content.");
  return answer('DeleteItem', ids.map((id) => each('DeleteItem', () => {
    const target = findTarget(call.mailbox, id);
    const { item, props } = target;
    if (item.kind === 'CalendarItem' && mode === undefined) {
      throw new EwsError('ErrorSendMeetingCancellationsRequired', 'SendMeetingCancellations attribute is required for calendar items.');
    }
    if (item.kind === 'Task' && affected === undefined) {
      throw new EwsError('ErrorAffectedTaskOccurrencesRequired', 'AffectedTaskOccurrences attribute is required for tasks.');
    }
    if (item.kind === 'CalendarItem') tellOfDeletion(call, props, mode ?? 'SendToNone');
    const now = call.world.clock.now();
    const next = affected === 'SpecifiedOccurrenceOnly' ? completionOf({ ...props, 'task:Status': 'Completed' }, now)?.next : undefined;
    if (next) {
      changeItem(call.mailbox, item, { props: next }, now);
      call.world.changed(call.mailbox);
    } else {
      remove(call, target, disposal);
    }
    return success('DeleteItem');
  })));
}
