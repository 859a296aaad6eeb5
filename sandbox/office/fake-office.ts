/// <reference types="office-js" />
/**
 * A stand-in for Office.js: the few members the pane uses, held to Microsoft's own types. Served to the browser with its
 * types stripped, as a classic script, so it imports nothing at run time. Like the real one it answers with host null in
 * a plain browser, where most of Office.context is undefined.
 */
import type { OutlookItem, OutlookSetting, OutlookTheme } from './setting.ts';

type Handler = (argument: unknown) => void;
type Callback<Value> = ((result: Office.AsyncResult<Value>) => void) | undefined;

const DIALOG_MARK = '_officeDialog';
const COLORS: Readonly<Record<OutlookTheme, string>> = { light: '#ffffff', dark: '#1f1f1f', contrast: '#000000' };
/** Sets that a current Outlook on the web has; nested app authentication is a switch of its own. */
const NEWEST: Readonly<Record<string, string>> = { Mailbox: '1.15', DialogApi: '1.2', OpenBrowserWindowApi: '1.1' };
const ONE_DIALOG_ONLY = 12007;
const WINDOW_BLOCKED = 12009;
const WINDOW_CLOSED = 12006;

const query = new URLSearchParams(location.search);
if (query.has(DIALOG_MARK)) sessionStorage.setItem(DIALOG_MARK, '1');
const isDialog = sessionStorage.getItem(DIALOG_MARK) !== null && window.opener !== null;
const told = query.get('outlook');
const handlers = new Map<string, Set<Handler>>();
let setting: OutlookSetting | null = told === null ? null : JSON.parse(told) as OutlookSetting;
let openDialog: Window | null = null;

const EventType = {
  ItemChanged: 'olkItemSelectedChanged', OfficeThemeChanged: 'officeThemeChanged',
  DialogMessageReceived: 'dialogMessageReceived', DialogEventReceived: 'dialogEventReceived',
};

function succeed<Value>(callback: Callback<Value>, value: Value): void {
  queueMicrotask(() => callback?.({ status: 'succeeded', value } as unknown as Office.AsyncResult<Value>));
}

function fail<Value>(callback: Callback<Value>, code: number, message: string): void {
  queueMicrotask(() => callback?.({ status: 'failed', error: { code, message, name: 'Error' } } as unknown as Office.AsyncResult<Value>));
}

function raise(type: string, argument: unknown): void {
  for (const handler of handlers.get(type) ?? []) handler(argument);
}

const mailbox: Pick<Office.Mailbox, 'addHandlerAsync' | 'removeHandlerAsync'> & {
  userProfile: Pick<Office.UserProfile, 'emailAddress' | 'displayName'>;
  item: OutlookItem | null;
} = {
  get userProfile() {
    return { emailAddress: setting?.address ?? '', displayName: setting?.displayName ?? '' };
  },
  get item() {
    return setting?.item ?? null;
  },
  addHandlerAsync: (type: string | Office.EventType, handler: Handler, ...rest: readonly unknown[]) => {
    const name = String(type);
    handlers.set(name, (handlers.get(name) ?? new Set()).add(handler));
    succeed(rest.at(-1) as Callback<void>, undefined);
  },
  removeHandlerAsync: (type: string | Office.EventType, ...rest: readonly unknown[]) => {
    handlers.delete(String(type));
    succeed(rest.at(-1) as Callback<void>, undefined);
  },
};

