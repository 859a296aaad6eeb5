/** DeleteItem: into Deleted Items, from where a person can take it back; nobody is told, and of a task that repeats only this one goes. */
import { el, render } from '../xml.ts';
import { itemId } from './item-shape.ts';

/** The two attributes are demanded for events and for tasks, wherever they lie; other items do without (learn.microsoft.com, DeleteItem). */
export const deleteItems = (items: readonly { readonly id: string; readonly version: string }[]): string => render(el('m:DeleteItem',
  { DeleteType: 'MoveToDeletedItems', SendMeetingCancellations: 'SendToNone', AffectedTaskOccurrences: 'SpecifiedOccurrenceOnly' },
  el('m:ItemIds', {}, ...items.map(({ id, version }) => itemId(id, version)))));
