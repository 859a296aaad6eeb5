/** Record ids: 15 case-sensitive characters, or 18 with a checksum that makes them safe where case is lost. */

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SUFFIX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The 18-character id of a record: three of the object, three of the instance, nine that count, three of checksum. */
export function makeId(prefix: string, number: number): string {
  let rest = number;
  let tail = '';
  for (let place = 0; place < 9; place += 1) {
    tail = `${DIGITS.charAt(rest % 62)}${tail}`;
    rest = Math.floor(rest / 62);
  }
  return withChecksum(`${prefix}KZ0${tail}`);
}

/** The 18-character form of a 15- or 18-character id, or undefined when the text is no id or its checksum is wrong. */
export function toLongId(text: string): string | undefined {
  if (!/^[0-9A-Za-z]{15}([0-9A-Za-z]{3})?$/.test(text)) return undefined;
  const long = withChecksum(text.slice(0, 15));
  return text.length === 15 || text.slice(15).toUpperCase() === long.slice(15) ? long : undefined;
}

/** Each suffix character tells, as five bits, which characters of a block of five are upper case. */
function withChecksum(id15: string): string {
  let suffix = '';
  for (let block = 0; block < 15; block += 5) {
    let bits = 0;
    for (let place = 0; place < 5; place += 1) {
      if (/[A-Z]/.test(id15.charAt(block + place))) bits += 2 ** place;
    }
    suffix += SUFFIX.charAt(bits);
  }
  return id15 + suffix;
}
