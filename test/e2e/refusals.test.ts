import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserContext } from 'playwright-core';
import {
  ANNA, connectOffice365, MINUTE_MS, openStage, paneFrame, restartPane, returnToOffice365, saidIn, signInToSalesforce, signInWindow, stateOf,
  type Stage,
} from './stage.ts';

const MIA = 'mia.schmidt@contoso.example';
const CLARA = 'clara.novak@adatum.example';
let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  stage.world.microsoft.mailbox(ANNA).addContact({ givenName: 'Lena', surname: 'Maurer', emailAddresses: [{ address: 'lena@fabrikam.example' }] });
});

afterAll(async () => { await stage.close(); });

const pressSalesforce = () => stage.pane.getByRole('button', { name: 'Sign in to Salesforce' }).click();
const pressOffice365 = () => stage.pane.getByRole('button', { name: 'Sign in to Microsoft Office 365' }).click();
const calls = (service: 'salesforce' | 'identity') => (
  (service === 'salesforce' ? stage.world.salesforce : stage.world.microsoft).server.calls.get(service) ?? 0
);
const keptSession = () => paneFrame(stage).evaluate(() => localStorage.getItem('concord.session'));

/** Opens the address that the vendors send the window to, as anybody could, and answers where it leads. */
async function callBack(system: string, parameters: Readonly<Record<string, string>>): Promise<URL> {
  const address = `${stage.world.host.origin}/api/oauth/${system}?${new URLSearchParams(parameters).toString()}`;
  const reply = await stage.context.request.get(address, { maxRedirects: 0 });
  expect(reply.status()).toBe(302);
  return new URL(reply.headers()['location'] ?? '');
}

const hashOf = (address: URL) => Object.fromEntries(new URLSearchParams(address.hash.slice(1)));

async function startAttempt(): Promise<{ readonly attempt: string; readonly secret: string; readonly state: string }> {
  const data = { system: 'salesforce', choice: 'production' };
  const { attempt, secret, url } = await (await stage.context.request.post(`${stage.world.host.origin}/api/sign-in`, { data })).json();
  return { attempt, secret, state: new URL(url).searchParams.get('state') ?? '' };
}

describe('the callback address', () => {
  it('refuses a state that is missing, foreign, of the other system or too old, asks no vendor and signs nobody in', async () => {
    const before = [calls('salesforce'), calls('identity')];
    expect(hashOf(await callBack('salesforce', { code: 'x' }))).toEqual({ error: 'BAD_REQUEST' });
    expect(hashOf(await callBack('salesforce', { code: 'x', state: 'guessed' }))).toEqual({ error: 'STATE_UNKNOWN' });
    const first = await startAttempt();
    expect(hashOf(await callBack('graph', { code: 'x', state: first.state }))).toEqual({ error: 'STATE_UNKNOWN' });
    expect(hashOf(await callBack('salesforce', { code: 'x', state: `${first.state.slice(0, -1)}_` }))).toEqual({ error: 'STATE_UNKNOWN' });
    stage.clock.advance(11 * MINUTE_MS);
    expect(hashOf(await callBack('salesforce', { code: 'x', state: first.state }))).toMatchObject({ error: 'STATE_EXPIRED' });
    expect([calls('salesforce'), calls('identity')]).toEqual(before);
    const claim = { attempt: first.attempt, secret: first.secret, code: 'x' };
    const reply = await stage.context.request.post(`${stage.world.host.origin}/api/attempts/claim`, { data: claim });
    expect(reply.ok()).toBe(false);
  });

  it('shows a sentence in the window that came with a wrong state', async () => {
    const window = await stage.open(`${stage.world.host.origin}/api/oauth/salesforce?code=x&state=guessed`);
    expect(new URL(window.url()).pathname).toBe('/dialog.html');
    await window.getByText('That took too long. Close this window and start again.').waitFor();
    expect(await window.evaluate(() => localStorage.getItem('concord.session'))).toBeNull();
    await window.close();
  });

  it('takes an address once: opened again it asks no vendor and signs nobody in', async () => {
    const addresses: string[] = [];
    const note = (request: { url(): string }): void => { if (request.url().includes('/api/oauth/')) addresses.push(request.url()); };
    stage.context.on('request', note);
    const { state } = await startAttempt();
    const popup = await signInWindow(stage, pressSalesforce);
    await popup.getByTestId('login-username').fill(ANNA);
    await popup.getByTestId('login-password').fill('sandbox-2026');
    await popup.getByTestId('login-submit').click();
    await Promise.all([popup.waitForEvent('close'), popup.getByTestId('approve-deny').click()]);
    stage.context.off('request', note);
    expect(addresses).toHaveLength(1);
    const used = new URL(addresses[0] ?? '');
    const before = calls('salesforce');
    expect(hashOf(await callBack('salesforce', { ...Object.fromEntries(used.searchParams), code: 'stolen' }))).toEqual({ error: 'STATE_USED' });
    expect(state).not.toBe(used.searchParams.get('state'));
    expect(calls('salesforce')).toBe(before);
    expect(await keptSession()).toBeNull();
  });
});

