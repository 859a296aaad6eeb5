/** What surrounds the pane: Outlook, or nothing (a web page in a plain browser). Office.js is touched only in this folder. */

export interface Host {
  /** `outlook` only when Office.js says so; anything else is the web page. */
  readonly kind: 'outlook' | 'web';
  /** BCP 47 tag of the surface the person reads. */
  readonly language: string;
  /** The address that Outlook shows, for step 2. */
  readonly mailAddress?: string;
  /** False when this Outlook lacks the base requirement set of the manifest. */
  readonly isNewEnough: boolean;
}

const BASE_MAILBOX_SET = '1.5';

/**
 * Waits for Office.js where the page loads it. In a plain browser Office.js answers with host null, and most of
 * Office.context is then undefined, so nothing of it may be read before the host is known.
 */
export async function findHost(): Promise<Host> {
  const web: Host = { kind: 'web', language: navigator.language, isNewEnough: true };
  if (!isOfficeLoaded()) return web;
  const info = await Office.onReady();
  if (info.host !== Office.HostType.Outlook) return web;
  const address = Office.context.mailbox.userProfile.emailAddress;
  return {
    kind: 'outlook',
    language: Office.context.displayLanguage,
    isNewEnough: Office.context.requirements.isSetSupported('Mailbox', BASE_MAILBOX_SET),
    ...(address ? { mailAddress: address } : {}),
  };
}

/** Opens a page beside Outlook: in the system's browser where the host can, else in a new window. */
export function openBrowserWindow(host: Host, url: string): void {
  if (host.kind === 'outlook' && Office.context.requirements.isSetSupported('OpenBrowserWindowApi', '1.1')) {
    Office.context.ui.openBrowserWindow(url);
    return;
  }
  window.open(url, '_blank', 'noopener');
}

function isOfficeLoaded(): boolean {
  return typeof Office !== 'undefined';
}
