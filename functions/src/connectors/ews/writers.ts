/** What is peculiar to writing each kind: nothing is ever written that could make the server mail somebody. */
import type { SyncError } from '../../engine/errors.ts';
import type { Kind } from '../../engine/record.ts';
import { refusal } from './errors.ts';
import { contactPatch } from './map.ts';
import type { EventScope } from './map-event.ts';
import { eventPatch } from './map-event.ts';
import { taskPatch } from './map-task.ts';
import type { Reader } from './read.ts';
import type { Writer } from './write.ts';

export function makeWriters(readers: Readonly<Record<Kind, Reader>>, scope: EventScope): Readonly<Record<Kind, Writer>> {
  return {
    contact: {
      folder: 'contacts', element: 't:Contact', read: readers.contact.read, looksBeforeUpdate: false,
      patch: contactPatch, refuse: () => undefined,
    },
    event: {
      folder: 'calendar', element: 't:CalendarItem', read: readers.event.read, looksBeforeUpdate: true,
      patch: (fields, current) => eventPatch(fields, current, scope),
      /** The look that the operation rests on may be older than the guests, or know nothing of them. */
      refuse: (operation, look) => {
        const known = operation.op === 'update' ? operation.current.meeting : undefined;
        const isMeeting = known !== undefined || (look?.state === 'live' && look.record.meeting !== undefined);
        if (isMeeting) return refusal('invalid', { code: 'EWS_GUESTS' });
        return look?.state === 'hidden' ? refusal('invalid', { code: 'EWS_SERIES' }) : undefined;
      },
    },
    task: {
      folder: 'tasks', element: 't:Task', read: readers.task.read, looksBeforeUpdate: true, patch: taskPatch,
      /** A task that repeats is left alone: to complete it makes another item and moves it on. */
      refuse: (_operation, look): SyncError | undefined => (look?.state === 'hidden' ? refusal('invalid', { code: 'EWS_SERIES' }) : undefined),
    },
  };
}
