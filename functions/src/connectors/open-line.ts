/** Opens guarded lines to servers that a person names; guarded-line.ts makes them, address-guard.ts judges them. */
import type { Clock } from '../ports/world.ts';
import type { AddressGuard } from './address-guard.ts';
import type { Line, LineLimits } from './line.ts';
import type { Pins } from './pinned-certificates.ts';

/** What every connection to a server needs from outside. */
export interface Network {
  readonly guard: AddressGuard;
  readonly pins: Pins;
  readonly clock: Clock;
}

/** Opens a line to an address; throws the guard's SyncError. `isPlainFine`: see AddressGuard. */
export type OpenLine = (url: string, limits: LineLimits, isPlainFine?: boolean) => Line;

export const openLine = ({ guard, pins }: Network): OpenLine => (url, limits, isPlainFine) => {
  const address = guard.check(url, isPlainFine);
  let line: Line | undefined;
  return {
    send: async (request, on) => {
      // What speaks TLS is loaded when the first server is called, not at every start.
      const { guardedLine } = await import('./guarded-line.ts');
      line ??= guardedLine(address, pins, limits);
      return line.send(request, on);
    },
    close: () => { line?.close(); },
  };
};