describe('step 1 refused', () => {
  it('says that nothing is connected after Deny at Salesforce, and the next try works', async () => {
    const { pane } = stage;
    await restartPane(stage);
    await signInToSalesforce(stage, pressSalesforce, false);
    await pane.getByText('You did not agree, so nothing is connected.').waitFor();
    expect(await keptSession()).toBeNull();
    expect(stage.bearer()).toBeUndefined();
    await signInToSalesforce(stage, () => pane.getByRole('button', { name: 'Try again' }).click());
    await pane.getByRole('heading', { name: 'Connect your mailbox' }).waitFor();
    expect((await stateOf(stage)).crm).toMatchObject({ login: ANNA, isRefused: false });
  });
});

describe('step 2 refused', () => {
  it('says that nothing is connected after Cancel at Microsoft', async () => {
    await connectOffice365(stage, pressOffice365, false);
    await stage.pane.getByText('You did not agree, so nothing is connected.').waitFor();
    await stage.pane.getByRole('button', { name: 'Try again' }).waitFor();
    expect((await stateOf(stage)).mailbox).toBeUndefined();
  });

  it('says that an admin must agree first, and hands over the request in words', async () => {
    await connectOffice365(stage, () => stage.pane.getByRole('button', { name: 'Try again' }).click(), false, CLARA);
    await stage.pane.getByText('Your admin must agree first.').waitFor();
    await stage.pane.getByRole('button', { name: 'Copy request' }).click();
    await expect.poll(() => saidIn(paneFrame(stage))).toContain('Copied.');
    await stage.page.locator('#theme').focus();
    expect(await stage.page.evaluate(() => navigator.clipboard.readText())).toContain('Microsoft Office 365');
    expect((await stateOf(stage)).mailbox).toBeUndefined();
  });

  it('says calmly that the window was closed, and opens it again', async () => {
    const popup = await signInWindow(stage, pressOffice365);
    await stage.pane.getByText('Finish in the window that opened.').waitFor();
    await popup.getByTestId(`account-${ANNA}`).waitFor();
    await popup.close();
    await stage.pane.getByText('The window was closed. Nothing changed.').waitFor();
    const again = await signInWindow(stage, () => stage.pane.getByRole('button', { name: 'Open it again' }).click());
    await again.getByTestId(`account-${ANNA}`).waitFor();
    await stage.pane.getByRole('button', { name: 'Cancel' }).click();
    if (!again.isClosed()) await again.waitForEvent('close');
    expect((await stateOf(stage)).mailbox).toBeUndefined();
  });

  it('says that it took too long when the person agrees after the attempt is over', async () => {
    const popup = await signInWindow(stage, pressOffice365);
    await popup.getByTestId(`account-${ANNA}`).click();
    stage.clock.advance(11 * MINUTE_MS);
    await popup.getByTestId('consent-accept').click();
    await stage.pane.getByText('That took too long. Start again.').waitFor();
    await stage.pane.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    expect((await stateOf(stage)).mailbox).toBeUndefined();
  });
});

