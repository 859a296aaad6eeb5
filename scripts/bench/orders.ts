/** What the bench asks of its two children, and what they answer. */

/** A request to an outside service as it went over the wire. */
export interface WireCall {
  readonly service: string;
  readonly method: string;
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface OurStart {
  readonly do: 'start';
  readonly env: Readonly<Record<string, string>>;
  /** How far the world's clock is ahead of real time, milliseconds. */
  readonly clockOffset: number;
  readonly userId: string;
}

export type OurOrder =
  | OurStart
  | { readonly do: 'advance'; readonly milliseconds: number }
  /** Runs until a run ends without a continuation. */
  | { readonly do: 'sync' }
  | { readonly do: 'idle'; readonly cycles: number };

export type FloorOrder =
  | FloorStart
  | { readonly do: 'idle'; readonly by: 'fetch' | 'packages'; readonly cycles: number }
  | Replay;

export interface FloorStart {
  readonly do: 'start';
  readonly storage: string;
  readonly partition: string;
  /** What an idle cycle of ours asked each side. */
  readonly graph: readonly WireCall[];
  readonly salesforce: readonly WireCall[];
}

/** The same calls again through the vendors' packages, then so many rows of this size into a table of its own. */
export interface Replay {
  readonly do: 'replay';
  readonly storage: string;
  readonly calls: readonly WireCall[];
  readonly rows: number;
  readonly rowBytes: number;
}

export interface Work {
  /** Processor milliseconds of the whole order. */
  readonly cpuMs: number;
  /** How each run ended, in order; empty for floors. */
  readonly outcomes: readonly string[];
}

/** One resync in a fresh process, or its floor: the same link rows read and opened once. */
export interface ResyncOrder {
  /** Holds the rows of the links and of the index (resync-rows.ts). */
  readonly file: string;
  readonly links: number;
  /** Data key and context with which the rows are sealed. */
  readonly key: Uint8Array;
  readonly owner: string;
}

export interface ResyncWork {
  readonly cpuMs: number;
  /** Of the whole process, MiB. */
  readonly peakMb: number;
  /** Requests to the table. */
  readonly reads: number;
  readonly writes: number;
}
