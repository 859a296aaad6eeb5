import { afterAll, beforeAll, expect, it } from 'vitest';
import { findingsOf } from './screens.ts';
import {
  approve, arrived, connectOffice365, lookAgain, MINUTE_MS, openStage, paneFrame, saidIn, signInToSalesforce, stateOf, type Stage,
} from './stage.ts';

const LOGIN = 'CONTOSO\\anna.weber';
const PASSWORD = 'Exchange-2026';
const ACCOUNT = 'anna';
let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  const mailbox = stage.world.exchange.mailbox(ACCOUNT);
  mailbox.addContact({ 'contacts:GivenName': 'Lena', 'contacts:Surname': 'Maurer', 'contacts:CompanyName': 'Fabrikam' });
  mailbox.addContact({ 'contacts:GivenName': 'Tom', 'contacts:Surname': 'Ford', 'contacts:CompanyName': 'Fabrikam' });
  await signInToSalesforce(stage, () => stage.pane.getByRole('button', { name: 'Sign in to Salesforce' }).click());
  await arrived(stage, 'Connect your mailbox');
  await stage.pane.getByRole('radio', { name: 'Exchange', exact: true }).click();
});

afterAll(async () => { await stage.close(); });

const field = (id: string) => stage.pane.locator(`#sign-in-field-${id}`);
const connect = () => stage.pane.getByRole('button', { name: 'Connect to Exchange' });
const crm = () => stage.world.salesforce.org().contacts();

async function type(values: Readonly<Record<string, string>>): Promise<void> {
  if (values['url'] !== undefined && await field('url').count() === 0) await stage.pane.getByRole('button', { name: 'More' }).click();
  for (const [id, value] of Object.entries(values)) await field(id).fill(value);
}

async function nextCycle(): Promise<void> {
  stage.clock.advance(31 * MINUTE_MS);
  await stage.world.cycle();
  await lookAgain(paneFrame(stage));
}

it('refuses an address of Exchange Online before any password leaves, with the way to Office 365', async () => {
  const calls = stage.world.exchange.refusals.length;
  await type({ login: LOGIN, password: PASSWORD, url: 'https://outlook.office365.com/EWS/Exchange.asmx' });
  await connect().click();
  await stage.pane.getByText('This is an Office 365 mailbox; it needs no password here.').waitFor();
  await stage.pane.getByRole('button', { name: 'Sign in to Microsoft Office 365' }).waitFor();
  expect([stage.world.exchange.refusals.length, stage.world.exchange.leaks]).toEqual([calls, []]);
});

it('empties a wrong password, says the help, and sends at most two tries', async () => {
  const before = stage.world.exchange.refusals.length;
  await type({ login: LOGIN, password: 'wrong', url: stage.world.exchange.ewsUrl });
  await connect().click();
  await stage.pane.getByText(/^Exchange refused this login or password\. Type both again\./).waitFor();
  expect(await field('password').inputValue()).toBe('');
  const tries = stage.world.exchange.refusals.length - before;
  expect(tries).toBeGreaterThan(0);
  expect(tries).toBeLessThanOrEqual(2);
  expect(await findingsOf(paneFrame(stage))).toEqual([]);
});

it('finds the server by the mail address that Outlook shows, and connects', async () => {
  await type({ password: PASSWORD, url: '' });
  await connect().click();
  await arrived(stage, 'Review the first sync');
  expect((await stateOf(stage)).mailbox).toMatchObject({ system: 'ews', login: 'anna.weber@contoso.example' });
});

it('activates by a pasted EWS link, and what is in the mailbox reaches the CRM', async () => {
  await paneFrame(stage).evaluate(() => { location.hash = '#/activate/mailbox'; });
  await stage.pane.getByRole('radio', { name: 'Exchange', exact: true }).click();
  await type({ login: LOGIN, password: PASSWORD, url: stage.world.exchange.ewsUrl });
  await connect().click();
  await approve(stage);
  await stage.world.host.drainQueues();
  expect(crm().map((row) => row['LastName']).sort()).toEqual(['Ford', 'Maurer']);
});

it('suspends after six rejections, brings the dialog by itself, and goes on with new credentials and every link', async () => {
  const { pane } = stage;
  stage.world.exchange.controls.setPassword(ACCOUNT, 'Newer-2026');
  for (let cycle = 0; cycle < 6; cycle += 1) await nextCycle();
  await pane.getByRole('heading', { level: 1, name: 'Sign in to Exchange again' }).waitFor();
  await pane.getByText(/^Exchange refused your password 6 times in a row, last at .+\. Sync stopped\.$/).waitFor();
  expect([await field('login').inputValue(), await field('password').inputValue()]).toEqual([LOGIN, '']);
  // Six wrong passwords lock the account; its admin opens it.
  stage.world.exchange.controls.setStanding(ACCOUNT, 'ok');
  await type({ password: 'Newer-2026' });
  await connect().click();
  await expect.poll(() => saidIn(paneFrame(stage))).toContain('Connected. Sync restarts by itself in the next cycle.');
  await stage.world.host.drainQueues();
  await nextCycle();
  await pane.getByRole('button', { name: /^Sync status: Active/ }).waitFor();
  expect((await stateOf(stage)).sync.links).toBe(2);
});

it('moves to Office 365 without a double on either side', async () => {
  const { pane } = stage;
  const mailbox = stage.world.microsoft.mailbox('anna.weber@contoso.example');
  mailbox.addContact({ givenName: 'Tom', surname: 'Ford', companyName: 'Fabrikam' });
  mailbox.addContact({ givenName: 'Lena', surname: 'Maurer', companyName: 'Fabrikam' });
  await paneFrame(stage).evaluate(() => { location.hash = '#/activate/mailbox'; });
  await pane.getByRole('radio', { name: 'Microsoft Office 365' }).click();
  await connectOffice365(stage, () => pane.getByRole('button', { name: 'Sign in to Microsoft Office 365' }).click());
  await pane.getByRole('button', { name: /^Change to anna\.weber@contoso\.example, match 2 records anew$/ }).click();
  await arrived(stage, 'Review the first sync');
  await approve(stage);
  await stage.world.host.drainQueues();
  expect([crm().length, mailbox.contacts().length]).toEqual([2, 2]);
  expect((await stateOf(stage)).sync).toMatchObject({ links: 2, asks: 0 });
});

it('sent no mail, leaked no password and left no error on any page', () => {
  expect([stage.world.exchange.mailsSent, stage.world.exchange.leaks, stage.world.microsoft.mailsSent, stage.errors]).toEqual([[], [], [], []]);
});
