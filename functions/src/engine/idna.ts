/** Domain names beyond ASCII in the form mail servers use: "müller.example" -> "xn--mller-kva.example" (RFC 3492, RFC 5891). */

/** Lower-case A-label form of a domain. Labels that are ASCII already stay as they are. */
export function asciiDomain(domain: string): string {
  const lower = domain.normalize('NFC').toLowerCase();
  if (/^[\x20-\x7e]*$/.test(lower)) return lower;
  return lower.split(/[.\u3002]/).map((label) => (/^[\x20-\x7e]*$/.test(label) ? label : `xn--${punycode(label)}`)).join('.');
}

// Parameters of RFC 3492 section 5.
const BASE = 36, T_MIN = 1, T_MAX = 26, SKEW = 38, DAMP = 700, INITIAL_BIAS = 72, INITIAL_N = 128;

function punycode(label: string): string {
  const points = Array.from(label, (character) => character.codePointAt(0) ?? 0);
  const basic = points.filter((point) => point < INITIAL_N);
  let output = String.fromCodePoint(...basic) + (basic.length > 0 ? '-' : '');
  let n = INITIAL_N, delta = 0, bias = INITIAL_BIAS, handled = basic.length;
  while (handled < points.length) {
    const next = Math.min(...points.filter((point) => point >= n));
    delta += (next - n) * (handled + 1);
    n = next;
    for (const point of points) {
      if (point < n) delta++;
      if (point !== n) continue;
      output += variableLength(delta, bias);
      bias = adapt(delta, handled + 1, handled === basic.length);
      delta = 0;
      handled++;
    }
    delta++;
    n++;
  }
  return output;
}

function variableLength(delta: number, bias: number): string {
  let output = '';
  let rest = delta;
  for (let k = BASE; ; k += BASE) {
    const threshold = Math.min(Math.max(k - bias, T_MIN), T_MAX);
    if (rest < threshold) return output + digit(rest);
    output += digit(threshold + ((rest - threshold) % (BASE - threshold)));
    rest = Math.floor((rest - threshold) / (BASE - threshold));
  }
}

function adapt(delta: number, count: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? DAMP : 2));
  rest += Math.floor(rest / count);
  let k = 0;
  for (; rest > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) rest = Math.floor(rest / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}

/** 0..25 are letters, 26..35 figures. */
function digit(value: number): string {
  return String.fromCharCode(value < 26 ? value + 97 : value + 22);
}
