/** The whole product with a browser before it: local world, Outlook page, pane; time is moved, never waited for. */
import type { UserState } from '@concord/api';
import { chromium, type Browser, type BrowserContext, type Frame, type FrameLocator, type Page } from 'playwright-core';
import { sourceApp } from '../../sandbox/app.ts';
import { movableClock, type MovableClock } from '../../sandbox/clock.ts';
import { freePorts } from '../../sandbox/ports.ts';
import { startWorld, type App, type World } from '../../sandbox/world.ts';
import { CHROMIUM_SWITCHES, needChromium } from '../../scripts/chromium.ts';
import { ROOT } from '../../scripts/run.ts';

export interface Stage {
  readonly world: World;
  readonly clock: MovableClock;
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** The pane inside the Outlook page. */
  readonly pane: FrameLocator;
  /** Errors that a page threw or logged; a good run leaves none. */
  readonly errors: string[];
  /** Opens a page of the product with its errors watched. */
  open(url: string): Promise<Page>;
  /** Somebody else's browser: nothing of the first one's storage, errors watched all the same. */
  visitor(options?: BrowserOptions): Promise<BrowserContext>;
  /** The bearer token that the first browser sent last; undefined while nobody was signed in. */
  bearer(): string | undefined;
  close(): Promise<void>;
}

interface BrowserOptions {
  readonly width?: number;
  readonly height?: number;
  readonly locale?: string;
}

export const MINUTE_MS = 60_000;
export const ANNA = 'anna.weber@contoso.example';
const PASSWORD = 'sandbox-2026';

export async function openStage(options: BrowserOptions & { readonly hasSamples?: boolean; readonly app?: App } = {}): Promise<Stage> {
  const clock = movableClock();
  const world = await startWorld({
    root: ROOT, ports: await freePorts(), clock, dataDir: null, isLive: true, hasPane: true, hasSamples: options.hasSamples === true,
    app: options.app ?? await sourceApp(), log: (level, name, message) => { if (level === 'error') process.stderr.write(`${name}: ${message}\n`); },
  });
  const browser = await chromium.launch({ executablePath: needChromium(), args: [...CHROMIUM_SWITCHES] });
  const errors: string[] = [];
  const visitor = async ({ width = 1200, height = 800, locale = 'en-US' }: BrowserOptions = {}): Promise<BrowserContext> => {
    const context = await browser.newContext({ viewport: { width, height }, locale, permissions: ['clipboard-read', 'clipboard-write'] });
    context.on('weberror', (error) => errors.push(error.error().message));
    context.on('console', (message) => { if (message.type() === 'error' && !isExpected(message.text())) errors.push(message.text()); });
    context.setDefaultTimeout(15_000);
    await context.addInitScript(rememberWhatIsSaid);
    return context;
  };
  const context = await visitor(options);
  let bearer: string | undefined;
  context.on('request', (request) => { bearer = /^Bearer (.+)$/.exec(request.headers()['authorization'] ?? '')?.[1] ?? bearer; });
  const open = async (url: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };
  const page = await open(world.outlookOrigin);
  return {
    world, clock, browser, context, page, errors, open, visitor, bearer: () => bearer, pane: page.frameLocator('#pane'),
    close: async () => { await browser.close(); await world.close(); },
  };
}

/** A refused request is what some tests are about; the browser logs each. */
function isExpected(text: string): boolean {
  return text.startsWith('Failed to load resource');
}

