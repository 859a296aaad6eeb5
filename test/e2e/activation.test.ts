import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ANNA, arrived, connectOffice365, openStage, paneFrame, paneStarted, saidIn, signInToSalesforce, stateOf, tabTo, type Stage,
} from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  const mailbox = stage.world.microsoft.mailbox(ANNA);
  const org = stage.world.salesforce.org();
  mailbox.addContact({ givenName: 'Lena', surname: 'Maurer', emailAddresses: [{ address: 'lena@fabrikam.example' }] });
  mailbox.addContact({ givenName: 'Tom', surname: 'Ford', companyName: 'Fabrikam', emailAddresses: [{ address: 'tom@fabrikam.example' }] });
  mailbox.addContact({ givenName: 'Only', surname: 'Outlook', emailAddresses: [{ address: 'only@outlook.example' }] });
  org.insert('Contact', { FirstName: 'Lena', LastName: 'Maurer', Email: 'lena@fabrikam.example', Title: 'Engineer' }, ANNA);
  const account = org.insert('Account', { Name: 'Fabrikam' }, ANNA);
  org.insert('Contact', { FirstName: 'Tom', LastName: 'Ford', Email: 't.ford@home.example', AccountId: account }, ANNA);
  org.insert('Contact', { FirstName: 'Only', LastName: 'Crm', Email: 'only@crm.example' }, ANNA);
});

afterAll(async () => { await stage.close(); });

const records = () => JSON.stringify([stage.world.salesforce.org().contacts(), stage.world.microsoft.mailbox(ANNA).contacts()]);
const pressEnter = () => stage.page.keyboard.press('Enter');

describe('activation with the keyboard alone', () => {
  it('opens step 1 by itself, the first Tabs land on the chosen system and address, and Enter opens the window', async () => {
    await stage.pane.getByRole('heading', { name: 'Sign in to your CRM' }).waitFor();
    await stage.pane.getByRole('button', { name: 'Menu' }).focus();
    await stage.page.keyboard.press('Tab');
    await stage.pane.getByRole('radio', { name: 'Salesforce' }).and(stage.pane.locator(':focus')).waitFor();
    await stage.page.keyboard.press('Tab');
    await stage.pane.getByRole('radio', { name: 'Production' }).and(stage.pane.locator(':focus')).waitFor();
    // The arrows choose; the field of a domain comes with its choice and goes with it.
    await stage.page.keyboard.press('ArrowDown');
    await stage.page.keyboard.press('ArrowDown');
    await stage.pane.getByRole('textbox', { name: 'My Domain' }).waitFor();
    await stage.page.keyboard.press('ArrowUp');
    await stage.page.keyboard.press('ArrowUp');
    expect(await stage.pane.getByRole('radio', { name: 'Production' }).isChecked()).toBe(true);
    await tabTo(stage, /^Sign in to Salesforce$/);
    await signInToSalesforce(stage, pressEnter);
    await arrived(stage, 'Connect your mailbox');
  });

  it('connects Office 365 where the host says that it signs in by itself and cannot: the window comes all the same', async () => {
    // The switch restarts the pane, which then believes in nested app authentication (office-js#5209).
    await stage.page.getByLabel('Nested app authentication').focus();
    await stage.page.keyboard.press('Space');
    await paneStarted(stage);
    await stage.pane.getByRole('button', { name: 'Skip' }).waitFor();
    await stage.pane.getByRole('button', { name: 'Back' }).or(stage.pane.getByRole('button', { name: 'Menu' })).first().focus();
    expect(await paneFrame(stage).evaluate(() => Office.context.requirements.isSetSupported('NestedAppAuth', '1.1'))).toBe(true);
    await tabTo(stage, /^Sign in to Microsoft Office 365$/);
    await connectOffice365(stage, pressEnter);
    await arrived(stage, 'Review the first sync');
    // This client is not asked for a token again.
    expect(await paneFrame(stage).evaluate(() => localStorage.getItem('concord.nestedAuthenticationFailed'))).toContain('Outlook');
    expect((await stateOf(stage)).mailbox).toMatchObject({ login: ANNA });
  });

  it('shows counts that add up and writes nothing, and a kind that is not ticked cannot be started', async () => {
    const { pane } = stage;
    const before = records();
    await pane.locator('#start:not([aria-disabled="true"])').waitFor({ timeout: 30_000 });
    await pane.getByText('0 mails will be sent').first().waitFor();
    await expect.poll(() => saidIn(paneFrame(stage))).toContain('Preview ready. 0 mails will be sent.');
    const shown = await pane.locator('main').innerText();
    const count = (words: string): number => Number(new RegExp(`${words}\\s+(\\d+)`).exec(shown)?.[1] ?? '0');
    const parts = ['Same person, link', 'New in Salesforce', 'New in Outlook', 'We will ask you', 'Left out'].map(count);
    expect(parts).toEqual([1, 1, 1, 1, 0]);
    expect(count('Contacts')).toBe(parts.reduce((sum, part) => sum + part, 0));
    for (const kind of [/^Contacts/, /^Events/, /^Tasks/]) {
      await tabTo(stage, kind);
      await stage.page.keyboard.press('Space');
    }
    await expect.poll(() => pane.getByText('Off until you turn it on.').count()).toBe(3);
    await pane.locator('#start[aria-disabled="true"]').press('Enter');
    await pane.getByText('Choose at least one kind to start.').waitFor();
    expect((await stateOf(stage)).activation).toBe('mailboxConnected');
    await tabTo(stage, /^Not now$/);
    expect(records()).toBe(before);
  });

  it('starts with Enter and comes to an active home', async () => {
    const { pane } = stage;
    await pane.getByRole('checkbox', { name: /Contacts/ }).press('Space');
    await pane.locator('#start:not([aria-disabled="true"])').waitFor();
    await tabTo(stage, /^Start syncing$/);
    await pressEnter();
    await arrived(stage, 'Concord');
    await pane.getByRole('button', { name: /^Sync status: Needs you/ }).waitFor({ timeout: 30_000 });
    expect(await stateOf(stage)).toMatchObject({ activation: 'active', sync: { asks: 1, links: 3 } });
  });
});

it('opens the window of the web page within the key press, where no blocker objects', async () => {
  const browser = await stage.visitor({ width: 480 });
  await browser.addInitScript(() => {
    const open = window.open.bind(window);
    const within: boolean[] = [];
    Object.assign(window, { within, open: (...parts: Parameters<typeof open>) => { within.push(event instanceof Event); return open(...parts); } });
  });
  const page = await browser.newPage();
  await page.goto(`${stage.world.paneOrigin}/app`);
  const press = () => page.getByRole('button', { name: 'Sign in to Salesforce' }).press('Enter');
  await signInToSalesforce({ context: browser }, press, true, 'ben.keller@contoso.example');
  await page.getByRole('heading', { name: 'Connect your mailbox' }).waitFor();
  expect(await page.evaluate(() => (window as unknown as { within: boolean[] }).within)).toEqual([true]);
  await browser.close();
});

it('sent no mail and left no error on any page', () => {
  expect(stage.world.microsoft.mailsSent).toEqual([]);
  expect(stage.errors).toEqual([]);
});
