/** The help page in English; loaded only when it is opened. */
export const enHelp = {
  'help.title': 'Authorizing Concord Synchronization to Work with Your Data (Sync Activation)',
  'help.tag': 'Office 365',
  'help.activate1': 'Open Concord in Outlook. On the first start it asks you to sign in to your CRM.',
  'help.activate2': 'Then connect your mailbox: press «Sign in to Microsoft Office 365» and, at Microsoft, «Accept».',
  'help.activate3': 'Look at the preview and press «Start syncing». From then on sync runs by itself, day and night.',
  'help.activate4': 'You may skip the mailbox. It waits in the menu as «Set up sync», later as «Sync settings».',
  'help.activate5': 'If a sign-in is refused six times in a row, sync stops and this dialog comes back by itself.',
  'help.pause': 'Pause',
  'help.pause1': 'Menu, «Pause». Nothing is synced until you resume. Links, sign-ins and settings stay.',
  'help.deactivate': 'Deactivate',
  'help.deactivate1': 'Menu, «Sync settings», «Stop syncing». Deactivate keeps your sign-ins; Disconnect deletes them.',
  'help.deactivate2': 'No contact, event or task is deleted by any of them.',
  'help.conflicts': 'Conflicts',
  'help.conflicts1': 'Where Concord cannot be sure that two records are one person, it asks you and does not guess.',
  'help.privacy': 'Privacy',
  'help.privacy1': 'Transferred data is secured and never shared.',
  'help.privacy2': 'Concord runs in your own company\'s cloud. The text of your mails is never stored.',
} as const;

export type HelpKey = keyof typeof enHelp;