/** Runs in every page before its own scripts: keeps what is announced, and what appears in live regions. */
function rememberWhatIsSaid(): void {
  const said: string[] = [];
  Object.assign(window, { said });
  Object.assign(Document.prototype, { ariaNotify: (words: string) => { said.push(words); } });
  const live = '[aria-live="polite"], [aria-live="assertive"], [role="status"], [role="alert"]';
  const note = (node: Node | null): void => {
    const region = (node instanceof Element ? node : node?.parentElement)?.closest(live);
    const words = region?.textContent?.trim() ?? '';
    if (words !== '') said.push(words);
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === 'characterData') note(change.target);
      for (const node of change.addedNodes) {
        note(node);
        if (node instanceof Element) for (const region of node.querySelectorAll(live)) note(region);
      }
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

/** All that the page has said aloud so far. */
export function saidIn(page: Page | Frame): Promise<readonly string[]> {
  return page.evaluate(() => [...(window as unknown as { said: string[] }).said]);
}

/** The pane's own document, for what locators cannot ask. */
export function paneFrame({ page, world }: Stage): Frame {
  const frame = page.frames().find((one) => one.url().startsWith(world.paneOrigin));
  if (!frame) throw new Error('the Outlook page shows no pane');
  return frame;
}

/** The pane asks the server again, as it does when the network comes back. */
export async function lookAgain(page: Page | Frame): Promise<void> {
  await page.evaluate(() => { window.dispatchEvent(new Event('online')); });
}

/** Closes the pane and opens it anew; done when the new document has drawn something. */
export async function restartPane(stage: Stage): Promise<void> {
  await stage.page.getByRole('button', { name: 'Restart the pane' }).click();
  await paneStarted(stage);
}

/** The pane that the Outlook page asked for last has drawn something. */
export async function paneStarted(stage: Stage): Promise<void> {
  const address = await stage.page.locator('#pane').getAttribute('src');
  await paneFrame(stage).waitForFunction(
    (wanted) => performance.getEntriesByType('navigation')[0]?.name === wanted && document.querySelector('main') !== null, address,
  );
}

/** What the API tells the signed-in person. */
export async function stateOf(stage: Stage): Promise<UserState> {
  const reply = await fetch(`${stage.world.host.origin}/api/me`, { headers: { authorization: `Bearer ${stage.bearer() ?? ''}` } });
  if (!reply.ok) throw new Error(`/api/me answered ${reply.status}`);
  return await reply.json() as UserState;
}

/** Presses what opens a sign-in window, and answers that window. */
export async function signInWindow(stage: Pick<Stage, 'context'>, press: () => Promise<void>): Promise<Page> {
  const [popup] = await Promise.all([stage.context.waitForEvent('page'), press()]);
  return popup;
}

export async function signInToSalesforce(
  stage: Pick<Stage, 'context'>, press: () => Promise<void>, allow = true, login = ANNA,
): Promise<void> {
  const popup = await signInWindow(stage, press);
  const username = popup.getByTestId('login-username');
  const answer = popup.getByTestId(allow ? 'approve-allow' : 'approve-deny');
  await username.or(answer).waitFor();
  // Who is logged in at the vendor already is only asked to approve.
  if (await username.isVisible()) {
    await username.fill(login);
    await popup.getByTestId('login-password').fill(PASSWORD);
    await popup.getByTestId('login-submit').click();
  }
  await Promise.all([popup.waitForEvent('close'), answer.click()]);
}

export async function connectOffice365(
  stage: Pick<Stage, 'context'>, press: () => Promise<void>, accept = true, login = ANNA,
): Promise<void> {
  const popup = await signInWindow(stage, press);
  await popup.getByTestId(`account-${login}`).click();
  await popup.getByTestId(`consent-${accept ? 'accept' : 'cancel'}`).click();
  if (!popup.isClosed()) await popup.waitForEvent('close');
}

/** The vendor knows the person and the approval: the window goes by itself. */
export async function returnToSalesforce(stage: Pick<Stage, 'context'>, press: () => Promise<void>): Promise<void> {
  const popup = await signInWindow(stage, press);
  if (!popup.isClosed()) await popup.waitForEvent('close');
}

/** The vendor knows the consent: picking the account is all. */
export async function returnToOffice365(stage: Pick<Stage, 'context'>, press: () => Promise<void>, login = ANNA): Promise<void> {
  const popup = await signInWindow(stage, press);
  await popup.getByTestId(`account-${login}`).click();
  if (!popup.isClosed()) await popup.waitForEvent('close');
}

/** Through steps 1 to 3 to an active home; `choose` is done on the last step, once its numbers are there. */
export async function activate(stage: Stage, choose?: () => Promise<void>): Promise<void> {
  const { pane } = stage;
  await signInToSalesforce(stage, () => pane.getByRole('button', { name: 'Sign in to Salesforce' }).click());
  await connectOffice365(stage, () => pane.getByRole('button', { name: 'Sign in to Microsoft Office 365' }).click());
  await approve(stage, choose);
}

/** Step 3. */
export async function approve({ pane }: Pick<Stage, 'pane'>, choose?: () => Promise<void>): Promise<void> {
  await pane.getByRole('heading', { name: 'Review the first sync' }).waitFor();
  const start = pane.getByRole('button', { name: 'Start syncing' }).and(pane.locator(':not([aria-disabled="true"])'));
  await start.waitFor({ timeout: 30_000 });
  await choose?.();
  await start.click();
  await pane.getByRole('button', { name: /^Sync status: (Active|Needs you)/ }).waitFor({ timeout: 30_000 });
}

/** Presses Tab until what has the focus in the pane reads so; says what it passed when it does not come. */
export async function tabTo(stage: Stage, name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let press = 0; press < 30; press += 1) {
    await stage.page.keyboard.press('Tab');
    const words = await paneFrame(stage).evaluate(() => {
      const one = document.activeElement;
      return one instanceof HTMLInputElement ? one.labels?.[0]?.textContent ?? '' : one?.textContent ?? '';
    });
    if (name.test(words)) return;
    passed.push(words);
  }
  throw new Error(`The Tab key never came to ${String(name)}, but to ${passed.join(' | ')}`);
}

/** Waits until the title of the screen has the focus. */
export async function arrived(stage: Stage, title: string): Promise<void> {
  await stage.pane.getByRole('heading', { level: 1, name: title }).and(stage.pane.locator(':focus')).waitFor();
}

/** A minute later, presses Sync now and lets it end. */
export async function syncNow(stage: Stage): Promise<void> {
  stage.clock.advance(2 * MINUTE_MS);
  await lookAgain(paneFrame(stage));
  await stage.pane.getByRole('button', { name: 'Sync now' }).click({ timeout: 30_000 });
  await stage.world.host.drainQueues();
}

/** Half an hour later, with the pane told of what the cycle did. */
export async function nextCycle(stage: Stage): Promise<void> {
  // A run that an answer woke must not find that half an hour went by in its midst.
  await stage.world.host.drainQueues();
  stage.clock.advance(31 * MINUTE_MS);
  await stage.world.cycle();
  await stage.world.host.drainQueues();
  const told = stage.page.waitForResponse((reply) => reply.url().endsWith('/api/me') && reply.ok());
  await lookAgain(paneFrame(stage));
  await (await told).finished();
}
