/** Times as people read them off a wall. */

/** An instant as a clock on the wall there shows it: "2026-12-01T15:00:00". */
export function wallTime(instant: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  }).format(instant);
  return parts.replace(' ', 'T');
}
