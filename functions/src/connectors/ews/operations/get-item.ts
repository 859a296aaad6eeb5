/** GetItem: whole items by their ids, ten at a time, one call after the other. */
import type { Answer } from '../answers.ts';
import { answerOf } from '../answers.ts';
import { ITEMS_PER_CALL } from '../limits.ts';
import type { Place } from '../places.ts';
import type { EwsCall } from '../soap.ts';
import { messagesOf } from '../soap.ts';
import type { XmlNode } from '../xml.ts';
import { el, render } from '../xml.ts';
import { chunks, itemShape } from './item-shape.ts';

/** Answers in the order of the ids: an item that is gone or shut is its own matter. */
export async function getItems(call: EwsCall, ids: readonly XmlNode[], places: readonly Place[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const some of chunks(ids, ITEMS_PER_CALL)) {
    const body = await call('GetItem', render(el('m:GetItem', {}, itemShape(places), el('m:ItemIds', {}, ...some))));
    const messages = messagesOf(body);
    answers.push(...some.map((_, index) => answerOf(messages[index])));
  }
  return answers;
}
