/** What is synced, changed by somebody whose sync is on: looked at in numbers, approved, cancelled, taken away and brought back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingsOf } from './screens.ts';
import { activate, ANNA, arrived, MINUTE_MS, nextCycle, openStage, paneFrame, saidIn, stateOf, type Stage } from './stage.ts';

const DAY_MS = 24 * 60 * MINUTE_MS;
let stage: Stage;

const org = () => stage.world.salesforce.org();
const mailbox = () => stage.world.microsoft.mailbox(ANNA);
const at = (days: number): { readonly start: object; readonly end: object } => {
  const time = Math.floor(stage.clock.now() / DAY_MS) * DAY_MS + days * DAY_MS + 9 * 60 * MINUTE_MS;
  const moment = (instant: number): object => ({ dateTime: new Date(instant).toISOString().slice(0, 19), timeZone: 'UTC' });
  return { start: moment(time), end: moment(time + 60 * MINUTE_MS) };
};
const subjects = (rows: readonly Record<string, unknown>[]): readonly string[] => rows.map((row) => String(row['Subject'])).sort();

beforeAll(async () => {
  stage = await openStage();
  mailbox().addContact({ givenName: 'Lena', surname: 'Maurer', emailAddresses: [{ address: 'lena@fabrikam.example' }] });
  for (let n = 1; n <= 3; n += 1) mailbox().addTask({ title: `Call ${n}` });
  mailbox().addEvent({ subject: 'Next week', ...at(7) });
  mailbox().addEvent({ subject: 'Last month', ...at(-25) });
  const { pane } = stage;
  await activate(stage, async () => {
    await pane.getByRole('checkbox', { name: 'Tasks' }).uncheck();
    await pane.getByText('Off until you turn it on.').waitFor();
  });
  await stage.world.host.drainQueues();
});

afterAll(async () => { await stage.close(); });

async function openScope(row: string): Promise<void> {
  const { pane } = stage;
  await pane.getByRole('button', { name: 'Menu' }).or(pane.getByRole('heading', { name: 'Sync settings' })).first().waitFor();
  if (await pane.getByRole('heading', { name: 'Sync settings' }).count() === 0) {
    await pane.getByRole('button', { name: 'Menu' }).click();
    await pane.getByRole('menuitem', { name: 'Sync settings' }).click();
  }
  await pane.getByRole('link', { name: new RegExp(`^${row}`) }).click();
  await arrived(stage, 'What is synced');
}

const enabled = (name: string) => stage.pane.getByRole('button', { name, exact: true }).and(stage.pane.locator(':not([aria-disabled="true"])'));

describe('a kind that was off', () => {
  it('is told as off in the settings, and nothing may be saved before something is chosen', async () => {
    const { pane } = stage;
    await expect.poll(() => subjects(org().events()), { timeout: 30_000 }).toEqual(['Next week']);
    expect(org().tasks()).toHaveLength(0);
    await openScope('Tasks off');
    expect(await pane.getByRole('checkbox', { name: 'Tasks' }).isChecked()).toBe(false);
    const save = pane.getByRole('button', { name: 'Save', exact: true });
    expect(await save.getAttribute('aria-disabled')).toBe('true');
    await pane.getByText('Nothing is changed yet.').waitFor();
    expect(await findingsOf(paneFrame(stage))).toEqual([]);
  });

  it('shows in numbers and samples what would be made, with nothing written', async () => {
    const { pane } = stage;
    await pane.getByRole('checkbox', { name: 'Tasks' }).check();
    await enabled('Preview changes').click();
    await arrived(stage, 'Preview of your changes');
    await pane.getByText('0 mails will be sent').first().waitFor();
    await enabled('Save and sync').waitFor({ timeout: 30_000 });
    await expect.poll(async () => (await saidIn(paneFrame(stage))).includes('Preview ready. 0 mails will be sent.')).toBe(true);
    await pane.getByRole('button', { name: 'New in Salesforce 3' }).click();
    await pane.getByText('Call 2', { exact: true }).waitFor();
    // Of the others nothing new would come: they are not counted again.
    expect(await pane.getByRole('checkbox').count()).toBe(1);
    expect([org().tasks().length, (await stateOf(stage)).kinds]).toEqual([0, ['contact', 'event']]);
    expect(await findingsOf(paneFrame(stage))).toEqual([]);
  });

  it('stays off when the preview is cancelled, and the running scope goes on meanwhile', async () => {
    const { pane } = stage;
    const [lena] = mailbox().contacts();
    mailbox().updateContact(String(lena?.['id']), { jobTitle: 'While she looks' });
    await nextCycle(stage);
    await pane.getByRole('heading', { name: 'Preview of your changes' }).waitFor();
    await pane.getByRole('button', { name: 'Cancel' }).click();
    await pane.getByRole('heading', { name: 'Sync settings' }).waitFor();
    await pane.getByRole('link', { name: /^Tasks off/ }).and(pane.locator(':focus')).waitFor();
    await nextCycle(stage);
    expect([org().contacts()[0]?.['Title'], org().tasks().length]).toEqual(['While she looks', 0]);
    expect((await stateOf(stage)).kinds).toEqual(['contact', 'event']);
  });

  it('arrives once its numbers were approved', async () => {
    const { pane } = stage;
    await openScope('Tasks off');
    await pane.getByRole('checkbox', { name: 'Tasks' }).check();
    await enabled('Preview changes').click();
    await enabled('Save and sync').click({ timeout: 30_000 });
    await pane.getByText('Saved. The next sync works with it.').waitFor();
    await expect.poll(() => subjects(org().tasks()), { timeout: 30_000 }).toEqual(['Call 1', 'Call 2', 'Call 3']);
    expect(await saidIn(paneFrame(stage))).toContain('Saved. The next sync works with it.');
  });
});

describe('a kind that is taken away', () => {
  it('says what stays, needs no count, and is deleted nowhere', async () => {
    const { pane } = stage;
    await nextCycle(stage);
    await pane.getByRole('checkbox', { name: 'Tasks' }).uncheck();
    await pane.getByText('Tasks go off. Kept on both sides, still linked: 3 tasks.').waitFor();
    await pane.getByText('Nothing is deleted.', { exact: true }).waitFor();
    expect(await findingsOf(paneFrame(stage))).toEqual([]);
    await enabled('Save').click();
    await pane.getByText('Saved. The next sync works with it.').waitFor();
    await stage.world.host.drainQueues();
    const [task] = mailbox().tasks().filter(({ title }) => title === 'Call 1');
    mailbox().updateTask(String(task?.['id']), { title: 'Call 1 changed' });
    await nextCycle(stage);
    expect(subjects(org().tasks())).toEqual(['Call 1', 'Call 2', 'Call 3']);
    expect((await stateOf(stage)).sync).toMatchObject({ linksByKind: { task: 3 }, asks: 0, held: 0 });
  });

  it('is linked again and not doubled when it comes back, and its edits travel', async () => {
    const { pane } = stage;
    await pane.getByRole('checkbox', { name: 'Tasks' }).check();
    await enabled('Preview changes').click();
    await pane.getByText('3 tasks linked already; nothing is made twice.').waitFor({ timeout: 30_000 });
    await pane.getByRole('button', { name: 'Linked, edited meanwhile 1' }).waitFor();
    await enabled('Save and sync').click();
    await expect.poll(() => subjects(org().tasks()), { timeout: 30_000 }).toEqual(['Call 1 changed', 'Call 2', 'Call 3']);
    expect(mailbox().tasks().filter(({ title }) => String(title).startsWith('Call'))).toHaveLength(3);
  });

  it('cannot be the last one: who wants none of it is told where to stop', async () => {
    const { pane } = stage;
    await stage.world.host.drainQueues();
    for (const kind of ['Contacts', 'Events', 'Tasks']) await pane.getByRole('checkbox', { name: kind }).uncheck();
    await pane.getByText('Choose at least one kind. To end it all, use Stop syncing.').waitFor();
    for (const kind of ['Contacts', 'Events', 'Tasks']) await pane.getByRole('checkbox', { name: kind }).check();
  });
});

describe('the window of events', () => {
  it('brings what lies in it when it is set wider, after its numbers were approved', async () => {
    const { pane } = stage;
    await pane.getByLabel('Past events').selectOption('30');
    await enabled('Preview changes').click();
    await pane.getByRole('button', { name: 'New in Salesforce 1' }).click({ timeout: 30_000 });
    await pane.getByText('Last month', { exact: true }).waitFor();
    await enabled('Save and sync').click();
    await expect.poll(() => subjects(org().events()), { timeout: 30_000 }).toEqual(['Last month', 'Next week']);
    expect((await stateOf(stage)).window).toEqual({ back: 30, ahead: 180 });
  });

  it('deletes nothing when it is drawn in', async () => {
    const { pane } = stage;
    await nextCycle(stage);
    await pane.getByLabel('Past events').selectOption('0');
    await pane.getByText('Events outside these days stay on both sides, but changes no longer travel between them.').waitFor();
    await enabled('Save').click();
    await pane.getByText('Saved. The next sync works with it.').waitFor();
    await nextCycle(stage);
    await nextCycle(stage);
    expect([subjects(org().events()), mailbox().events().length]).toEqual([['Last month', 'Next week'], 2]);
  });
});

it('works on the web page as it does in Outlook', async () => {
  const page = await stage.open(`${stage.world.paneOrigin}/app#/settings/scope`);
  await page.getByRole('checkbox', { name: 'Tasks' }).waitFor();
  expect(await page.getByLabel('Past events').inputValue()).toBe('0');
  expect(await findingsOf(page)).toEqual([]);
  await page.close();
});

it('sent no mail and left no error on any page', () => {
  expect(stage.world.microsoft.mailsSent).toEqual([]);
  expect(org().mailsSent()).toBe(0);
  expect(stage.errors).toEqual([]);
});
