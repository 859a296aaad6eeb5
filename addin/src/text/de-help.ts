/** The help page in German; loaded only when it is opened. */
import type { HelpKey } from './en-help.ts';

export const deHelp: Readonly<Record<HelpKey, string>> = {
  'help.title': 'Concord den Abgleich Ihrer Daten erlauben (Abgleich einschalten)',
  'help.tag': 'Office 365',
  'help.activate1': 'Öffnen Sie Concord in Outlook. Beim ersten Start bittet es Sie, sich beim CRM anzumelden.',
  'help.activate2': 'Dann «Bei Microsoft Office 365 anmelden» drücken und bei Microsoft auf «Akzeptieren».',
  'help.activate3': 'Prüfen Sie die Vorschau und drücken Sie «Abgleich starten». Danach läuft alles von selbst.',
  'help.activate4': 'Das Postfach dürfen Sie überspringen. Es wartet im Menü unter «Abgleich einrichten».',
  'help.activate5': 'Wird die Anmeldung sechsmal abgelehnt, hält der Abgleich an und fragt Sie von selbst.',
  'help.pause': 'Pausieren',
  'help.pause1': 'Menü, «Pausieren». Bis dahin kein Abgleich. Verknüpfungen, Anmeldungen, Einstellungen bleiben.',
  'help.deactivate': 'Deaktivieren',
  'help.deactivate1': 'Menü, «Abgleich-Einstellungen», «Abgleich beenden». Nur Trennen löscht Ihre Anmeldungen.',
  'help.deactivate2': 'Kein Kontakt, Termin und keine Aufgabe wird dabei gelöscht.',
  'help.conflicts': 'Konflikte',
  'help.conflicts1': 'Ist Concord nicht sicher, ob zwei Einträge eine Person sind, fragt es Sie, statt zu raten.',
  'help.privacy': 'Datenschutz',
  'help.privacy1': 'Übertragene Daten sind gesichert und werden nie weitergegeben.',
  'help.privacy2': 'Concord läuft in der Cloud Ihrer eigenen Firma. Der Text Ihrer Mails wird nie gespeichert.',
};
