/** UpdateItem: named changes of named properties, one each, refused when the item has changed since it was read. */
import type { StandInReply } from '../server.ts';
import { targetId } from './computed.ts';
import { isEmailKey } from './emails.ts';
import { EwsError, EwsFault, answer, notValid, success } from './fault.ts';
import { demandOnly, readElement, withChange, withoutKey } from './fields.ts';
import type { Change } from './fields.ts';
import { each } from './folders.ts';
import { changeKey } from './ids.ts';
import type { Body, Props, Value } from './mailbox.ts';
import { UPDATE_MODES, tellOfUpdate } from './mails.ts';
import type { MailMode } from './mails.ts';
import { isPath, readPath } from './paths.ts';
import type { Path } from './paths.ts';
import { hasProperty, propertyOf } from './properties.ts';
import { demandAttribute, demandChildren, isItemKind, readAttribute } from './schema.ts';
import type { ItemKind } from './schema.ts';
import { findTarget } from './series.ts';
import type { Target } from './series.ts';
import { readingOf } from './world.ts';
import type { Call } from './world.ts';
import { change } from './writes.ts';
import { element, kidOf, localName } from './xml.ts';
import type { Xml } from './xml.ts';

const RESOLUTIONS = ['NeverOverwrite', 'AutoResolve', 'AlwaysOverwrite'] as const;
const APPENDABLE = ['item:Body', 'calendar:RequiredAttendees', 'calendar:OptionalAttendees', 'calendar:Resources'];
/** Of an occurrence these cannot be taken away either (mustang-im/mustang#522, #536). */
const KEPT_BY_OCCURRENCES = ['calendar:Recurrence', 'calendar:StartTimeZone', 'calendar:EndTimeZone'];
const TYPED_BIRTHDAY = 'typed:Birthday';

export function updateItem(call: Call, request: Xml): StandInReply {
  demandChildren(request, 'm:SavedItemFolderId m:ItemChanges!');
  const resolution = demandAttribute(request, 'ConflictResolution', RESOLUTIONS);
  const disposition = readAttribute(request, 'MessageDisposition', ['SaveOnly', 'SendOnly', 'SendAndSaveCopy']);
  const mode = readAttribute(request, 'SendMeetingInvitationsOrCancellations', UPDATE_MODES);
  const changes = kidOf(request, 'm:ItemChanges')?.kids ?? [];
  if (changes.length === 0) throw notValid("The element 'ItemChanges' has incomplete content.");
  for (const node of changes) demandWellFormed(call, node);
  return answer('UpdateItem', changes.map((node) => each('UpdateItem', () => {
    const id = node.kids[0];
    if (!id) throw notValid("The element 'ItemChange' has no id.");
    const target = findTarget(call.mailbox, id);
    const { kind } = target.item;
    if (kind === 'CalendarItem' && mode === undefined) {
      throw new EwsError('ErrorSendMeetingInvitationsOrCancellationsRequired',
        'SendMeetingInvitationsOrCancellations attribute is required for calendar items.');
    }
    if (kind === 'Message' && disposition === undefined) {
      throw new EwsError('ErrorMessageDispositionRequired', 'MessageDisposition attribute is required for messages.');
    }
    demandCurrent(target, id, resolution);
    const now = updateOne(call, target, kidOf(node, 't:Updates')?.kids ?? [], mode ?? 'SendToNone');
    return success('UpdateItem', element('m:Items', {}, element(`t:${kind}`, {}, targetId(call.mailbox, now)))
      + '<m:ConflictResults><t:Count>0</t:Count></m:ConflictResults>');
  }, '<m:Items/>')));
}

/** The schema judges the whole request before anything is done. */
function demandWellFormed(call: Call, node: Xml): void {
  if (node.name !== 't:ItemChange') throw notValid(`The element 'ItemChanges' has invalid child element '${localName(node)}'.`);
  demandChildren(node, 't:ItemId|t:OccurrenceItemId|t:RecurringMasterItemId! t:Updates!');
  for (const update of kidOf(node, 't:Updates')?.kids ?? []) {
    const container = update.kids.find((kid) => !isPath(kid));
    const kind = container ? localName(container) : 'Item';
    if (!['t:SetItemField', 't:AppendToItemField', 't:DeleteItemField'].includes(update.name)) throw notValid(`'${update.name}' is no change.`);
    if (kind !== 'Item' && !isItemKind(kind)) throw notValid(`The element '${localName(update)}' has invalid child element '${kind}'.`);
    try {
      update.kids.filter(isPath).forEach(readPath);
      if (container && isItemKind(kind)) for (const kid of container.kids) readElement(kind, kid, readingOf(call));
    } catch (error) {
      if (!(error instanceof EwsError) || error instanceof EwsFault) throw error;
      // It is the item's own error, told in its message.
    }
  }
}

