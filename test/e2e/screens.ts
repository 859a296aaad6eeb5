/** The pane by itself at a given width, theme and language, its state by fixture where a test is about a state, and what is asked of every screen. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { SyncState, UserState } from '@concord/api';
import type { Frame, Page } from 'playwright-core';
import type { OutlookSetting } from '../../sandbox/office/setting.ts';
import { activate, ANNA, openStage, type Stage } from './stage.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export const WIDTHS = [320, 360, 450] as const;
export const LOOKS = [
  { language: 'en-US', theme: 'light' }, { language: 'en-US', theme: 'dark' },
  { language: 'de-DE', theme: 'light' }, { language: 'de-DE', theme: 'dark' },
] as const;
export type Look = (typeof LOOKS)[number];

/** Every route with what shows that its content is there. */
export function routesOf(runId: string, askId: string, recordId: string): Readonly<Record<string, string>> {
  return {
    '#/': '[data-status]', '#/status': '[id^="run-"]', [`#/runs/${runId}`]: 'table', [`#/runs/${runId}/undo`]: 'h1',
    [`#/records/${recordId}`]: '[id^="history-"]', '#/held': 'h1', '#/conflicts': '[id^="ask-"]',
    [`#/conflicts/${askId}`]: '#answer-same', '#/settings': '#settings-accounts', '#/settings/scope': '#scope-go', '#/settings/accounts': '#change-crm',
    '#/settings/stop': '#disconnect', '#/help': 'h1', '#/signin': '#sign-in', '#/activate/crm': 'main button',
    '#/activate/mailbox': '#sign-in', '#/activate/preview': '#start:not([aria-disabled="true"])', '#/nowhere': 'main button',
  };
}

export interface FilledStage {
  readonly stage: Stage;
  readonly routes: Readonly<Record<string, string>>;
}

/** An active sync with a long name, a question and a record that was not accepted, so that every screen has something to show. */
export async function openFilledStage(): Promise<FilledStage> {
  const stage = await openStage();
  const mailbox = stage.world.microsoft.mailbox(ANNA);
  const org = stage.world.salesforce.org();
  const long = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(2);
  mailbox.addContact({ givenName: 'Lena', surname: long, emailAddresses: [{ address: `lena@${'fabrikam'.repeat(6)}.example` }], jobTitle: 'Engineer' });
  mailbox.addContact({ givenName: 'Tom', surname: 'Ford', companyName: 'Fabrikam', emailAddresses: [{ address: 'tom@fabrikam.example' }] });
  mailbox.addContact({ givenName: 'Bo', surname: 'Refused', department: 'Forbidden' });
  const account = org.insert('Account', { Name: 'Fabrikam' }, ANNA);
  org.insert('Contact', { FirstName: 'Tom', LastName: 'Ford', Email: 't.ford@home.example', AccountId: account }, ANNA);
  // One record that Salesforce will not have, so that the log holds an error.
  org.change({ validation: { object: 'Contact', field: 'Department', contains: 'forbidden', message: 'Not this department.' } });
  await activate(stage);
  const ask = async <Reply>(path: string): Promise<Reply> => (
    await (await fetch(`${stage.world.host.origin}/api/${path}`, { headers: { authorization: `Bearer ${stage.bearer() ?? ''}` } })).json() as Reply
  );
  const { runs } = await ask<{ runs: readonly { id: string; counts: { error: number } }[] }>('runs');
  const { asks } = await ask<{ asks: readonly { id: string }[] }>('asks');
  const run = runs.find(({ counts }) => counts.error > 0);
  if (!run || !asks[0]) throw new Error('the first sync left no error or no question');
  const { entries } = await ask<{ entries: readonly { action: string; record: string }[] }>(`runs/${encodeURIComponent(run.id)}`);
  const made = entries.find(({ action }) => action === 'insert');
  if (!made) throw new Error('the first sync made nothing');
  return { stage, routes: routesOf(encodeURIComponent(run.id), encodeURIComponent(asks[0].id), made.record) };
}

