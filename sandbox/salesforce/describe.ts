/** Describe answers: what an object is called and what its fields allow. */
import type { ObjectType } from './objects/catalog.ts';
import type { Field } from './objects/field.ts';

export function describeSummary(type: ObjectType, version: string): Record<string, unknown> {
  const base = `/services/data/${version}/sobjects/${type.name}`;
  return {
    name: type.name, label: type.label, labelPlural: type.plural, keyPrefix: type.prefix || null, custom: false, customSetting: false,
    createable: type.isRecord, updateable: type.isUpdateable, deletable: type.isRecord, undeletable: type.isRecord,
    mergeable: type.isMergeable, queryable: type.isQueryable, retrieveable: type.isQueryable,
    searchable: type.isRecord, replicateable: type.isRecord, triggerable: type.isRecord, layoutable: type.isRecord,
    mruEnabled: type.isRecord, feedEnabled: false, deprecatedAndHidden: false,
    urls: { sobject: base, describe: `${base}/describe`, rowTemplate: `${base}/{ID}` },
  };
}

export function describeObject(type: ObjectType, version: string): Record<string, unknown> {
  return {
    ...describeSummary(type, version),
    fields: type.fields.map((field) => describeField(type, field)),
    childRelationships: [],
    recordTypeInfos: [{ active: true, available: true, defaultRecordTypeMapping: true, developerName: 'Master', master: true,
      name: 'Master', recordTypeId: '012000000000000AAA' }],
    supportedScopes: type.access === 'owned' ? [
      { label: `All ${type.plural.toLowerCase()}`, name: 'everything' }, { label: `My ${type.plural.toLowerCase()}`, name: 'mine' },
    ] : [{ label: `All ${type.plural.toLowerCase()}`, name: 'everything' }],
  };
}

const SOAP_TYPES: Readonly<Partial<Record<Field['type'], string>>> = {
  id: 'tns:ID', reference: 'tns:ID', boolean: 'xsd:boolean', double: 'xsd:double', currency: 'xsd:double', int: 'xsd:int',
  date: 'xsd:date', datetime: 'xsd:dateTime', address: 'urn:address',
};

function describeField(type: ObjectType, field: Field): Record<string, unknown> {
  return {
    name: field.name, label: field.label, type: field.type, soapType: SOAP_TYPES[field.type] ?? 'xsd:string',
    length: field.length, byteLength: field.type === 'id' || field.type === 'reference' ? field.length : field.length * 3,
    createable: field.createable && type.isRecord, updateable: field.updateable && type.isUpdateable,
    filterable: field.filterable, sortable: field.sortable, groupable: field.groupable,
    nillable: field.nillable, defaultedOnCreate: field.defaultedOnCreate, idLookup: field.idLookup, nameField: field.nameField,
    unique: field.unique, externalId: field.externalId, caseSensitive: false, custom: field.name.endsWith('__c'),
    calculated: false, autoNumber: false, encrypted: false, deprecatedAndHidden: false,
    defaultValue: field.defaultValue ?? (field.type === 'boolean' ? false : null),
    restrictedPicklist: field.restricted, dependentPicklist: false,
    picklistValues: field.values.map((value) =>
      ({ value, label: value, active: true, defaultValue: value === field.defaultValue, validFor: null })),
    referenceTo: field.referenceTo, relationshipName: field.relationship ?? null, namePointing: field.isPolymorphic,
    compoundFieldName: field.compound ?? null, polymorphicForeignKey: field.isPolymorphic,
    extraTypeInfo: field.type === 'textarea' ? 'plaintextarea' : null,
  };
}
