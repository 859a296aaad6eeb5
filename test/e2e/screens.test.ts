import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activate, ANNA, MINUTE_MS, openStage, restartPane, signInWindow, type Stage } from './stage.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

let stage: Stage;

beforeAll(async () => { stage = await openStage(); });
afterAll(async () => { await stage.close(); });

interface AxeWindow { readonly axe: { run(options: object): Promise<{ violations: { id: string; impact: string }[] }> } }

/** Serious and critical findings of axe in the pane, and whether anything scrolls sideways. */
async function look(): Promise<{ findings: string[]; isWide: boolean }> {
  const frame = stage.page.frame({ url: (url) => url.origin === stage.world.paneOrigin });
  if (!frame) throw new Error('the pane has no frame');
  return frame.evaluate(async ([source, tags]) => {
    const probe = new Function(source as string) as () => void;
    probe();
    const { violations } = await (window as unknown as AxeWindow).axe.run({ runOnly: { type: 'tag', values: tags } });
    const { scrollWidth, clientWidth } = document.documentElement;
    return {
      findings: violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id),
      isWide: scrollWidth > clientWidth,
    };
  }, [AXE, TAGS] as const);
}

describe('every screen at 320 pixels', () => {
  it('has no serious finding of axe and never scrolls sideways, in both languages and themes', async () => {
    await stage.pane.getByRole('heading', { name: 'Sign in to your CRM' }).waitFor();
    expect(await look()).toEqual({ findings: [], isWide: false });
    await activate(stage);
    expect(await look()).toEqual({ findings: [], isWide: false });
    for (const [theme, language] of [['dark', 'de-DE'], ['light', 'de-DE']] as const) {
      await stage.page.locator('#theme').selectOption(theme);
      await stage.page.locator('#language').selectOption(language);
      await restartPane(stage);
      await stage.pane.getByRole('button', { name: /^Status: (Aktiv|Braucht Sie)|(Aktiv|Braucht Sie)/ }).first().waitFor();
      expect(await look()).toEqual({ findings: [], isWide: false });
    }
    expect(stage.world.salesforce.org().contacts().some((row) => row['OwnerId'] !== row['CreatedById'])).toBe(false);
    // A pane that is restarted while it asks loses that answer; nothing else may go wrong.
    expect([stage.world.microsoft.mailsSent, stage.errors.filter((text) => text !== 'Failed to fetch')]).toEqual([[], []]);
    expect(stage.world.microsoft.mailbox(ANNA).contacts()).toEqual([]);
  });

  it('keeps the session over hours and a restart of Outlook', async () => {
    stage.clock.advance(3 * 60 * MINUTE_MS);
    await stage.page.reload();
    await stage.pane.getByRole('button', { name: /^Sync status: / }).waitFor();
  });

  it('comes back after signing out without repeating a step', async () => {
    const { pane } = stage;
    await pane.getByRole('button', { name: 'Menu' }).click();
    await pane.getByRole('menuitem', { name: /^Sign out/ }).click();
    await pane.getByRole('heading', { name: 'Sign in to your CRM' }).waitFor();
    const popup = await signInWindow(stage, () => pane.getByRole('button', { name: 'Sign in to Salesforce' }).click());
    await popup.getByTestId('login-username').fill(ANNA);
    await popup.getByTestId('login-password').fill('sandbox-2026');
    await popup.getByTestId('login-submit').click();
    await pane.getByRole('button', { name: /^Sync status: (Active|Syncing|Needs you)/ }).waitFor();
  });
});
