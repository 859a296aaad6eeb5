/** How a seed's failure is told: its replay command, and the events of what is left of it after shrinking. */
import { FAULT_NAMES, type FaultName } from './faults.ts';
import type { Part, SeedResult } from './run.ts';
import type { Shrunk } from './shrink.ts';

/** "1-3,7" for [1, 2, 3, 7]. */
export function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}

export function numbersOf(ranges: string): readonly number[] {
  return ranges.split(',').filter((range) => range !== '').flatMap((range) => {
    const [from = NaN, to = from] = range.split('-').map(Number);
    if (!Number.isInteger(from) || !Number.isInteger(to)) throw new Error(`"${range}" is no range of moves`);
    return Array.from({ length: to - from + 1 }, (_, place) => from + place);
  });
}

export function faultsOf(names: string): readonly FaultName[] {
  return names.split(',').filter((name) => name !== '').map((name) => {
    const known = FAULT_NAMES.find((fault) => fault === name);
    if (!known) throw new Error(`"${name}" is no kind of trouble; known are ${FAULT_NAMES.join(', ')}`);
    return known;
  });
}

export function partOf(keep: string | undefined, without: string | undefined): Part {
  return {
    ...(keep === undefined ? {} : { moves: new Set(numbersOf(keep)) }), ...(without === undefined ? {} : { without: new Set(faultsOf(without)) }),
  };
}

export function telling({ seed, violation }: SeedResult, shrunk: Shrunk | undefined): string {
  const lines = [`seed ${seed}: ${violation?.message ?? 'no violation'}`, `replay: npm run sim -- --seed ${seed}`];
  if (!shrunk) return lines.join('\n');
  const part = `--keep ${rangesOf(shrunk.moves)}${shrunk.without.length > 0 ? ` --without ${shrunk.without.join(',')}` : ''}`;
  lines.push(`shrunk to ${shrunk.moves.length} moves in ${shrunk.tries} tries: ${shrunk.result.violation?.message ?? ''}`);
  lines.push(...shrunk.result.story.filter(isTold).map((line) => `  ${line.slice(0, 150)}`), `replay: npm run sim -- --seed ${seed} ${part}`);
  return lines.join('\n');
}

/** What people, services, faults and writes did; the reads between them only fill pages. */
function isTold(line: string): boolean {
  return / (?:user|others|fault|version|late|m rewrites|c rewrites|settings|notification) /.test(line) || / run\d+ /.test(line) && !isReading(line);
}

const isReading = (line: string): boolean => / answered$| (?:state|due)\.(?:get|range) | due\.batch /.test(line);
