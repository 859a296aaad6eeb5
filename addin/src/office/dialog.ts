/**
 * The Office dialog: a window of Outlook's own whose first page must lie on the pane's origin. It is opened once the
 * attempt's address is known: Outlook on the web asks with a button of its own before the window comes (promptBeforeOpen),
 * and the desktop has no pop-up blocker, so the delay after the click does no harm.
 * See <https://learn.microsoft.com/office/dev/add-ins/develop/dialog-api-in-office-add-ins>.
 */
import { readSignInMessage, type SignInWindow, type SignInWindowEvents } from '../sign-in/window.ts';

/** The dialog's codes: the person refused the window, or a blocker did. */
const REFUSED_OR_BLOCKED: readonly number[] = [12009, 12011];
/** Size in percent of the screen. */
const SIZE = { height: 70, width: 35 } as const;

export function openOfficeDialog(dialogPage: string, events: SignInWindowEvents): SignInWindow {
  let dialog: Office.Dialog | undefined;
  let isGivenUp = false;
  const opened = (result: Office.AsyncResult<Office.Dialog>): void => {
    if (result.status === Office.AsyncResultStatus.Failed) {
      if (REFUSED_OR_BLOCKED.includes(result.error.code)) events.blocked();
      else events.closed();
      return;
    }
    dialog = result.value;
    if (isGivenUp) { dialog.close(); return; }
    dialog.addEventHandler(Office.EventType.DialogMessageReceived, (argument) => {
      const message = 'message' in argument ? readSignInMessage(argument.message) : null;
      if (message) events.result(message);
    });
    dialog.addEventHandler(Office.EventType.DialogEventReceived, () => {
      dialog = undefined;
      events.closed();
    });
  };
  return {
    show: (url) => Office.context.ui.displayDialogAsync(`${dialogPage}#go=${encodeURIComponent(url)}`, SIZE, opened),
    close: () => {
      isGivenUp = true;
      dialog?.close();
      dialog = undefined;
    },
  };
}

/** In the dialog's own page: hands the text to the pane that opened it, if this page is an Office dialog at all. */
export async function tellOpener(text: string): Promise<void> {
  if (typeof Office === 'undefined') return;
  const info = await Office.onReady();
  if (info.host === Office.HostType.Outlook) Office.context.ui.messageParent(text);
}
