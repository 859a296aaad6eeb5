/** Light or dark, live: Outlook's own theme where it tells (Mailbox 1.14), else the browser's preference. */
import type { Host } from './host.ts';

export type Shade = 'light' | 'dark';

const THEME_SET = '1.14';
const DARK_QUERY = '(prefers-color-scheme: dark)';

/** Tells the shade now and whenever it changes; answers with the way to stop listening. */
export function watchShade(host: Host, tell: (shade: Shade) => void): () => void {
  if (host.kind === 'outlook' && Office.context.requirements.isSetSupported('Mailbox', THEME_SET)) return watchOutlook(tell);
  const query = window.matchMedia(DARK_QUERY);
  const ask = (): void => tell(query.matches ? 'dark' : 'light');
  ask();
  query.addEventListener('change', ask);
  return () => query.removeEventListener('change', ask);
}

function watchOutlook(tell: (shade: Shade) => void): () => void {
  const ask = (): void => tell(shadeOf(Office.context.officeTheme.bodyBackgroundColor));
  ask();
  Office.context.mailbox.addHandlerAsync(Office.EventType.OfficeThemeChanged, ask);
  return () => Office.context.mailbox.removeHandlerAsync(Office.EventType.OfficeThemeChanged);
}

/** `background` is "#rrggbb"; anything else counts as light. Weights of ITU-R BT.601. */
export function shadeOf(background: string): Shade {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(background);
  if (!match) return 'light';
  const [red = 0, green = 0, blue = 0] = match.slice(1).map((part) => Number.parseInt(part, 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? 'dark' : 'light';
}
