/** Which properties a request wants to see, and whether an item has them. */
import { EwsError, notValid } from './fault.ts';
import { readPath } from './paths.ts';
import type { Path } from './paths.ts';
import { hasProperty, propertiesOf } from './properties.ts';
import type { ItemKind } from './schema.ts';
import { demandChildren } from './schema.ts';
import { kidOf, textOf } from './xml.ts';
import type { Xml } from './xml.ts';

type Base = 'IdOnly' | 'Default' | 'AllProperties';

export interface Shape {
  readonly base: Base;
  readonly extra: readonly Path[];
  readonly body: 'Best' | 'HTML' | 'Text';
}

/** They differ from class to class, and none is everything (learn.microsoft.com, property sets and response shapes). */
const DEFAULTS: Readonly<Record<ItemKind, readonly string[]>> = {
  Contact: [
    'item:ItemId', 'item:Subject', 'item:HasAttachments', 'item:Culture', 'contacts:FileAs', 'contacts:GivenName', 'contacts:CompanyName',
    'contacts:EmailAddresses', 'contacts:PhysicalAddresses', 'contacts:PhoneNumbers', 'contacts:JobTitle', 'contacts:Surname',
  ],
  CalendarItem: [
    'item:ItemId', 'item:Subject', 'item:HasAttachments', 'calendar:Start', 'calendar:End', 'calendar:LegacyFreeBusyStatus', 'calendar:Location',
    'calendar:CalendarItemType', 'calendar:Organizer', 'calendar:RequiredAttendees', 'calendar:OptionalAttendees', 'calendar:Resources',
    'calendar:Recurrence', 'calendar:FirstOccurrence', 'calendar:LastOccurrence', 'calendar:ModifiedOccurrences', 'calendar:DeletedOccurrences',
  ],
  Task: ['item:ItemId', 'item:Subject', 'item:HasAttachments', 'task:DueDate', 'task:PercentComplete', 'task:StartDate', 'task:Status'],
  Message: ['item:ItemId', 'item:Subject', 'item:Sensitivity', 'item:Size', 'message:IsRead'],
  DistributionList: ['item:ItemId', 'item:Subject', 'contacts:DisplayName', 'contacts:FileAs'],
  MeetingRequest: ['item:ItemId', 'item:Subject'],
};
const NEVER_BY_DEFAULT = new Set(['item:TextBody', 'item:ParentFolderId']);
const ZONES = new Set(['calendar:StartTimeZone', 'calendar:EndTimeZone']);
/** `null` path: what the base shape brings, which is not refused where it lacks. */
export interface Wanted { readonly uri: string; readonly path: Path | null }

export function readShape(node: Xml | undefined): Shape {
  if (!node) throw notValid("The element 'ItemShape' is missing.");
  demandChildren(node, 't:BaseShape! t:IncludeMimeContent t:BodyType t:UniqueBodyType t:NormalizedBodyType t:FilterHtmlContent '
    + 't:ConvertHtmlCodePageToUTF8 t:InlineImageUrlTemplate t:BlockExternalImages t:AddBlankTargetToLinks t:MaximumBodySize t:AdditionalProperties');
  const base = (['IdOnly', 'Default', 'AllProperties'] as const).find((name) => name === textOf(node, 't:BaseShape')?.trim());
  const body = (['Best', 'HTML', 'Text'] as const).find((name) => name === (textOf(node, 't:BodyType')?.trim() ?? 'Best'));
  if (!base || !body) throw notValid('The shape is not known.');
  const more = kidOf(node, 't:AdditionalProperties');
  if (more?.kids.length === 0) throw notValid("The element 'AdditionalProperties' has incomplete content.");
  return { base, body, extra: (more?.kids ?? []).map(readPath) };
}

/** Throws for the one item that does not have what was asked. */
export function wantedOf(kind: ItemKind, { base, extra }: Shape, hasZones: boolean): Wanted[] {
  const all = propertiesOf(kind).map(({ uri }) => uri).filter((uri) => !NEVER_BY_DEFAULT.has(uri) && (hasZones || !ZONES.has(uri)));
  const plain = base === 'IdOnly' ? ['item:ItemId'] : base === 'Default' ? DEFAULTS[kind] : all;
  for (const path of extra) {
    if (path.kind === 'extended') continue;
    const isRefused = !hasProperty(kind, path.uri) || (!hasZones && ZONES.has(path.uri));
    if (isRefused) throw new EwsError('ErrorInvalidPropertyRequest', 'Property is not valid for this object type.', path.xml);
  }
  return [...plain.map((uri) => ({ uri, path: null })), ...extra.map((path) => ({ uri: path.uri, path }))];
}