/** Without a key there is nothing to compare. AutoResolve may raise it as well, and does so here [unconfirmed how often]. */
function demandCurrent({ item }: Target, id: Xml, resolution: (typeof RESOLUTIONS)[number]): void {
  const given = id.attrs['ChangeKey'];
  if (given === undefined || resolution === 'AlwaysOverwrite') return;
  if (!/^[A-Za-z0-9+/]+=*$/.test(given)) throw new EwsError('ErrorInvalidChangeKey', 'The change key is invalid.');
  if (given !== changeKey(item.seq)) {
    throw new EwsError('ErrorIrresolvableConflict', 'The send or update operation could not be performed because the change key passed in the request does '
      + 'not match the current change key for the item.');
  }
}

function updateOne(call: Call, target: Target, updates: readonly Xml[], mode: MailMode): Target {
  let props: Props = target.props;
  const changed = new Set<string>();
  for (const update of updates) {
    const pathNode = update.kids.find(isPath);
    if (!pathNode) throw notValid(`The element '${localName(update)}' has no path.`);
    const path = readPath(pathNode);
    props = update.name === 't:DeleteItemField' ? deleted(call, target, props, path) : written(call, target.item.kind, props, path, update);
    changed.add(path.key);
  }
  const now = change(call, target, props, changed);
  if (target.item.kind === 'CalendarItem') tellOfUpdate(call, target.props, props, mode);
  return now;
}

function written(call: Call, kind: ItemKind, props: Props, path: Path, update: Xml): Props {
  const container = update.kids.find((kid) => !isPath(kid));
  if (!container) throw notValid(`The element '${localName(update)}' has incomplete content.`);
  if (path.kind !== 'extended' && !hasProperty(kind, path.uri)) throw invalid('Set', path);
  const isGeneric = ['Item', 'Message'].includes(localName(container)) && /^item:|^$/.test(path.uri);
  if (localName(container) !== kind && !isGeneric) throw mismatch(path);
  if (path.kind === 'field' && propertyOf(kind, path.uri)?.kind === 'dictionary') throw invalid('Set', path);
  const [only, ...more] = readElement(kind, demandOnly(container), readingOf(call));
  if (!only || more.length > 0) throw countError();
  if (only.key !== path.key) throw mismatch(path);
  if (update.name === 't:SetItemField') return withChange(props, only);
  if (!APPENDABLE.includes(path.key)) throw invalid('Append', path);
  return withChange(props, appended(props[path.key], only));
}

const countError = (): EwsError =>
  new EwsError('ErrorIncorrectUpdatePropertyCount', 'An object within a change description must contain one and only one property to modify.');
const mismatch = ({ xml }: Path): EwsError =>
  new EwsError('ErrorUpdatePropertyMismatch', 'The property to update does not match the property in the object within the change description.', xml);
const invalid = (action: 'Set' | 'Append' | 'Delete', { xml }: Path): EwsError =>
  new EwsError(`ErrorInvalidProperty${action}`, `${action} action is invalid for property.`, xml);

function appended(before: Value | undefined, added: Change): Change {
  if (before === undefined) return added;
  if (Array.isArray(before)) return { ...added, value: [...before, ...added.value as readonly never[]] };
  return { ...added, value: { ...before as Body, text: (before as Body).text + (added.value as Body).text } };
}

function deleted({ world }: Call, { item, day }: Target, props: Props, path: Path): Props {
  const { odd } = world.settings;
  const property = path.kind === 'field' ? propertyOf(item.kind, path.uri) : undefined;
  const isKept = path.kind === 'field' && (!hasProperty(item.kind, path.uri) || property?.isKept !== false || property.kind === 'dictionary'
    || (day !== undefined && KEPT_BY_OCCURRENCES.includes(path.uri)));
  if (isKept || (path.kind === 'indexed' && item.kind !== 'Contact')) throw invalid('Delete', path);
  if (path.uri === 'contacts:Birthday' && odd.keepsTypedBirthdays && props[TYPED_BIRTHDAY] !== undefined) return props;
  return withoutKey(props, path.key, isEmailKey(path.key) ? odd.emailDeletion : 'whole');
}