/** The pane as Outlook would start it, in a page of its own. */
export function paneUrl({ world }: Pick<Stage, 'world'>, { language, theme }: Look, hash = '#/'): string {
  const setting: OutlookSetting = { address: ANNA, displayName: 'Anna Weber', language, theme, hasNestedAuthentication: false, item: null };
  return `${world.paneOrigin}/?outlook=${encodeURIComponent(JSON.stringify(setting))}${hash}`;
}

/** Goes to a screen and waits until its content is there. */
export async function show(page: Page, hash: string, ready: string): Promise<void> {
  // The old screen must be gone before the new one is looked for: two frames after the address changed it is.
  await page.evaluate((next) => new Promise<void>((done) => {
    const drawn = (): void => { requestAnimationFrame(() => requestAnimationFrame(() => done())); };
    if (location.hash === next) { drawn(); return; }
    window.addEventListener('hashchange', drawn, { once: true });
    location.hash = next;
  }), hash);
  await page.locator(ready).first().waitFor();
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
}

export async function findingsOf(page: Page | Frame): Promise<readonly string[]> {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(AXE);
  // A button that was enabled a moment ago still fades from grey, and is paler on the way than it will be; what spins for ever is no fading.
  await page.waitForFunction(() => document.getAnimations().every(({ effect, playState }) => (
    playState !== 'running' || effect?.getComputedTiming().endTime === Infinity
  )));
  return page.evaluate(async (tags) => {
    interface Finding { readonly id: string; readonly impact: string; readonly nodes: readonly { readonly html: string }[] }
    const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: readonly Finding[] }> } };
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
  }, TAGS);
}

/** By how many pixels the page is wider than its window, and what sticks out. */
export function overflowOf(page: Page | Frame): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > clientWidth + 1)
      .map((one) => `${one.tagName} ${one.textContent?.slice(0, 40) ?? ''}`);
  });
}

/** Verbs whose words do not fit their button. Words that end in an ellipsis have the whole text as their title. */
export function cutVerbsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => [...document.querySelectorAll('button, a')].filter((one) => (
    one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible' && one.querySelector('[title]') === null
  )).map((one) => `cut: ${one.textContent ?? ''}`));
}

/** Outlines of fields, radios and tick boxes that stand out less than 3:1 from the page (WCAG 1.4.11). */
export function paleOutlines(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const light = (color: string): number => {
      const [red = 0, green = 0, blue = 0] = (/[\d., ]+/.exec(color)?.[0] ?? '').split(',').map((part) => {
        const share = Number(part) / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const ground = light(getComputedStyle(document.querySelector('main')?.parentElement ?? document.body).backgroundColor);
    const controls = '.fui-Input, .fui-Select__select, .fui-Radio__indicator, .fui-Checkbox__indicator';
    return [...document.querySelectorAll(controls)].flatMap((one) => {
      const { borderBottomColor, backgroundColor, borderBottomWidth } = getComputedStyle(one);
      const isTicked = one.matches('.fui-Checkbox__indicator') && light(backgroundColor) !== ground && !/, 0\)$/.test(backgroundColor);
      const isFilled = borderBottomWidth === '0px' || isTicked;
      const edge = light(isFilled ? backgroundColor : borderBottomColor);
      const contrast = (Math.max(edge, ground) + 0.05) / (Math.min(edge, ground) + 0.05);
      return contrast < 3 ? [`${one.className.split(' ')[0] ?? ''} ${contrast.toFixed(2)}`] : [];
    });
  });
}

