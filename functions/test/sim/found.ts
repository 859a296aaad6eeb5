/** Seeds that once found a fault (seeds.txt). */
import { readFileSync } from 'node:fs';

export const FOUND: readonly number[] = readFileSync(new URL('./seeds.txt', import.meta.url), 'utf8')
  .split('\n').filter((line) => /^\d/.test(line)).map((line) => Number.parseInt(line, 10));
