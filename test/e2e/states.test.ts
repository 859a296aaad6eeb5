import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { activate, lookAgain, openStage, saidIn, type Stage } from './stage.ts';
import { dangerWithoutVerb, findingsOf, LOOKS, overflowOf, paneUrl, withState, type StateFixture } from './screens.ts';

let stage: Stage;
const [ENGLISH, , GERMAN] = LOOKS;

beforeAll(async () => {
  stage = await openStage();
  await activate(stage);
});

afterAll(async () => { await stage.close(); });

interface StateCase {
  readonly chip: readonly [english: string, german: string];
  readonly verb: string;
  /** The screen that the verb leads to, the call it makes, or the words it says. */
  readonly leads: string;
  readonly fixture: StateFixture;
}

const problem = (kind: 'unavailable' | 'denied', code: string) => ({ kind, code, message: '', system: 'Salesforce' });

const STATES: Readonly<Record<string, StateCase>> = {
  active: { chip: ['Active', 'Aktiv'], verb: 'Sync now', leads: 'POST /api/sync', fixture: { sync: { asks: 0, parked: 0, syncNowFrom: 0 } } },
  needsYou: { chip: ['Needs you', 'Braucht Sie'], verb: 'Show', leads: '#/conflicts', fixture: { sync: { asks: 2 } } },
  syncing: {
    chip: ['Syncing 340 of 1,240', 'Abgleich 340 von 1.240'], verb: 'Pause', leads: '#/settings/stop',
    fixture: { sync: { isRunning: true, progress: { kind: 'contact', done: 340, total: 1240, startedAt: Date.now() - 40_000 } } },
  },
  delayed: {
    chip: ['Delayed', 'Verzögert'], verb: 'Details', leads: '#/status',
    fixture: { sync: { problem: problem('unavailable', 'SF_HTTP_503'), problemSince: Date.now() } },
  },
  blocked: { chip: ['Blocked', 'Blockiert'], verb: 'Copy request', leads: 'Copied.', fixture: { sync: { problem: problem('denied', 'SF_API_DISABLED') } } },
  signInNeeded: { chip: ['Sign-in needed', 'Anmeldung nötig'], verb: 'Sign in again', leads: '#/signin', fixture: { user: { activation: 'suspended' } } },
  paused: { chip: ['Paused', 'Pausiert'], verb: 'Resume', leads: 'POST /api/resume', fixture: { user: { activation: 'paused' } } },
  off: { chip: ['Off', 'Aus'], verb: 'Activate sync', leads: 'POST /api/resume', fixture: { user: { activation: 'deactivated' } } },
  notSetUp: {
    chip: ['Not set up', 'Nicht eingerichtet'], verb: 'Set up sync', leads: '#/activate/mailbox',
    fixture: { user: { activation: 'crmConnected', skippedMailbox: true }, without: ['mailbox'] },
  },
  waiting: { chip: ['Waiting for you', 'Wartet auf Sie'], verb: 'Review', leads: '#/activate/preview', fixture: { user: { activation: 'mailboxConnected' } } },
  offline: { chip: ['Offline', 'Offline'], verb: 'Try now', leads: 'GET /api/me', fixture: {} },
};

describe('the status line', () => {
  const tops = new Set<number>();
  const icons = new Set<string>();

  async function openState(page: Page, name: string, language: 'en' | 'de'): Promise<void> {
    await page.goto('about:blank');
    await page.goto(paneUrl(stage, language === 'en' ? ENGLISH : GERMAN));
    if (name === 'signInNeeded') await page.getByRole('button', { name: language === 'en' ? 'Later' : 'Später', exact: true }).click();
    if (name === 'waiting') await page.getByRole('button', { name: language === 'en' ? 'Not now' : 'Nicht jetzt' }).click();
    await page.locator('[data-status]').waitFor();
    if (name === 'offline') {
      await page.route('**/api/me', (route) => route.abort(), { times: 1 });
      await lookAgain(page);
    }
    await page.locator(`[data-status="${name}"]`).waitFor();
  }

  it.each(Object.entries(STATES))('in state %s stands first, at the same height, with chip, icon and a verb that leads where it says', async (name, state) => {
    const page = await stage.context.newPage();
    await page.setViewportSize({ width: 320, height: 800 });
    await withState(page, () => state.fixture);
    await page.route(/\/api\/(sync|resume)$/, (route) => route.fulfill({ status: 204, headers: { 'access-control-allow-origin': '*' } }));
    for (const [index, language] of (['de', 'en'] as const).entries()) {
      await openState(page, name, language);
      const line = page.locator(`[data-status="${name}"]`);
      expect(await line.locator('.fui-Badge').textContent()).toBe(state.chip[1 - index]);
      expect(await overflowOf(page)).toEqual([]);
      if (language === 'de') {
        expect(await findingsOf(page)).toEqual([]);
        expect(await dangerWithoutVerb(page)).toEqual([]);
      }
      expect(await line.evaluate((one) => one.parentElement?.matches('main') === true && one.parentElement.firstElementChild === one)).toBe(true);
      tops.add(Math.round(await line.evaluate((one) => one.getBoundingClientRect().top)));
      icons.add(await line.locator('.fui-Badge svg path').first().getAttribute('d') ?? '');
      await page.evaluate(() => { location.hash = '#/status'; });
      await page.getByRole('heading', { level: 1, name: language === 'en' ? 'Sync status' : 'Status', exact: true }).waitFor();
      await line.waitFor();
      tops.add(Math.round(await line.evaluate((one) => one.getBoundingClientRect().top)));
    }
    await page.evaluate(() => { location.hash = '#/'; });
    await page.getByRole('heading', { level: 1, name: 'Concord' }).waitFor();
    const [method, path] = state.leads.split(' ');
    const asked = path === undefined ? null : page.waitForRequest((request) => request.method() === method && request.url().endsWith(path));
    await page.locator('#status-verb').filter({ hasText: state.verb }).click();
    if (asked) await asked;
    else if (state.leads.startsWith('#')) await page.waitForURL((url) => url.hash === state.leads);
    else await expect.poll(() => saidIn(page)).toContain(state.leads);
    await page.close();
  });

  it('had one height on home and status in every state, and an icon of its own for each', () => {
    const heights = [...tops];
    expect(Math.max(...heights) - Math.min(...heights)).toBeLessThanOrEqual(1);
    expect(icons.size).toBe(Object.keys(STATES).length);
  });
});

it('stands still for who wants less motion', async () => {
  const page = await stage.open(paneUrl(stage, ENGLISH));
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await withState(page, () => STATES['syncing']?.fixture ?? {});
  await page.reload();
  await page.getByRole('button', { name: /^Sync status: Syncing 340 of 1,240/ }).waitFor();
  const moving = await page.evaluate(() => document.getAnimations().flatMap(({ effect, playState }) => (
    playState === 'running' && effect instanceof KeyframeEffect && effect.target?.closest('.fui-Spinner') === null ? [effect.target?.className] : []
  )));
  expect(moving).toEqual([]);
  await page.close();
});

it('sent no mail and left no error on any page', () => {
  expect(stage.world.microsoft.mailsSent).toEqual([]);
  expect(stage.errors).toEqual([]);
});
