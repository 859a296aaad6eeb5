/** How the service says no: an array of `{errorCode, message, fields?}`, or in collections `{statusCode, message, fields}`. */

export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly fields?: readonly string[];
  readonly duplicateResult?: unknown;
}

/** Thrown by every rule; the routes turn it into an answer of their own shape. */
export class Refusal extends Error {
  readonly status: number;
  readonly faults: readonly Fault[];

  constructor(status: number, faults: readonly Fault[]) {
    super(faults.map((fault) => `${fault.code}: ${fault.message}`).join('; '));
    this.name = 'Refusal';
    this.status = status;
    this.faults = faults;
  }
}

export function refuse(status: number, code: string, message: string, fields?: readonly string[]): Refusal {
  return new Refusal(status, [fields ? { code, message, fields } : { code, message }]);
}

export const notFound = (message = 'The requested resource does not exist'): Refusal => refuse(404, 'NOT_FOUND', message);

/** The body of a failed single call. */
export function errorBody(refusal: Refusal): unknown[] {
  return refusal.faults.map(({ code, message, fields, duplicateResult }) => ({
    ...(duplicateResult ? { duplicateResult } : {}), message, errorCode: code, ...(fields ? { fields } : {}),
  }));
}

/** One failed record of a collection: no id, and `statusCode` instead of `errorCode`. */
export function failedResult(refusal: Refusal): unknown {
  return {
    success: false,
    errors: refusal.faults.map(({ code, message, fields, duplicateResult }) => ({
      statusCode: code, message, fields: fields ?? [], ...(duplicateResult ? { duplicateResult } : {}),
    })),
  };
}
