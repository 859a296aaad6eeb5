/** The organization's duplicate rule for contacts: the same address of mail, or much the same name at the same account. */
import { canRead } from './sharing.ts';
import type { Fault } from './refusal.ts';
import { visible, type Org, type Person } from './org.ts';
import type { ObjectType } from './objects/catalog.ts';
import type { Row } from './table.ts';

/** Fields whose change makes the rule look at an update. */
const MATCHED_FIELDS = new Set(['FirstName', 'LastName', 'Email', 'AccountId']);

/** `allowSave` is the caller's header: it helps where the rule alerts, and not where it blocks. */
export function duplicateFault(
  org: Org, type: ObjectType, row: Row, changed: Iterable<string>, person: Person | undefined, allowSave: boolean,
): Fault | undefined {
  const rule = org.settings.duplicateRule;
  if (rule === 'off' || type.name !== 'Contact' || (rule === 'alert' && allowSave)) return undefined;
  if (![...changed].some((name) => MATCHED_FIELDS.has(name))) return undefined;
  const matches = matchesOf(org, row).filter((other) => canRead(org, type, other, person));
  if (matches.length === 0) return undefined;
  return {
    code: 'DUPLICATES_DETECTED',
    message: 'Use one of these records?',
    duplicateResult: {
      allowSave: rule === 'alert',
      duplicateRule: 'Standard_Contact_Duplicate_Rule',
      duplicateRuleEntityType: 'Contact',
      errorMessage: 'Use one of these records?',
      matchResults: [{
        entityType: 'Contact', errors: [], matchEngine: 'FuzzyMatchEngine', rule: 'Standard_Contact_Match_Rule_v1_1',
        matchRecords: matches.map((other) => ({
          additionalInformation: [], fieldDiffs: [], matchConfidence: 90, record: { attributes: { type: 'Contact' }, Id: other.Id },
        })),
        size: matches.length,
        success: true,
      }],
    },
  };
}

function matchesOf(org: Org, row: Row): Row[] {
  const table = org.tables.Contact;
  const email = row['Email'];
  const account = row['AccountId'];
  const near = [
    ...(email ? table.equal('Email', email) ?? [] : []),
    ...(account ? [...table.equal('AccountId', account) ?? []].filter((other) => isSameName(row, other)) : []),
  ];
  return [...new Set(near)].filter((other) => other.Id !== row.Id && !other.IsDeleted && visible(org, other, other.Id) === other);
}

function isSameName(one: Row, other: Row): boolean {
  if (fold(one['LastName']) !== fold(other['LastName'])) return false;
  const [first, second] = [fold(one['FirstName']), fold(other['FirstName'])];
  return first === second || formal(first) === formal(second) || first.charAt(0) === second || second.charAt(0) === first;
}

/** A few of the short forms that the fuzzy engine knows; its full list is not published. */
const SHORT_FORMS: Readonly<Record<string, string>> = {
  bob: 'robert', rob: 'robert', tom: 'thomas', bill: 'william', will: 'william', liz: 'elizabeth', kate: 'katherine', mike: 'michael',
  jim: 'james', tony: 'anthony', dan: 'daniel', dave: 'david', sue: 'susan', alex: 'alexander', max: 'maximilian', hans: 'johannes',
};

const formal = (name: string): string => SHORT_FORMS[name] ?? name;

/** Letters only, without accents, in lower case. */
const fold = (value: unknown): string =>
  (typeof value === 'string' ? value : '').normalize('NFD').replace(/[^\p{L}]/gu, '').toLowerCase();
