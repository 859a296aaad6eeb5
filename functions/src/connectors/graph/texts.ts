/** Texts and postal addresses between Graph's spelling and ours. Pure. */
import type { Address, FieldValue } from '../../engine/record.ts';
import { cleanLine, cleanLines } from '../clean-text.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject, listOf } from './json.ts';

const ADDRESS_PARTS: readonly (readonly [keyof Address, string])[] = [
  ['street', 'street'],
  ['city', 'city'],
  ['region', 'state'],
  ['postalCode', 'postalCode'],
  ['country', 'countryOrRegion'],
];

/** All five parts are sent, blanks as null: whether parts left out are kept is not documented. */
export function vendorAddress(value: FieldValue | null | undefined): JsonObject {
  const address: Address = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Address) : {};
  return Object.fromEntries(
    ADDRESS_PARTS.map(([part, name]) => [name, part === 'street' ? cleanLines(address.street) : cleanLine(address[part])]),
  );
}

export function addressOf(value: Json): Address | null {
  if (!isObject(value)) return null;
  const parts = ADDRESS_PARTS.map(([part, name]) => [part, textOf(value[name] ?? null)?.replace(/\r\n?/g, '\n')] as const).filter(
    ([, text]) => text !== undefined,
  );
  return parts.length > 0 ? Object.fromEntries(parts) : null;
}

export const textOf = (value: Json): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null);
export const textsOf = (value: Json | undefined): readonly string[] => listOf(value).flatMap((entry) => textOf(entry) ?? []);
