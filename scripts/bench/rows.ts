/** One line of the result, what makes it right or wrong, and how it is printed. */

export interface Row {
  readonly name: string;
  /** Rounded for reading; `ok` was decided before. */
  readonly ours: number;
  /** The same work without any code of ours, measured in the same run; null where there is no such thing. */
  readonly floor: number | null;
  /** ours / floor; null without a floor, or when only the floor is zero. */
  readonly ratio: number | null;
  /** Says what `limit` bounds where that is not `ours` itself. */
  readonly unit: string;
  /** Null: printed for information. */
  readonly limit: number | null;
  readonly ok: boolean;
}

export interface Measured {
  readonly name: string;
  readonly ours: number;
  readonly floor: number | null;
  readonly unit: string;
}

const ON_RATIO = ', limit on the ratio';

/** `ours` itself may be at most `limit`. */
export function boundedRow(measured: Measured, limit: number): Row {
  return { ...rounded(measured), limit, ok: measured.ours <= limit };
}

/** `ours` may be at most `limit` times the floor. */
export function ratioRow(measured: Measured & { readonly floor: number }, limit: number): Row {
  const ratio = ratioOf(measured);
  return { ...rounded(measured), unit: `${measured.unit}${ON_RATIO}`, limit, ok: ratio !== null && ratio <= limit };
}

export function informationRow(measured: Measured): Row {
  return { ...rounded(measured), limit: null, ok: true };
}

function ratioOf({ ours, floor }: Measured): number | null {
  if (floor === null) return null;
  if (floor === 0) return ours === 0 ? 1 : null;
  return ours / floor;
}

function rounded(measured: Measured): Omit<Row, 'limit' | 'ok'> {
  const { name, ours, floor, unit } = measured;
  const ratio = ratioOf(measured);
  return { name, ours: shown(ours), floor: floor === null ? null : shown(floor), ratio: ratio === null ? null : shown(ratio), unit };
}

const shown = (value: number): number => Math.round(value * 1000) / 1000;

/** Of an even number of values: the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('a median needs at least one value');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

export function rowsTable(rows: readonly Row[]): string {
  const cells = rows.map(cellsOf);
  const head = ['', 'what', 'ours', 'floor', 'ratio', 'limit', 'unit'];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)));
  const line = (words: readonly string[]): string => words.map((word, column) => {
    const width = widths[column] ?? 0;
    return isNumber(column) ? word.padStart(width) : word.padEnd(width);
  }).join('  ').trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}

const isNumber = (column: number): boolean => column >= 2 && column <= 5;

function cellsOf({ name, ours, floor, ratio, unit, limit, ok }: Row): readonly string[] {
  const isOnRatio = unit.endsWith(ON_RATIO);
  return [
    ok ? 'ok' : 'NO', name, short(ours), floor === null ? '' : short(floor), ratio === null ? '' : ratio.toFixed(2),
    limit === null ? '' : isOnRatio ? `${limit} x` : short(limit), isOnRatio ? unit.slice(0, -ON_RATIO.length) : unit,
  ];
}

function short(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return String(Math.round(value));
  return value.toFixed(value < 10 ? 2 : 1);
}
