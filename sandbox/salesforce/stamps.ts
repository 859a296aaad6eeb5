/** Times as the service writes them: seconds are the finest step, and the zone has no colon. */

/** `2026-05-28T21:10:08.000+0000`; fixed width, so texts compare as times do. */
export function toStamp(milliseconds: number): string {
  return `${new Date(Math.floor(milliseconds / 1000) * 1000).toISOString().slice(0, 19)}.000+0000`;
}

const DATE_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d+)?)?(?:Z|([+-]\d\d):?(\d\d))$/i;

/** Milliseconds of a date-time with a zone, or undefined. A zone without a colon is taken, as the service does. */
export function fromStamp(text: string): number | undefined {
  const parts = DATE_TIME.exec(text);
  if (!parts) return undefined;
  const [, minute = '', second = ':00', hours, minutes] = parts;
  const instant = Date.parse(`${minute}${second}${hours === undefined ? 'Z' : `${hours}:${minutes ?? '00'}`}`);
  return Number.isNaN(instant) ? undefined : instant;
}

/** True for a real calendar day in the years that the service can hold. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) && text >= '1700-01-01' && text <= '4000-12-31';
}
