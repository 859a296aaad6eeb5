/** What the server refuses and how it says so. */
import type { StandInReply } from '../server.ts';

/** A handled error: HTTP 200 with code and message. The code of a duplicate is the number 0. */
export class VtigerError extends Error {
  override readonly name = 'VtigerError';
  readonly code: string | 0;

  constructor(code: string | 0, message: string) {
    super(message);
    this.code = code;
  }
}

/** What PHP does not survive: HTTP 500 with an empty body. */
export class VtigerCrash extends Error {
  override readonly name = 'VtigerCrash';
}

/** The owner is nobody: the record is written by then, and the answer is no JSON. */
export class RestrictedFile extends Error {
  override readonly name = 'RestrictedFile';
}

export const denied = (): VtigerError => new VtigerError('ACCESS_DENIED', 'Permission to perform the operation is denied');
export const internal = (): VtigerError => new VtigerError('INTERNAL_SERVER_ERROR', 'Unknown Error while processing request');
export const missing = (field: string): VtigerError => new VtigerError('MANDATORY_FIELDS_MISSING', `${field} does not have a value`);

const HTML = { 'content-type': 'text/html; charset=UTF-8' } as const;
const JSON_TYPE = { 'content-type': 'application/json' } as const;

export const success = (result: unknown): StandInReply => ({ status: 200, headers: JSON_TYPE, body: { success: true, result } });

/** Everything else is a defect of the stand-in and goes on. */
export function failure(error: unknown): StandInReply {
  if (error instanceof VtigerError) {
    return { status: 200, headers: JSON_TYPE, body: { success: false, error: { message: error.message, code: error.code } } };
  }
  if (error instanceof VtigerCrash) return { status: 500, headers: HTML, body: '' };
  if (error instanceof RestrictedFile) return { status: 200, headers: HTML, body: 'Sorry! Attempt to access restricted file.' };
  throw error;
}
