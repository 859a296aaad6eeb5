/** CreateItem: many items into one folder, each with an answer of its own, in the order of the request. */
import type { StandInReply } from '../server.ts';
import { targetId } from './computed.ts';
import { EwsError, EwsFault, answer, notValid, success } from './fault.ts';
import { readElement, withChange } from './fields.ts';
import { each, findFolder } from './folders.ts';
import { changeItem, demandWellKnown } from './mailbox.ts';
import type { Folder, Props } from './mailbox.ts';
import { CREATE_MODES, tellOfCreation, tellOfMessage } from './mails.ts';
import type { MailMode } from './mails.ts';
import { demandChildren, demandItem, isItemKind, readAttribute } from './schema.ts';
import type { ItemKind } from './schema.ts';
import { whole } from './series.ts';
import { readingOf } from './world.ts';
import type { Call } from './world.ts';
import { create } from './writes.ts';
import { element, kidOf, kidsOf, localName, textOf } from './xml.ts';
import type { Xml } from './xml.ts';

const EMPTY = '<m:Items/>';
const DISPOSITIONS = ['SaveOnly', 'SendOnly', 'SendAndSaveCopy'] as const;
const HOMES: Readonly<Record<ItemKind, string>> = {
  Contact: 'contacts', DistributionList: 'contacts', CalendarItem: 'calendar', Task: 'tasks', Message: 'drafts', MeetingRequest: 'drafts',
};
/** AcceptItem, CancelCalendarItem, ForwardItem...: they all write to people. */
const ANSWERS = /^(Accept|Decline|TentativelyAccept|CancelCalendar|Forward|ReplyTo|ReplyAllTo|Remove|SuppressReadReceipt|PostReply)Item/;
const RECIPIENTS = ['t:ToRecipients', 't:CcRecipients', 't:BccRecipients'];

interface Draft { readonly kind: ItemKind; readonly node: Xml; readonly props: () => Props }

export function createItem(call: Call, request: Xml): StandInReply {
  demandChildren(request, 'm:SavedItemFolderId m:Items!');
  const mode = readAttribute(request, 'SendMeetingInvitations', CREATE_MODES);
  const disposition = readAttribute(request, 'MessageDisposition', DISPOSITIONS);
  const nodes = kidOf(request, 'm:Items')?.kids ?? [];
  if (nodes.length === 0) throw notValid("The element 'Items' has incomplete content.");
  // The schema judges the whole request before anything is done.
  const drafts = nodes.map((node) => readDraft(call, node));
  const home = kidOf(request, 'm:SavedItemFolderId')?.kids[0];
  return answer('CreateItem', drafts.map((draft) => each('CreateItem', () => {
    const folder = home ? findFolder(call, home) : demandWellKnown(call.mailbox, HOMES[draft.kind]);
    demandFitting(draft.kind, folder);
    if (draft.kind === 'CalendarItem' && mode === undefined) {
      throw new EwsError('ErrorSendMeetingInvitationsRequired', 'SendMeetingInvitations attribute is required for calendar items.');
    }
    if (draft.kind === 'Message') return createMessage(call, draft, folder, disposition);
    return success('CreateItem', element('m:Items', {}, createOne(call, draft, folder, mode ?? 'SendToNone')));
  }, EMPTY)));
}

function readDraft(call: Call, node: Xml): Draft {
  if (ANSWERS.test(localName(node))) throw new EwsFault('ErrorInvalidOperation', `The sandbox does not play ${localName(node)}, which would write to people.`);
  const kind = demandItem(node);
  if (!isItemKind(kind)) throw notValid(`The element '${String(kind)}' is no item.`);
  const isRecipients = ({ name }: Xml): boolean => RECIPIENTS.includes(name);
  // What is wrong with one property is wrong with its item alone; what the schema refuses is thrown here and now.
  let refusal: EwsError | undefined;
  let props: Props = {};
  for (const kid of node.kids.filter((one) => !isRecipients(one))) {
    try {
      for (const change of readElement(kind, kid, readingOf(call))) props = withChange(props, change);
    } catch (error) {
      if (!(error instanceof EwsError) || error instanceof EwsFault) throw error;
      refusal ??= error;
    }
  }
  return { kind, node, props: () => { if (refusal) throw refusal; return props; } };
}

function demandFitting(kind: ItemKind, folder: Folder): void {
  const isIn = (prefix: string): boolean => folder.folderClass.startsWith(prefix);
  if (kind === 'CalendarItem' && !isIn('IPF.Appointment')) {
    throw new EwsError('ErrorCannotCreateCalendarItemInNonCalendarFolder', 'Can not create a calendar item in a folder that is not a calendar folder.');
  }
  if (kind === 'Task' && !isIn('IPF.Task')) {
    throw new EwsError('ErrorCannotCreateTaskInNonTaskFolder', 'Can not create a task in a folder that is not a task folder.');
  }
  if (kind === 'Contact' && !isIn('IPF.Contact')) {
    throw new EwsError('ErrorCannotCreateContactInNonContactFolder', 'Can not create a contact in a folder that is not a contacts folder.');
  }
}

function createOne(call: Call, draft: Draft, folder: Folder, mode: MailMode): string {
  const { world, mailbox } = call;
  const given = draft.props();
  const isTold = draft.kind === 'CalendarItem' && tellOfCreation(call, given, mode);
  const item = create(call, draft.kind, folder, isTold ? { ...given, 'calendar:MeetingRequestWasSent': 'true' } : given);
  const shown = element(`t:${draft.kind}`, {}, targetId(mailbox, whole(item)));
  if (draft.kind === 'CalendarItem' && world.dice(world.settings.odd.assistants)) changeItem(mailbox, item, {}, world.clock.now());
  return shown;
}

function createMessage(call: Call, { node, props }: Draft, folder: Folder, disposition: (typeof DISPOSITIONS)[number] | undefined): string {
  if (!disposition) throw new EwsError('ErrorMessageDispositionRequired', 'MessageDisposition attribute is required for messages.');
  const recipients = RECIPIENTS.flatMap((name) => kidsOf(kidOf(node, name), 't:Mailbox')).flatMap((mailbox) => textOf(mailbox, 't:EmailAddress') ?? []);
  if (disposition !== 'SaveOnly') tellOfMessage(call, 'message', recipients);
  if (disposition === 'SendOnly') return success('CreateItem', EMPTY);
  const item = create(call, 'Message', folder, props());
  return success('CreateItem', element('m:Items', {}, element('t:Message', {}, targetId(call.mailbox, whole(item)))));
}
