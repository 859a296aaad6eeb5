/** Parsed JSON, and the few questions asked of it: nothing a service sends is trusted to have its documented shape. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

export const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value as readonly Json[] : []);

export const stringOf = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
