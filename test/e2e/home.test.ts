import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activate, ANNA, lookAgain, MINUTE_MS, openStage, paneFrame, saidIn, stateOf, type Stage } from './stage.ts';

let stage: Stage;
let contact: string;

beforeAll(async () => {
  stage = await openStage();
  contact = String(stage.world.microsoft.mailbox(ANNA).addContact(
    { givenName: 'Lena', surname: 'Maurer', emailAddresses: [{ address: 'lena@fabrikam.example' }] },
  ));
  await activate(stage);
  await stage.world.host.drainQueues();
});

afterAll(async () => { await stage.close(); });

const counts = () => [stage.world.salesforce.org().contacts().length, stage.world.microsoft.mailbox(ANNA).contacts().length];
const finished = async () => (await saidIn(paneFrame(stage))).filter((words) => words.startsWith('Sync finished.'));

/** Asks the server and waits for what it told to be there. */
async function refreshed(): Promise<void> {
  const answer = stage.page.waitForResponse((reply) => reply.url().endsWith('/api/me'));
  await lookAgain(paneFrame(stage));
  await (await answer).finished();
}

describe('Sync now', () => {
  it('is off for a minute after a run, says for how long, and a press then asks nothing of the server', async () => {
    const { pane, page } = stage;
    const verb = pane.locator('#status-verb');
    await pane.locator('#status-verb[aria-disabled="true"]').waitFor();
    const reason = await verb.evaluate((button) => document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent ?? '');
    expect(Number(/^Again in (\d+) s$/.exec(reason)?.[1])).toBeLessThanOrEqual(60);
    let asked = 0;
    page.on('request', (request) => { if (request.url().endsWith('/api/sync')) asked += 1; });
    await verb.press('Enter');
    await refreshed();
    expect(asked).toBe(0);
  });

  it('is on again after the minute, and its end is said once', async () => {
    const { pane } = stage;
    stage.world.microsoft.mailbox(ANNA).updateContact(contact, { jobTitle: 'Engineer' });
    stage.clock.advance(MINUTE_MS);
    await refreshed();
    await pane.locator('#status-verb:not([aria-disabled="true"])').click();
    await expect.poll(finished, { timeout: 20_000 }).toEqual(['Sync finished. 1 change.']);
    expect(stage.world.salesforce.org().contacts()[0]?.['Title']).toBe('Engineer');
    await pane.locator('#status-verb[aria-disabled="true"]').waitFor();
    await refreshed();
    await refreshed();
    expect(await finished()).toEqual(['Sync finished. 1 change.']);
  });
});

describe('another mail', () => {
  // Ages and the countdown tick by themselves.
  const shown = () => paneFrame(stage).evaluate(
    () => document.querySelector('main')?.innerText.replace(/\d+ min(utes?)? ago|just now|Again in \d+ s/g, '').replace(/\s+/g, ' '),
  );
  const itemInPane = () => paneFrame(stage).evaluate(() => Office.context.mailbox.item?.itemId);

  it('moves no focus, says nothing and changes nothing, twenty times', async () => {
    const { page, pane } = stage;
    const before = [await shown(), (await saidIn(paneFrame(stage))).length];
    const mails = page.locator('#messages button');
    for (let turn = 0; turn < 20; turn += 1) {
      await mails.nth((turn + 1) % 5).click();
      expect(await page.evaluate(() => document.activeElement?.id ?? '')).not.toBe('pane');
    }
    await expect.poll(itemInPane).toBe('m1');
    expect([await shown(), (await saidIn(paneFrame(stage))).length]).toEqual(before);
    // The same with the focus in the pane.
    await pane.locator('#home-logs').focus();
    await page.evaluate((origin) => {
      const place = document.querySelector<HTMLIFrameElement>('#pane');
      for (let turn = 1; turn <= 20; turn += 1) {
        const item = { itemId: `other-${turn}`, subject: 'Other', from: { displayName: 'Other', emailAddress: 'other@fabrikam.example' } };
        place?.contentWindow?.postMessage({ outlook: { item } }, origin);
      }
    }, stage.world.paneOrigin);
    await expect.poll(itemInPane).toBe('other-20');
    expect(await paneFrame(stage).evaluate(() => document.activeElement?.id)).toBe('home-logs');
    expect([await shown(), (await saidIn(paneFrame(stage))).length]).toEqual(before);
  });

  it('may also be none at all', async () => {
    const before = await shown();
    await stage.page.evaluate((origin) => {
      document.querySelector<HTMLIFrameElement>('#pane')?.contentWindow?.postMessage({ outlook: { item: null } }, origin);
    }, stage.world.paneOrigin);
    await expect.poll(() => paneFrame(stage).evaluate(() => Office.context.mailbox.item)).toBeNull();
    await refreshed();
    expect(await shown()).toBe(before);
    expect(await paneFrame(stage).evaluate(() => document.activeElement?.id)).toBe('home-logs');
  });
});

describe('stopping', () => {
  it('deactivates after it said twice what stays, and nothing is deleted or synced until it is activated again', async () => {
    const { pane } = stage;
    const before = counts();
    await pane.getByRole('button', { name: 'Menu' }).click();
    await pane.getByRole('menuitem', { name: 'Pause' }).click();
    for (const stays of ['Stays: links, sign-ins, settings.', 'Stays: links, sign-ins.', 'Stays: links, settings.']) {
      await pane.getByText(stays, { exact: true }).waitFor();
    }
    await pane.getByText('No contact, event or task is deleted.').waitFor();
    await pane.locator('#deactivate').click();
    const dialog = pane.getByRole('alertdialog');
    await dialog.getByText('Stays: links, sign-ins.').waitFor();
    await dialog.getByText('No contact, event or task is deleted.').waitFor();
    await dialog.getByRole('button', { name: 'Deactivate' }).click();
    await pane.getByRole('button', { name: /^Sync status: Off/ }).waitFor();
    await pane.getByText('Sync is off until you activate it.').waitFor();
    stage.world.microsoft.mailbox(ANNA).updateContact(contact, { jobTitle: 'While off' });
    stage.clock.advance(31 * MINUTE_MS);
    await stage.world.cycle();
    expect(stage.world.salesforce.org().contacts()[0]?.['Title']).toBe('Engineer');
    expect(counts()).toEqual(before);
    const { links } = (await stateOf(stage)).sync;
    await pane.getByRole('button', { name: 'Activate sync' }).click();
    await expect.poll(() => stage.world.salesforce.org().contacts()[0]?.['Title'], { timeout: 20_000 }).toBe('While off');
    expect((await stateOf(stage)).sync.links).toBe(links);
    expect(counts()).toEqual(before);
  });
});

it('sent no mail and left no error on any page', () => {
  expect(stage.world.microsoft.mailsSent).toEqual([]);
  expect(stage.errors).toEqual([]);
});