describe('step 2 skipped', () => {
  it('states the loss, and home and menu lead back to it', async () => {
    const { pane } = stage;
    const skip = pane.getByRole('button', { name: 'Skip' });
    const loss = 'Skip: no contacts, events or tasks in sync, no log, no undo.';
    expect(await skip.evaluate((button) => document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent)).toBe(loss);
    await pane.getByText(loss).waitFor();
    await skip.click();
    await pane.getByRole('button', { name: 'Sync status: Not set up' }).waitFor();
    await expect.poll(() => saidIn(paneFrame(stage))).toContain('Not set up. You can do it later under Set up sync.');
    await pane.getByRole('button', { name: 'Menu' }).click();
    await pane.getByRole('menuitem', { name: 'Set up sync' }).waitFor();
    expect(await pane.getByRole('menuitem', { name: 'Sync settings' }).count()).toBe(0);
    await stage.page.keyboard.press('Escape');
    // Skipped once, step 2 does not come up by itself again.
    await restartPane(stage);
    await pane.getByText('Your CRM is connected. Your mailbox is not, so these are off:').waitFor();
    await pane.locator('#set-up').click();
    await pane.getByRole('heading', { name: 'Connect your mailbox' }).waitFor();
  });
});

describe('another mailbox than Outlook shows', () => {
  it('asks which one is meant before anything is counted, and drops the other', async () => {
    const { pane } = stage;
    await pane.getByText(`Outlook shows ${ANNA}.`).waitFor();
    await connectOffice365(stage, pressOffice365, true, MIA);
    await pane.getByText(`Outlook shows ${ANNA}, you connected ${MIA}.`).waitFor();
    await pane.getByRole('button', { name: `Keep ${MIA}` }).waitFor();
    // The question outlives a restart: nothing goes on before the answer.
    await restartPane(stage);
    await pane.getByRole('button', { name: `Connect ${ANNA}` }).click();
    await pane.getByRole('button', { name: 'Sign in to Microsoft Office 365' }).waitFor();
    expect((await stateOf(stage)).mailbox).toBeUndefined();
  });

  it('keeps it when the person says so', async () => {
    const { pane } = stage;
    await returnToOffice365(stage, pressOffice365, MIA);
    await pane.getByRole('button', { name: `Keep ${MIA}` }).click();
    await pane.getByRole('heading', { name: 'Review the first sync' }).waitFor();
    expect((await stateOf(stage)).mailbox).toMatchObject({ login: MIA });
  });
});

describe('on the web page without Outlook', () => {
  let browser: BrowserContext;

  afterAll(async () => { await browser.close(); });

  it('goes through the same three steps to an active home', async () => {
    browser = await stage.visitor({ width: 480 });
    const page = await browser.newPage();
    await page.goto(`${stage.world.paneOrigin}/app`);
    const here = { context: browser };
    await page.getByRole('heading', { name: 'Sign in to your CRM' }).waitFor();
    const salesforce = () => page.getByRole('button', { name: 'Sign in to Salesforce' }).click();
    await signInToSalesforce(here, salesforce, true, 'ben.keller@contoso.example');
    await page.getByRole('heading', { name: 'Connect your mailbox' }).waitFor();
    const office365 = () => page.getByRole('button', { name: 'Sign in to Microsoft Office 365' }).click();
    await connectOffice365(here, office365, true, 'ben.carter@fabrikam.example');
    await page.getByRole('heading', { name: 'Review the first sync' }).waitFor();
    await page.getByRole('button', { name: 'Start syncing' }).and(page.locator(':not([aria-disabled="true"])')).click({ timeout: 30_000 });
    await page.getByRole('button', { name: /^Sync status: Active/ }).waitFor({ timeout: 30_000 });
    await page.getByText('ben.carter@fabrikam.example').waitFor();
  });
});

it('sent no mail and left no error on any page', () => {
  expect(stage.world.microsoft.mailsSent).toEqual([]);
  expect(stage.errors).toEqual([]);
});
