import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activate, ANNA, arrived, nextCycle, openStage, paneFrame, saidIn, stateOf, tabTo, type Stage } from './stage.ts';

/** Somebody who may change and delete what is Anna's. */
const COLLEAGUE = 'ben.keller@contoso.example';
let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  const mailbox = stage.world.microsoft.mailbox(ANNA);
  for (let n = 1; n <= 20; n += 1) {
    mailbox.addContact({ givenName: 'Person', surname: `Number ${n}`, emailAddresses: [{ address: `person${n}@fabrikam.example` }] });
    mailbox.addTask({ title: `Call ${n}` });
  }
  stage.world.salesforce.org().setPerson(COLLEAGUE, { isAdmin: true });
  await activate(stage);
  await stage.world.host.drainQueues();
});

afterAll(async () => { await stage.close(); });

const org = () => stage.world.salesforce.org();
const mailbox = () => stage.world.microsoft.mailbox(ANNA);
const tasksInOutlook = () => mailbox().tasks().filter((task) => String(task['title']).startsWith('Call'));

/** Somebody deletes the first `n` of them in Salesforce; the next cycle sees it. */
async function deleteInSalesforce(type: 'Contact' | 'Task', n: number): Promise<void> {
  const rows = type === 'Contact' ? org().contacts() : org().tasks();
  for (const row of rows.slice(0, n)) org().remove(type, row.Id, COLLEAGUE);
  await nextCycle(stage);
}

describe('eight of twenty contacts deleted in Salesforce', () => {
  it('are held: nothing changes in Outlook, and home says how many and what is untouched', async () => {
    const { pane } = stage;
    await expect.poll(() => org().contacts().length, { timeout: 30_000 }).toBe(20);
    await expect.poll(() => org().tasks().length, { timeout: 30_000 }).toBe(20);
    await deleteInSalesforce('Contact', 8);
    await pane.getByText('8 contacts were deleted in Salesforce. Outlook is untouched.').waitFor({ timeout: 30_000 });
    await pane.getByRole('button', { name: /^Sync status: Needs you/ }).waitFor();
    expect([org().contacts().length, mailbox().contacts().length, (await stateOf(stage)).sync.held]).toEqual([12, 20, 8]);
  });

  it('are told with number, limit and cause, and no button deletes what the rules never delete', async () => {
    const { pane, page } = stage;
    await pane.getByRole('button', { name: 'Decide' }).focus();
    await page.keyboard.press('Enter');
    await arrived(stage, 'Held deletions');
    await pane.getByText(/^8 contacts were deleted in Salesforce since .+\.$/).waitFor();
    await pane.getByText('Your limit is 5 a day, so we stopped. Outlook is untouched.').waitFor();
    await pane.getByText('Deleted by: Ben Keller (8)').waitFor();
    await expect.poll(() => pane.getByRole('link', { name: /^Person Number/ }).count()).toBe(8);
    expect(await pane.getByRole('button', { name: /^Delete/ }).count()).toBe(0);
  });

  it('keeps the chosen ones by keyboard, the rest stays held', async () => {
    const { pane, page } = stage;
    await tabTo(stage, /^All 8$/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await pane.getByText('The rest stays held.').waitFor();
    await tabTo(stage, /^Keep 7 in Outlook$/);
    await page.keyboard.press('Enter');
    await pane.getByText('Done. 7 contacts kept in Outlook.').waitFor();
    expect(await saidIn(paneFrame(stage))).toContain('Done. 7 contacts kept in Outlook.');
    await nextCycle(stage);
    await expect.poll(async () => (await stateOf(stage)).sync, { timeout: 30_000 }).toMatchObject({ held: 1, links: 33 });
    expect([org().contacts().length, mailbox().contacts().length]).toEqual([12, 20]);
  });

  it('brings the last one back in Salesforce', async () => {
    const { pane } = stage;
    await pane.getByRole('button', { name: 'Bring back in Salesforce' }).click();
    await pane.getByText('Done. 1 contact will be back in Salesforce within two syncs.').waitFor();
    await nextCycle(stage);
    await nextCycle(stage);
    await expect.poll(() => org().contacts().length, { timeout: 30_000 }).toBe(13);
    await pane.getByText(/^Nothing is held\./).waitFor();
    expect(mailbox().contacts()).toHaveLength(20);
  });
});

describe('eight of twenty tasks deleted in Salesforce', () => {
  it('are deleted in Outlook only after a second press, whose focus starts on Cancel', async () => {
    const { pane, page } = stage;
    await deleteInSalesforce('Task', 8);
    await pane.getByRole('link', { name: '8 tasks were deleted in Salesforce. Outlook is untouched.' }).click({ timeout: 30_000 });
    await pane.getByText(/^8 tasks were deleted in Salesforce since/).waitFor({ timeout: 30_000 });
    expect(tasksInOutlook()).toHaveLength(20);
    const opener = pane.getByRole('button', { name: 'Delete 8 in Outlook…' });
    await opener.press('Enter');
    const dialog = pane.getByRole('alertdialog');
    await dialog.getByText('Delete 8 tasks in Outlook?').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).and(pane.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await opener.and(pane.locator(':focus')).waitFor();
    await nextCycle(stage);
    expect(tasksInOutlook()).toHaveLength(20);
    await opener.press('Enter');
    await dialog.getByRole('button', { name: 'Delete 8' }).press('Enter');
    await pane.getByText('Done. 8 tasks will be gone from Outlook after the next sync.').waitFor();
    await nextCycle(stage);
    await expect.poll(() => tasksInOutlook().length, { timeout: 30_000 }).toBe(12);
    expect(org().tasks()).toHaveLength(12);
  });
});

describe('most tasks gone at once', () => {
  it('are taken for a fault: nothing is deleted, and Check again looks anew', async () => {
    const { pane } = stage;
    await deleteInSalesforce('Task', 10);
    await pane.getByText('We take this for a fault, not a deletion. Nothing was changed.').waitFor({ timeout: 30_000 });
    await pane.getByRole('button', { name: 'Check again' }).waitFor();
    expect(tasksInOutlook()).toHaveLength(12);
  });
});

it('sent no mail and left no error on any page', () => {
  expect(stage.world.microsoft.mailsSent).toEqual([]);
  expect(stage.errors).toEqual([]);
});