/** The window of the dialog API: on the pane's own origin, one at a time, closed and heard from like the real one. */
function displayDialog(address: string, ...rest: readonly unknown[]): void {
  const callback = rest.at(-1) as Callback<Office.Dialog>;
  if (openDialog && !openDialog.closed) { fail(callback, ONE_DIALOG_ONLY, 'A dialog is already open.'); return; }
  const url = new URL(address);
  if (url.origin !== location.origin) { fail(callback, 12004, 'The domain of the dialog is not the pane\'s.'); return; }
  url.searchParams.set(DIALOG_MARK, '1');
  const opened = window.open(url, '_blank', 'popup,width=520,height=680');
  if (!opened) { fail(callback, WINDOW_BLOCKED, 'The window was blocked.'); return; }
  openDialog = opened;
  const listeners = new Map<string, Handler>();
  const hear = (event: MessageEvent<{ officeDialog?: string } | null>): void => {
    if (event.source === opened && typeof event.data?.officeDialog === 'string') {
      listeners.get(EventType.DialogMessageReceived)?.({ message: event.data.officeDialog, origin: event.origin });
    }
  };
  const stop = (): void => {
    window.clearInterval(watch);
    window.removeEventListener('message', hear);
    if (openDialog === opened) openDialog = null;
  };
  const watch = window.setInterval(() => {
    if (!opened.closed) return;
    stop();
    listeners.get(EventType.DialogEventReceived)?.({ error: WINDOW_CLOSED, type: EventType.DialogEventReceived });
  }, 300);
  window.addEventListener('message', hear);
  const dialog: Pick<Office.Dialog, 'addEventHandler' | 'close'> = {
    addEventHandler: (type, handler) => { listeners.set(String(type), handler as Handler); },
    close: () => { stop(); opened.close(); },
  };
  succeed(callback, dialog as Office.Dialog);
}

/** 1.15 is newer than 1.5: the parts are numbers of their own. */
function rank(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 1000 + minor;
}

const ui: Pick<Office.UI, 'displayDialogAsync' | 'messageParent' | 'openBrowserWindow'> = {
  displayDialogAsync: displayDialog,
  messageParent: (message: string) => (window.opener as Window | null)?.postMessage({ officeDialog: message }, location.origin),
  openBrowserWindow: (url: string) => { window.open(url, '_blank', 'noopener'); },
};

const requirements: Pick<Office.RequirementSetSupport, 'isSetSupported'> = {
  isSetSupported: (name: string, version?: string | number) => (
    name === 'NestedAppAuth' ? setting?.hasNestedAuthentication === true : rank(String(version ?? '1.1')) <= rank(NEWEST[name] ?? '0.0')
  ),
};

type Colors = Pick<Office.OfficeTheme, 'bodyBackgroundColor' | 'bodyForegroundColor' | 'controlBackgroundColor' | 'controlForegroundColor'>;

const theme = (): Colors => {
  const bodyBackgroundColor = COLORS[setting?.theme ?? 'light'];
  const bodyForegroundColor = setting?.theme === 'light' ? '#000000' : '#ffffff';
  return {
    bodyBackgroundColor, bodyForegroundColor, controlBackgroundColor: bodyBackgroundColor, controlForegroundColor: bodyForegroundColor,
  };
};

const roaming = new Map<string, unknown>();
const roamingSettings: Pick<Office.RoamingSettings, 'get' | 'set' | 'remove' | 'saveAsync'> = {
  get: (name: string) => roaming.get(name),
  set: (name: string, value: unknown) => { roaming.set(name, value); },
  remove: (name: string) => { roaming.delete(name); },
  saveAsync: (callback?: (result: Office.AsyncResult<void>) => void) => succeed(callback, undefined),
};

const inOutlook = {
  mailbox, ui, requirements, roamingSettings,
  diagnostics: { host: 'Outlook', platform: 'OfficeOnline', version: '0.0.0.0' },
  get displayLanguage() { return setting?.language ?? navigator.language; },
  get officeTheme() { return theme(); },
};

const isHosted = setting !== null || isDialog;
Object.assign(window, {
  Office: {
    HostType: { Outlook: 'Outlook' },
    AsyncResultStatus: { Succeeded: 'succeeded', Failed: 'failed' },
    EventType,
    context: isHosted ? inOutlook : {},
    onReady: () => Promise.resolve(isHosted ? { host: 'Outlook', platform: 'OfficeOnline' } : { host: null, platform: null }),
  },
});

// The real Office.js takes these two away from every page it is loaded in (office-js#429, #1344).
Object.assign(window.history, { pushState: null, replaceState: null });

window.addEventListener('message', (event: MessageEvent<{ outlook?: Partial<OutlookSetting> } | null>) => {
  if (window.parent === window || event.source !== window.parent || !event.data?.outlook || !setting) return;
  const change = event.data.outlook;
  setting = { ...setting, ...change };
  if (change.theme !== undefined) raise(EventType.OfficeThemeChanged, { officeTheme: theme(), type: EventType.OfficeThemeChanged });
  if (change.item !== undefined) raise(EventType.ItemChanged, { type: EventType.ItemChanged });
});
