import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from './stage.ts';
import {
  cutVerbsOf, dangerWithoutVerb, findingsOf, LOOKS, openFilledStage, overflowOf, paleOutlines, paneUrl, show, WIDTHS,
} from './screens.ts';

let stage: Stage;
let routes: Readonly<Record<string, string>>;
const [, , GERMAN] = LOOKS;

beforeAll(async () => { ({ stage, routes } = await openFilledStage()); });
afterAll(async () => { await stage.close(); });

/** The layout has two forms, below 360 pixels and from there on; the dark theme changes colours alone. */
const AXE_WIDTHS: Readonly<Record<'light' | 'dark', readonly number[]>> = { light: [320, 450], dark: [360] };

describe('every screen', () => {
  it.each(LOOKS)('in $theme and $language fits 320, 360 and 450 pixels, and axe finds nothing serious', async (look) => {
    const page = await stage.open(paneUrl(stage, look));
    const found: string[] = [];
    for (const [hash, ready] of Object.entries(routes)) {
      await show(page, hash, ready);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        for (const finding of await overflowOf(page)) found.push(`${hash} at ${width}: ${finding}`);
        if (!AXE_WIDTHS[look.theme].includes(width)) continue;
        for (const finding of await findingsOf(page)) found.push(`${hash} at ${width}: ${finding}`);
      }
      for (const finding of await dangerWithoutVerb(page)) found.push(`${hash}: danger without a verb: ${finding}`);
      for (const finding of await paleOutlines(page)) found.push(`${hash}: outline under 3:1: ${finding}`);
    }
    expect(found).toEqual([]);
    await page.close();
  });

  it('loses no text and no verb with the text spacing of WCAG 1.4.12, in forced colours, and at 200 % zoom', async () => {
    const page = await stage.open(paneUrl(stage, GERMAN));
    await page.emulateMedia({ forcedColors: 'active' });
    const spacing = '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } '
      + 'p { margin-bottom: 2em !important; }';
    const found: string[] = [];
    for (const [name, width, css] of [['spaced', 320, spacing], ['zoomed', 180, '']] as const) {
      await page.setViewportSize({ width, height: 800 });
      await page.evaluate((text) => {
        const style = document.querySelector('#spacing') ?? document.head.appendChild(document.createElement('style'));
        style.id = 'spacing';
        style.textContent = text;
      }, css);
      for (const [hash, ready] of Object.entries(routes)) {
        await show(page, hash, ready);
        for (const finding of [...await overflowOf(page), ...await cutVerbsOf(page)]) found.push(`${name} ${hash}: ${finding}`);
      }
    }
    expect(found).toEqual([]);
    await page.close();
  });
});

it('sent no mail and left no error on any page', () => {
  expect(stage.world.microsoft.mailsSent).toEqual([]);
  expect(stage.errors).toEqual([]);
});
