/** UpdateItem: named changes of named properties, refused where the item is no longer as it was looked at; nobody is told. */
import type { Setting } from '../places.ts';
import { pathOf } from '../places.ts';
import type { XmlNode } from '../xml.ts';
import { el, render } from '../xml.ts';
import { itemId } from './item-shape.ts';

export interface ItemChange {
  readonly id: string;
  readonly version: string;
  /** "t:Contact": a change stands in an item of its class. */
  readonly element: string;
  readonly settings: readonly Setting[];
}

export const updateItems = (changes: readonly ItemChange[]): string => render(el('m:UpdateItem',
  { ConflictResolution: 'NeverOverwrite', MessageDisposition: 'SaveOnly', SendMeetingInvitationsOrCancellations: 'SendToNone' },
  el('m:ItemChanges', {}, ...changes.map(({ id, version, element, settings }) =>
    el('t:ItemChange', {}, itemId(id, version), el('t:Updates', {}, ...settings.map((one) => updateOf(element, one))))))));

/** Each names one property and holds that one alone (ErrorIncorrectUpdatePropertyCount). */
const updateOf = (element: string, { place, node }: Setting): XmlNode =>
  (node === null ? el('t:DeleteItemField', {}, pathOf(place)) : el('t:SetItemField', {}, pathOf(place), el(element, {}, node)));
