/** Restrictions of FindItem: which items satisfy them. Texts are compared without regard to case. */
import { attendeesOf } from './computed.ts';
import { emailOf, isEmailKey } from './emails.ts';
import { EwsError, notValid } from './fault.ts';
import type { Body, Value } from './mailbox.ts';
import { isPath, readPath } from './paths.ts';
import type { Target } from './series.ts';
import { zulu } from './times.ts';
import { kidOf, localName } from './xml.ts';
import type { Xml } from './xml.ts';

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  IsEqualTo: (order) => order === 0, IsNotEqualTo: (order) => order !== 0, IsGreaterThan: (order) => order > 0,
  IsGreaterThanOrEqualTo: (order) => order >= 0, IsLessThan: (order) => order < 0, IsLessThanOrEqualTo: (order) => order <= 0,
};

/** `node` is the one expression within m:Restriction. */
export function satisfies(target: Target, node: Xml): boolean {
  const name = localName(node);
  switch (name) {
    case 'And': return demandSome(node).every((kid) => satisfies(target, kid));
    case 'Or': return demandSome(node).some((kid) => satisfies(target, kid));
    case 'Not': return !satisfies(target, demandSome(node)[0] ?? node);
    case 'Exists': return valueOf(target, demandPath(node)) !== undefined;
    case 'Contains': return contains(target, node);
    default: return compares(target, node, name);
  }
}

function demandSome({ kids, name }: Xml): readonly Xml[] {
  if (kids.length === 0) throw notValid(`The element '${name}' has incomplete content.`);
  return kids;
}

function demandPath(node: Xml): string {
  const path = node.kids.find(isPath);
  if (!path) throw notValid(`The element '${localName(node)}' has no path.`);
  return readPath(path).key;
}

function compares(target: Target, node: Xml, name: string): boolean {
  const isRight = COMPARISONS[name];
  const constant = kidOf(kidOf(node, 't:FieldURIOrConstant'), 't:Constant')?.attrs['Value'];
  if (!isRight) throw notValid(`The element '${name}' is no search expression.`);
  if (constant === undefined) throw new EwsError('ErrorUnsupportedPathForQuery', 'The sandbox compares with constants only.');
  const value = valueOf(target, demandPath(node));
  // What is not set is equal to nothing.
  if (value === undefined) return name === 'IsNotEqualTo';
  return (Array.isArray(value) ? value : [value]).some((one) => isRight(orderOf(one, constant)));
}

function contains(target: Target, node: Xml): boolean {
  const wanted = (kidOf(node, 't:Constant')?.attrs['Value'] ?? '').toLowerCase();
  const value = valueOf(target, demandPath(node));
  const texts = (value === undefined ? [] : Array.isArray(value) ? value : [value]).map((one) => one.toLowerCase());
  switch (node.attrs['ContainmentMode'] ?? 'Substring') {
    case 'FullString': return texts.includes(wanted);
    case 'Prefixed': return texts.some((text) => text.startsWith(wanted));
    case 'Substring': return texts.some((text) => text.includes(wanted));
    default: throw new EwsError('ErrorUnsupportedQueryFilter', 'The sandbox does not know this containment mode.');
  }
}

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?$/;

/** Times by their instants, numbers by size, the rest as texts [unconfirmed: without regard to case]. */
function orderOf(value: string, constant: string): number {
  if (INSTANT.test(value) && INSTANT.test(constant)) return Date.parse(value) - Date.parse(constant);
  if (/^-?\d+$/.test(value) && /^-?\d+$/.test(constant)) return Number(value) - Number(constant);
  const [left, right] = [value.toLowerCase(), constant.toLowerCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** What a search sees of a property: texts; undefined for what is not set. */
export function valueOf({ item, props }: Target, key: string): string | readonly string[] | undefined {
  if (isEmailKey(key)) return emailOf(props, key)?.address;
  if (key === 'item:LastModifiedTime') return zulu(item.modifiedAt);
  if (key === 'item:DateTimeCreated') return zulu(item.createdAt);
  if (key === 'task:IsComplete') return String(props['task:Status'] === 'Completed');
  if (key === 'calendar:IsMeeting') return String(attendeesOf(props).length > 0);
  const value: Value | undefined = props[key];
  if (value === undefined || typeof value === 'string') return value;
  if (isTexts(value)) return value;
  if (key === 'item:Body') return (value as Body).text;
  throw new EwsError('ErrorUnsupportedPathForQuery', 'The property can not be used with this type of restriction.');
}

const isTexts = (value: Value): value is readonly string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');
