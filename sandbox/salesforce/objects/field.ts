/** What a field is: the part of a describe that rules depend on. */

export type FieldType =
  | 'id' | 'reference' | 'string' | 'combobox' | 'picklist' | 'textarea' | 'phone' | 'email' | 'url'
  | 'date' | 'datetime' | 'boolean' | 'double' | 'currency' | 'int' | 'address';

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** Characters; 0 where the type has none. */
  readonly length: number;
  readonly label: string;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly filterable: boolean;
  readonly sortable: boolean;
  readonly groupable: boolean;
  readonly nillable: boolean;
  readonly defaultedOnCreate: boolean;
  readonly idLookup: boolean;
  readonly nameField: boolean;
  /** A picklist that takes its own values only. */
  readonly restricted: boolean;
  readonly values: readonly string[];
  /** What a save without the field stores. */
  readonly defaultValue?: string;
  /** Objects that a reference may lead to; empty for other types. */
  readonly referenceTo: readonly string[];
  /** The parent is read through the object Name, because it may be of several objects. */
  readonly isPolymorphic: boolean;
  readonly relationship?: string;
  readonly compound?: string;
  readonly unique: boolean;
  readonly externalId: boolean;
}

interface Extra {
  readonly to?: string | readonly string[];
  readonly as?: string;
  readonly of?: string;
  readonly values?: readonly string[];
  readonly defaultValue?: string;
  readonly unique?: boolean;
  readonly externalId?: boolean;
}

/** Flags, one letter each: c create, u update, f filter, s sort, g group, n nillable, d default, i id lookup, N name, R restricted. */
export function field(name: string, type: FieldType, length: number, flags: string, label: string, extra: Extra = {}): Field {
  const has = (letter: string): boolean => flags.includes(letter);
  const referenceTo = typeof extra.to === 'string' ? [extra.to] : extra.to ?? [];
  return {
    name, type, length, label,
    createable: has('c'), updateable: has('u'), filterable: has('f'), sortable: has('s'), groupable: has('g'),
    nillable: has('n'), defaultedOnCreate: has('d'), idLookup: has('i'), nameField: has('N'), restricted: has('R'),
    values: extra.values ?? [],
    ...(extra.defaultValue === undefined ? {} : { defaultValue: extra.defaultValue }),
    referenceTo,
    isPolymorphic: Array.isArray(extra.to),
    ...(extra.as ? { relationship: extra.as } : {}),
    ...(extra.of ? { compound: extra.of } : {}),
    unique: extra.unique ?? false,
    externalId: extra.externalId ?? false,
  };
}

/** A field that a create must carry. */
export const isRequired = (one: Field): boolean => one.createable && !one.nillable && !one.defaultedOnCreate && one.type !== 'boolean';

const ACCURACIES = [
  'Address', 'NearAddress', 'Block', 'Street', 'ExtendedZip', 'Zip', 'Neighborhood', 'City', 'County', 'State', 'Unknown',
];

/** The nine fields of an address with a prefix (a lead's has none), and its read-only compound. */
export function addressFields(prefix: string): Field[] {
  const of = `${prefix}Address`;
  const label = (what: string): string => `${prefix} ${what}`.trimStart();
  return [
    field(`${prefix}Street`, 'textarea', 255, 'cufsgn', label('Street'), { of }),
    field(`${prefix}City`, 'string', 40, 'cufsgn', label('City'), { of }),
    field(`${prefix}State`, 'string', 80, 'cufsgn', label('State/Province'), { of }),
    field(`${prefix}PostalCode`, 'string', 20, 'cufsgn', label('Zip/Postal Code'), { of }),
    field(`${prefix}Country`, 'string', 80, 'cufsgn', label('Country'), { of }),
    field(`${prefix}Latitude`, 'double', 0, 'cufsn', label('Latitude'), { of }),
    field(`${prefix}Longitude`, 'double', 0, 'cufsn', label('Longitude'), { of }),
    field(`${prefix}GeocodeAccuracy`, 'picklist', 40, 'cufsgnR', label('Geocode Accuracy'), { of, values: ACCURACIES }),
    field(of, 'address', 0, 'fn', label('Address')),
  ];
}

/** Who and when, on every record; never written by a client. */
export function auditFields(): Field[] {
  return [
    field('CreatedDate', 'datetime', 0, 'fsd', 'Created Date'),
    field('CreatedById', 'reference', 18, 'fsgd', 'Created By ID', { to: 'User', as: 'CreatedBy' }),
    field('LastModifiedDate', 'datetime', 0, 'fsd', 'Last Modified Date'),
    field('LastModifiedById', 'reference', 18, 'fsgd', 'Last Modified By ID', { to: 'User', as: 'LastModifiedBy' }),
    field('SystemModstamp', 'datetime', 0, 'fsd', 'System Modstamp'),
  ];
}

/** What activity and use leave behind; kept empty here. */
export function useFields(): Field[] {
  return [
    field('LastActivityDate', 'date', 0, 'fsgn', 'Last Activity'),
    field('LastViewedDate', 'datetime', 0, 'fsn', 'Last Viewed Date'),
    field('LastReferencedDate', 'datetime', 0, 'fsn', 'Last Referenced Date'),
  ];
}

export const INDUSTRIES = [
  'Agriculture', 'Apparel', 'Banking', 'Biotechnology', 'Chemicals', 'Communications', 'Construction', 'Consulting', 'Education',
  'Electronics', 'Energy', 'Engineering', 'Entertainment', 'Environmental', 'Finance', 'Food & Beverage', 'Government', 'Healthcare',
  'Hospitality', 'Insurance', 'Machinery', 'Manufacturing', 'Media', 'Not For Profit', 'Recreation', 'Retail', 'Shipping', 'Technology',
  'Telecommunications', 'Transportation', 'Utilities', 'Other',
];
export const LEAD_SOURCES = ['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Other'];
export const CLEAN_STATUSES = ['Matched', 'Different', 'Acknowledged', 'NotFound', 'Inactive', 'Pending', 'SelectMatch', 'Skipped'];
