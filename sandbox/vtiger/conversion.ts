/** convertlead: a lead becomes a contact, an account or both, and is gone from lists. */
import { VtigerError, missing } from './fault.ts';
import { MODULES, type ModuleName } from './modules/catalog.ts';
import { createRecord, findWritable, type Element, type Writer } from './records.ts';
import { idOf, moduleOf, nowSeconds, ownerId, type Row } from './world.ts';

/** Lead field to the fields of what it becomes: the mapping of a fresh install, as far as known [unconfirmed]. */
const MAPPING: Readonly<Record<'Accounts' | 'Contacts', Readonly<Record<string, string>>>> = {
  Accounts: {
    company: 'accountname', phone: 'phone', fax: 'fax', email: 'email1', website: 'website', industry: 'industry', rating: 'rating',
    annualrevenue: 'annual_revenue', noofemployees: 'employees', lane: 'bill_street', city: 'bill_city', state: 'bill_state', code: 'bill_code',
    country: 'bill_country', pobox: 'bill_pobox', description: 'description',
  },
  Contacts: {
    salutationtype: 'salutationtype', firstname: 'firstname', lastname: 'lastname', phone: 'phone', mobile: 'mobile', fax: 'fax', email: 'email',
    secondaryemail: 'secondaryemail', designation: 'title', leadsource: 'leadsource', lane: 'mailingstreet', city: 'mailingcity',
    state: 'mailingstate', code: 'mailingzip', country: 'mailingcountry', pobox: 'mailingpobox', description: 'description',
  },
};
/** What stands in a mandatory field that neither the lead nor the caller fills. */
const FILLER = '????';

/**
 * {leadId, assignedTo, entities: {Accounts: {create: true, accountname...}, Contacts: {create: true, ...}}, transferRelatedRecordsTo} -> the new ids by module,
 * or null when neither is to be created. An account of that name is taken instead of a new one. Potentials are no part of this stand-in and are passed over.
 */
export function convertLead(writer: Writer, element: Element): unknown {
  const { world, user } = writer;
  const lead = findWritable(world, user, String(element['leadId'] ?? ''));
  if (moduleOf(lead) !== 'Leads') throw new VtigerError('INVALID_ID_ATTRIBUTE', 'Id specified is incorrect');
  if (lead.isConverted) throw new VtigerError('LEAD_ALREADY_CONVERTED', 'Lead is already converted');
  const entities = objectIn(element['entities']);
  const wanted = (name: ModuleName): Element | undefined => (objectIn(entities[name])['create'] ? objectIn(entities[name]) : undefined);
  const owner = String(element['assignedTo'] || ownerId(world, user.n));
  const [account, contact] = [wanted('Accounts'), wanted('Contacts')];
  if (!account && !contact) return null;
  const made: { Accounts?: Row; Contacts?: Row } = {};
  if (account) made.Accounts = accountNamed(writer, account['accountname']) ?? becomes(writer, lead, 'Accounts', { ...account, assigned_user_id: owner });
  if (contact) {
    const company = made.Accounts ? { account_id: idOf(world, made.Accounts) } : {};
    made.Contacts = becomes(writer, lead, 'Contacts', { ...contact, ...company, assigned_user_id: owner });
  }
  moveActivities(writer, lead, made);
  world.rows.set(lead.n, { ...lead, isConverted: true, modified: nowSeconds(world), modifiedBy: user.n });
  world.changed();
  return Object.fromEntries(Object.entries(made).map(([name, row]) => [name, idOf(world, row)]));
}

const objectIn = (value: unknown): Element => (typeof value === 'object' && value !== null ? { ...value } : {});

function accountNamed({ world }: Writer, name: unknown): Row | undefined {
  return [...world.rows.values()].find((row) => row.table === 'Accounts' && !row.isDeleted && row.values['accountname'] === String(name ?? ''));
}

function becomes(writer: Writer, lead: Row, name: 'Accounts' | 'Contacts', given: Element): Row {
  const module = MODULES[name];
  const taken = Object.entries(MAPPING[name]).map(([from, to]) => [to, lead.values[from] ?? '']);
  const sent: Element = { ...Object.fromEntries(taken), ...Object.fromEntries(Object.entries(given).filter(([, value]) => Boolean(value))) };
  const fillers = module.fields.filter(({ name: field, isMandatory }) => isMandatory && !sent[field]).map(({ name: field }) => [field, FILLER]);
  if (!sent['assigned_user_id']) throw missing('assigned_user_id');
  return createRecord(writer, module, { ...sent, ...Object.fromEntries(fillers), isconvertedfromlead: '1' });
}

/** Events and tasks about the lead go to the account and the contact [unconfirmed: their modifiedtime stays]. */
function moveActivities({ world }: Writer, lead: Row, made: { readonly Accounts?: Row; readonly Contacts?: Row }): void {
  for (const row of world.rows.values()) {
    if (row.table !== 'Activities' || row.values['parent_id'] !== String(lead.n)) continue;
    const contacts = made.Contacts && row.contacts.length === 0 ? [made.Contacts.n] : row.contacts;
    world.rows.set(row.n, { ...row, contacts, values: { ...row.values, parent_id: String(made.Accounts?.n ?? '') } });
  }
}
