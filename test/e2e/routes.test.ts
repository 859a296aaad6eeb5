import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateOf, type Stage } from './stage.ts';
import { LOOKS, openFilledStage, paneUrl, show, tabTrouble } from './screens.ts';

let stage: Stage;
let routes: Readonly<Record<string, string>>;
const [ENGLISH] = LOOKS;

beforeAll(async () => { ({ stage, routes } = await openFilledStage()); });
afterAll(async () => { await stage.close(); });

describe('the first start', () => {
  it('loads nothing of menu, dialog, table and msal at once', async () => {
    const page = await (await fetch(stage.world.paneOrigin)).text();
    const names = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(0);
    const code = (await Promise.all(names.map(async (name) => (await fetch(`${stage.world.paneOrigin}${name}`)).text()))).join('\n');
    expect(code).toContain('fui-Button');
    expect(['fui-MenuList', 'fui-DialogSurface', 'fui-Table', 'msal.js.browser'].filter((mark) => code.includes(mark))).toEqual([]);
  });

  it('has drawn within 900 ms of a processor four times slower', async () => {
    const seconds: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const page = await stage.context.newPage();
      const devTools = await stage.context.newCDPSession(page);
      // The thread's own time: what else this machine does meanwhile does not count.
      await devTools.send('Performance.enable', { timeDomain: 'threadTicks' });
      await page.goto(paneUrl(stage, ENGLISH));
      await page.locator('.fui-FluentProvider').waitFor();
      const { metrics } = await devTools.send('Performance.getMetrics');
      seconds.push(metrics.find(({ name }) => name === 'ThreadTime')?.value ?? Infinity);
      await page.close();
    }
    expect(Math.min(...seconds)).toBeGreaterThan(0);
    expect(Math.min(...seconds) * 4).toBeLessThanOrEqual(0.9);
  });
});

describe('moving between screens', () => {
  it('is walked with the Tab key in reading order, every focus visible, with no trap', async () => {
    const page = await stage.open(paneUrl(stage, ENGLISH));
    await page.setViewportSize({ width: 320, height: 800 });
    const found: string[] = [];
    for (const [hash, ready] of Object.entries(routes)) {
      await show(page, hash, ready);
      for (const finding of await tabTrouble(page)) found.push(`${hash}: ${finding}`);
    }
    expect(found).toEqual([]);
    await page.close();
  });

  it('needs no history.pushState: every route and Back work, and Alt+Left returns to the row', async () => {
    const page = await stage.open(paneUrl(stage, ENGLISH));
    expect(await page.evaluate(() => [history.pushState, history.replaceState])).toEqual([null, null]);
    await page.locator('[data-status]').waitFor();
    for (const [hash, ready] of Object.entries(routes)) {
      await show(page, hash, ready);
      await page.keyboard.press('Alt+ArrowLeft');
      await page.getByRole('heading', { level: 1, name: 'Concord' }).waitFor();
    }
    await page.getByRole('link', { name: 'View Sync Logs' }).press('Enter');
    const row = page.locator('[id^="run-"]').first();
    await row.press('Enter');
    await page.getByRole('heading', { level: 1, name: /^Run / }).waitFor();
    await page.keyboard.press('Alt+ArrowLeft');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe(await row.getAttribute('id'));
    await page.keyboard.press('Alt+ArrowLeft');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('home-logs');
    await page.close();
  });

  it('keeps the route over a reload of the web page and says when a page does not exist', async () => {
    const page = await stage.open(`${stage.world.paneOrigin}/app#/settings/stop`);
    await page.getByRole('heading', { level: 1, name: 'Stop syncing' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Stop syncing' }).waitFor();
    await page.goto(`${stage.world.paneOrigin}/app#/nowhere`);
    await page.getByText('This page does not exist.').waitFor();
    await page.getByRole('button', { name: 'Home' }).click();
    await page.locator('[data-status]').waitFor();
    expect((await stateOf(stage)).activation).toBe('active');
    await page.close();
  });
});

it('sent no mail and left no error on any page', () => {
  expect(stage.world.microsoft.mailsSent).toEqual([]);
  expect(stage.errors).toEqual([]);
});
