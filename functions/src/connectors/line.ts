/** What an exchange over one line is and how it fails; guarded-line.ts makes lines. */
import type { IncomingHttpHeaders } from 'node:http';

export interface LineRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Replaces the query of the line's address, without the question mark. */
  readonly query?: string;
}

export interface LineReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Each WWW-Authenticate header by itself: joined ones cannot be told apart. */
  readonly challenges: readonly string[];
  readonly text: string;
  readonly connection: Connection;
}

export interface Connection {
  /** The server's certificate (DER) as this connection saw it; absent on plain http. */
  readonly certificate: Buffer | undefined;
  isOpen(): boolean;
}

export interface Line {
  /** Throws LineError, or the guard's SyncError. `on`: nothing is sent unless this very connection still stands. One request at a time. */
  send(request: LineRequest, on?: Connection): Promise<LineReply>;
  /** Ends the connection; without it, it ends by itself after a while. */
  close(): void;
}

export type LineFailure = 'unknownHost' | 'unreachable' | 'certificate' | 'tls' | 'timeout' | 'tooLarge' | 'unreadable' | 'lost' | 'moved';

/** No usable answer. `wasSent` false: the request never left, so nothing can have come of it. */
export class LineError extends Error {
  override readonly name = 'LineError';
  readonly failure: LineFailure;
  readonly wasSent: boolean;

  constructor(failure: LineFailure, wasSent: boolean, cause?: unknown) {
    super(`no usable answer: ${failure}`, { cause });
    this.failure = failure;
    this.wasSent = wasSent;
  }
}

export interface LineLimits {
  /** From the start of a request to the end of its answer. */
  readonly timeoutMs: number;
  /** Of an answer as it comes, and as it is when decoded. */
  readonly maxBytes: number;
}
