/** The whole product with a browser before it: local world, Outlook page, pane; time is moved, never waited for. */
import { chromium, type Browser, type BrowserContext, type FrameLocator, type Page } from 'playwright-core';
import { sourceApp } from '../../sandbox/app.ts';
import { movableClock, type MovableClock } from '../../sandbox/clock.ts';
import { freePorts } from '../../sandbox/ports.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
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
  close(): Promise<void>;
}

export const MINUTE_MS = 60_000;
export const ANNA = 'anna.weber@contoso.example';

export async function openStage(options: { readonly width?: number; readonly locale?: string } = {}): Promise<Stage> {
  const clock = movableClock();
  const world = await startWorld({
    root: ROOT, ports: await freePorts(), clock, dataDir: null, isLive: true, hasPane: true, app: await sourceApp(),
    log: (level, name, message) => { if (level === 'error') process.stderr.write(`${name}: ${message}\n`); },
  });
  const browser = await chromium.launch({ executablePath: needChromium(), args: [...CHROMIUM_SWITCHES] });
  const context = await browser.newContext({ viewport: { width: options.width ?? 1200, height: 800 }, locale: options.locale ?? 'en-US' });
  const errors: string[] = [];
  context.on('weberror', (error) => errors.push(error.error().message));
  context.on('console', (message) => { if (message.type() === 'error' && !isExpected(message.text())) errors.push(message.text()); });
  const open = async (url: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };
  const page = await open(world.outlookOrigin);
  return {
    world, clock, browser, context, page, errors, open, pane: page.frameLocator('#pane'),
    close: async () => { await browser.close(); await world.close(); },
  };
}

/** A refused request is what some tests are about; the browser logs each. */
function isExpected(text: string): boolean {
  return text.startsWith('Failed to load resource');
}

/** Presses the button in the pane that opens a sign-in window, and answers that window. */
export async function signInWindow(stage: Stage, press: () => Promise<void>): Promise<Page> {
  const [popup] = await Promise.all([stage.context.waitForEvent('page'), press()]);
  await popup.waitForLoadState();
  return popup;
}

export async function signInToSalesforce(stage: Stage, press: () => Promise<void>, allow = true): Promise<void> {
  const popup = await signInWindow(stage, press);
  await popup.getByTestId('login-username').fill(ANNA);
  await popup.getByTestId('login-password').fill('sandbox-2026');
  await popup.getByTestId('login-submit').click();
  await Promise.all([popup.waitForEvent('close'), popup.getByTestId(allow ? 'approve-allow' : 'approve-deny').click()]);
}

export async function connectOffice365(stage: Stage, press: () => Promise<void>, accept = true): Promise<void> {
  const popup = await signInWindow(stage, press);
  await popup.getByTestId(`account-${ANNA}`).click();
  await Promise.all([popup.waitForEvent('close'), popup.getByTestId(accept ? 'consent-accept' : 'consent-cancel').click()]);
}

/** Through steps 1 to 3 to an active home. */
export async function activate(stage: Stage): Promise<void> {
  const { pane } = stage;
  await signInToSalesforce(stage, () => pane.getByRole('button', { name: 'Sign in to Salesforce' }).click());
  await connectOffice365(stage, () => pane.getByRole('button', { name: 'Sign in to Microsoft Office 365' }).click());
  await pane.getByRole('heading', { name: 'Review the first sync' }).waitFor();
  await pane.getByRole('button', { name: 'Start syncing' }).click({ timeout: 30_000 });
  await pane.getByRole('button', { name: /^Sync status: (Active|Needs you)/ }).waitFor({ timeout: 30_000 });
}

/** A minute later, presses Sync now and waits until its end is shown. */
export async function syncNow(stage: Stage): Promise<void> {
  stage.clock.advance(2 * MINUTE_MS);
  const button = stage.pane.getByRole('button', { name: 'Sync now' });
  await button.click({ timeout: 30_000 });
  await stage.world.host.drainQueues();
}