/** What is coloured as danger and has no button or link in its group. */
export function dangerWithoutVerb(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const themed = document.querySelector('.fui-FluentProvider');
    if (!themed) return ['no theme'];
    const probe = themed.appendChild(document.createElement('span'));
    const names = ['Foreground1', 'Foreground2', 'Foreground3', 'Background1', 'Background2', 'Background3', 'Border1', 'Border2']
      .flatMap((part) => [`--colorStatusDanger${part}`, `--colorPaletteRed${part}`]);
    const values = names.filter((name) => getComputedStyle(themed).getPropertyValue(name) !== '').map((name) => {
      probe.style.color = `var(${name})`;
      return getComputedStyle(probe).color;
    });
    probe.remove();
    const danger = new Set(values);
    const isRed = (one: Element): boolean => {
      const { color, backgroundColor, borderTopColor, borderTopWidth } = getComputedStyle(one);
      const hasText = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '');
      return ((hasText || one instanceof SVGElement) && danger.has(color)) || danger.has(backgroundColor)
        || (borderTopWidth !== '0px' && danger.has(borderTopColor));
    };
    const group = 'button, a, [role="group"], .fui-MessageBar, .fui-Field, section, form, li, header > div';
    return [...themed.querySelectorAll('*')].filter((one) => one.getClientRects().length > 0 && isRed(one)).filter((one) => {
      const place = one.closest(group);
      return !place || (!place.matches('button, a') && place.querySelector('button, a') === null);
    }).map((one) => `${one.tagName} ${one.textContent ?? ''}`);
  });
}

/** What a person passes with the Tab key: in the order of the page, each visible, each showing that it has the focus. */
export async function tabTrouble(page: Page): Promise<readonly string[]> {
  const trouble: string[] = [];
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    document.body.tabIndex = -1;
    document.body.focus();
    Object.assign(window, { passed: [] });
  });
  for (let press = 0; press < 80; press += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(lookAtFocus);
    if (found === null) return trouble;
    trouble.push(...found);
  }
  return [...trouble, 'the Tab key never left the page'];
}

/** Runs in the page: null once the focus has left the content or begins anew. */
function lookAtFocus(): readonly string[] | null {
  const one = document.activeElement;
  const { passed } = window as unknown as { passed: Element[] };
  if (!one || one === document.body || passed.includes(one)) return null;
  const before = passed.at(-1);
  passed.push(one);
  const name = `${one.tagName} ${one.id} ${(one.textContent ?? '').slice(0, 30)}`;
  const trouble: string[] = [];
  if (before && !(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)) trouble.push(`out of order: ${name}`);
  const box = one.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const label = one instanceof HTMLInputElement ? one.labels?.[0] : null;
  const isSeen = top !== null && (one.contains(top) || top.contains(one) || label?.contains(top) === true || one.parentElement?.contains(top) === true);
  if (!isSeen) trouble.push(`hidden: ${name}`);
  const styles = (): string => {
    const parts: string[] = [];
    for (let at: Element | null = one, depth = 0; at && depth < 3; at = at.parentElement, depth += 1) {
      for (const pseudo of [null, '::after', '::before']) {
        const { outline, border, boxShadow, transform } = getComputedStyle(at, pseudo);
        parts.push(outline, border, boxShadow, transform);
      }
    }
    return parts.join('|');
  };
  const focused = styles();
  (one as HTMLElement).blur();
  const blurred = styles();
  (one as HTMLElement).focus();
  if (focused === blurred) trouble.push(`no focus to see: ${name}`);
  return trouble;
}

export interface StateFixture {
  readonly user?: Partial<Omit<UserState, 'sync'>>;
  readonly sync?: Partial<SyncState>;
  readonly without?: readonly ('mailbox' | 'crm')[];
}

/** The server's answer with some facts replaced: states that no test should have to bring about by hand. */
export async function withState(page: Page, fixture: () => StateFixture): Promise<void> {
  await page.route('**/api/me', async (route) => {
    const reply = await route.fetch();
    const user = await reply.json() as UserState;
    const { user: facts = {}, sync = {}, without = [] } = fixture();
    const next: Record<string, unknown> = { ...user, ...facts, sync: { ...user.sync, ...sync } };
    for (const side of without) delete next[side];
    await route.fulfill({ response: reply, json: next });
  });
}
