import { expect, test } from 'vitest';
import type { Field } from './modules/field.ts';
import { field } from './modules/field.ts';
import { USUAL_PREFIXES } from './modules/catalog.ts';
import { testCrm } from './test-client.ts';

interface Described {
  readonly idPrefix: string; readonly allowDuplicates: boolean; readonly labelFields: string;
  readonly fields: readonly { name: string; mandatory: boolean; editable: boolean; isunique?: boolean; type: Readonly<{ [name: string]: unknown }> }[];
}
const named = ({ fields }: Described, name: string): Described['fields'][number] | undefined => fields.find((one) => one.name === name);

test('each module names its prefix, its label fields and what is mandatory', async () => {
  const { client, close } = await testCrm();
  const admin = await client();
  const facts = async (elementType: string): Promise<unknown> => {
    const { idPrefix, labelFields, fields } = await admin.get<Described>('describe', { elementType });
    return [idPrefix, labelFields, fields.filter(({ mandatory }) => mandatory).map(({ name }) => name).sort()];
  };
  expect(await facts('Contacts')).toEqual(['12', 'firstname,lastname', ['assigned_user_id', 'lastname']]);
  expect(await facts('Leads')).toEqual(['10', 'firstname,lastname', ['assigned_user_id', 'lastname']]);
  expect(await facts('Accounts')).toEqual(['11', 'accountname', ['accountname', 'assigned_user_id']]);
  expect(await facts('Events')).toEqual(['18', 'subject', [
    'activitytype', 'assigned_user_id', 'date_start', 'due_date', 'duration_hours', 'eventstatus', 'subject', 'time_end', 'time_start']]);
  expect(await facts('Calendar')).toEqual(['9', 'subject', ['assigned_user_id', 'date_start', 'due_date', 'subject', 'taskstatus', 'time_start']]);
  await close();
});

test('describe differs by person: the date format, hidden fields, and Users for admins only', async () => {
  const { client, close } = await testCrm({ settings: { hidden: ['Contacts.birthday'] } });
  const [admin, anna] = [await client(), await client('anna.weber')];
  const ofAdmin = await admin.get<Described>('describe', { elementType: 'Contacts' });
  const ofAnna = await anna.get<Described>('describe', { elementType: 'Contacts' });
  expect([named(ofAdmin, 'birthday')?.type, named(ofAnna, 'birthday')]).toEqual([{ name: 'date', format: 'mm-dd-yyyy' }, undefined]);
  expect(named(ofAnna, 'support_start_date')?.type).toEqual({ name: 'date', format: 'dd-mm-yyyy' });
  expect(named(ofAnna, 'account_id')?.type).toEqual({ name: 'reference', refersTo: ['Accounts'] });
  const { id = '' } = await admin.create('Contacts', { lastname: 'Lee', birthday: '1980-02-29', assigned_user_id: '19x5' });
  expect('birthday' in await anna.retrieve(id ?? '')).toBe(false);
  expect(await anna.refused('GET', 'query', { query: 'select birthday from Contacts;' })).toBe('ACCESS_DENIED');
  expect(await anna.refused('GET', 'describe', { elementType: 'Users' })).toBe('ACCESS_DENIED');
  const types = async (one: typeof anna): Promise<readonly string[]> => (await one.get<{ types: string[] }>('listtypes')).types;
  expect([(await types(admin)).includes('Users'), (await types(anna)).includes('Users')]).toEqual([true, false]);
  await close();
});

test('an install has prefixes, fields and duties of its own', async () => {
  const extra: Field = field('cf_851', 'Region', 'string', { length: 10 });
  const { client, close } = await testCrm({
    settings: { prefixes: { ...USUAL_PREFIXES, Contacts: 4 }, extraFields: { Contacts: [extra] }, mandatory: ['Contacts.email'] },
  });
  const admin = await client();
  const described = await admin.get<Described>('describe', { elementType: 'Contacts' });
  expect([described.idPrefix, named(described, 'email')?.mandatory, named(described, 'cf_851')?.type]).toEqual(['4', true, { name: 'string' }]);
  const element = { lastname: 'Lee', assigned_user_id: '19x1', cf_851: 'North-North-West' };
  expect(await admin.refused('POST', 'create', { elementType: 'Contacts', element: JSON.stringify(element) })).toBe('MANDATORY_FIELDS_MISSING');
  expect(await admin.create('Contacts', { ...element, email: 'lee@x.example' })).toMatchObject({ id: '4x2', cf_851: 'North-Nort' });
  await close();
});

test('listtypes narrows to modules with a field of a type, and picklists call their first value the default', async () => {
  const { client, close } = await testCrm();
  const admin = await client();
  const narrowed = { types: ['Leads', 'Accounts'], information: { Leads: { singular: 'Lead' } } };
  expect(await admin.get('listtypes', { fieldTypeList: '["currency"]' })).toMatchObject(narrowed);
  const events = await admin.get<Described>('describe', { elementType: 'Events' });
  expect(named(events, 'recurringtype')?.type).toMatchObject({ defaultValue: 'Daily', picklistValues: [{ label: 'Day(s)', value: 'Daily' }, {}, {}, {}] });
  expect(await admin.refused('GET', 'describe', { elementType: 'CustomView' })).toBe('ACCESS_DENIED');
  await close();
});
