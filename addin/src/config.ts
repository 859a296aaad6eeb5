/**
 * Where the functions are, told at deployment: `config.json` beside the page, so that one build serves every tenant.
 * By default the API lies under the pane's own origin.
 */
export interface PaneConfig {
  /** Without a slash at the end; may be relative to the page's origin. */
  readonly apiUrl: string;
  /** The app registration for nested app authentication; empty switches it off. */
  readonly microsoftClientId: string;
}

const DEFAULT: PaneConfig = { apiUrl: '/api', microsoftClientId: '' };

export async function loadConfig(): Promise<PaneConfig> {
  const reply = await fetch('/config.json', { cache: 'no-cache' });
  if (!reply.ok) return DEFAULT;
  return readConfig(await reply.json());
}

export function readConfig(value: unknown): PaneConfig {
  if (!value || typeof value !== 'object') return DEFAULT;
  const read = (name: keyof PaneConfig): string => {
    const found: unknown = name in value ? Reflect.get(value, name) : undefined;
    return typeof found === 'string' ? found : DEFAULT[name];
  };
  return { apiUrl: read('apiUrl').replace(/\/+$/, ''), microsoftClientId: read('microsoftClientId') };
}
