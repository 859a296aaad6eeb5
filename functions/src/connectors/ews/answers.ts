/** What the single messages of a reading operation mean: an item, or why there is none. */
import type { SyncError } from '../../engine/errors.ts';
import { codeError, messageError, refusal } from './errors.ts';
import type { ResponseMessage, XmlElement } from './soap.ts';
import { valuesOf } from './soap.ts';
import { child } from './xml.ts';

export type Answer = { readonly item: XmlElement } | { readonly error: SyncError; readonly code: string };

/** The one item of a message of GetItem. */
export function answerOf(message: ResponseMessage | undefined): Answer {
  if (!message) return { error: refusal('unavailable', { code: 'EWS_NO_MESSAGE' }), code: '' };
  const error = messageError(message);
  if (error) return { error, code: message.code };
  const item = child(message.element, 'Items')?.children[0];
  return item ? { item } : { error: refusal('unavailable', { code: 'EWS_NO_ITEM' }), code: message.code };
}

/** A refused message of a call that is about no single record. */
export const callError = ({ code, element }: ResponseMessage): SyncError => codeError(code, valuesOf(element), 'call');
