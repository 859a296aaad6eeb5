import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../sandbox/server.ts';
import {
  activate, ANNA, arrived, lookAgain, MINUTE_MS, openStage, paneFrame, restartPane, returnToOffice365, saidIn, stateOf, type Stage,
} from './stage.ts';

const TITLE = 'Sign in to Microsoft Office 365 again';
let stage: Stage;
let contact: string;

beforeAll(async () => {
  stage = await openStage();
  contact = String(stage.world.microsoft.mailbox(ANNA).addContact(
    { givenName: 'Lena', surname: 'Maurer', emailAddresses: [{ address: 'lena@fabrikam.example' }] },
  ));
  await activate(stage);
  await stage.world.host.drainQueues();
  await nextCycle();
});

afterAll(async () => { await stage.close(); });

const records = () => ({ crm: stage.world.salesforce.org().contacts(), mailbox: stage.world.microsoft.mailbox(ANNA).contacts() });

async function nextCycle(): Promise<void> {
  stage.clock.advance(31 * MINUTE_MS);
  await stage.world.cycle();
  await lookAgain(paneFrame(stage));
}

const unavailable = { status: 503, headers: { 'retry-after': '60' }, body: { error: { code: 'serviceNotAvailable', message: 'Down.' } } };
const slowDown = { status: 429, headers: { 'retry-after': '60' }, body: { error: { code: 'TooManyRequests', message: 'Slow down.' } } };

describe('a service that is down or asks for patience', () => {
  const cases: readonly (readonly [string, 'microsoft' | 'salesforce', Omit<Fault, 'count' | 'route'>, string, RegExp])[] = [
    ['Graph with 503', 'microsoft', unavailable, '* /v1.0/*', /^Microsoft Office 365 has not answered since \d\d:\d\d [AP]M\. We keep trying\.$/],
    ['Graph with 429', 'microsoft', slowDown, '* /v1.0/*', /^Microsoft Office 365 asked us to slow down\. Sync goes on at \d\d:\d\d [AP]M\.$/],
    ['Salesforce with a page of maintenance and 503', 'salesforce',
      { status: 503, headers: { 'content-type': 'text/html' }, body: '<html><body>We are down for maintenance</body></html>' }, '* /services/data/*',
      /^Salesforce has not answered since \d\d:\d\d [AP]M\. We keep trying\.$/],
    ['Salesforce with 429', 'salesforce',
      { status: 429, headers: { 'retry-after': '60' }, body: [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'Too many requests' }] }, '* /services/data/*',
      /^Salesforce asked us to slow down\. Sync goes on at \d\d:\d\d [AP]M\.$/],
  ];

  it.each(cases)('%s is Delayed with its sentence, never a sign-in, and mends itself', async (_name, side, reply, route, sentence) => {
    const { pane } = stage;
    const { server } = stage.world[side];
    server.addFault({ ...reply, route, count: 500 });
    for (let cycle = 0; cycle < 2; cycle += 1) await nextCycle();
    await pane.getByRole('button', { name: 'Sync status: Delayed' }).waitFor();
    await pane.getByText(sentence).waitFor();
    await pane.getByRole('button', { name: 'Details' }).waitFor();
    server.clearFaults();
    expect((await stateOf(stage)).activation).toBe('active');
    expect(await paneFrame(stage).evaluate(() => location.hash)).toBe('#/');
    await nextCycle();
    await pane.getByRole('button', { name: /^Sync status: Active/ }).waitFor();
    expect((await saidIn(paneFrame(stage))).filter((words) => words.includes('Sign-in needed'))).toEqual([]);
  });
});

describe('a sign-in that Microsoft has ended', () => {
  let before: ReturnType<typeof records>;

  it('leaves a form alone; on home P17 comes by itself', async () => {
    const { pane } = stage;
    before = records();
    await pane.getByRole('button', { name: 'Menu' }).click();
    await pane.getByRole('menuitem', { name: 'Pause' }).click();
    await pane.getByLabel('Pause until').selectOption('date');
    await pane.getByLabel('Date').fill('2030-01-01');
    stage.world.microsoft.controls.revokeSignIn(ANNA);
    stage.world.microsoft.controls.expireAccessTokens(ANNA);
    await nextCycle();
    await expect.poll(async () => (await stateOf(stage)).activation).toBe('suspended');
    await lookAgain(paneFrame(stage));
    expect(await pane.getByLabel('Date').inputValue()).toBe('2030-01-01');
    expect(await paneFrame(stage).evaluate(() => location.hash)).toBe('#/settings/stop');
    await pane.getByRole('button', { name: 'Back' }).click();
    await pane.getByRole('heading', { level: 1, name: TITLE }).waitFor();
    await pane.getByText('Microsoft Office 365 no longer accepts your sign-in. Sync stopped.').waitFor();
    await pane.getByText('Nothing is lost: 1 link and all settings are kept.').waitFor();
    await pane.locator('[data-status="signInNeeded"]').waitFor();
  });

  it('stays a red line after Later, and comes again at the next start', async () => {
    const { pane } = stage;
    await pane.getByRole('button', { name: 'Later', exact: true }).click();
    await pane.getByRole('button', { name: 'Sync status: Sign-in needed' }).waitFor();
    await lookAgain(paneFrame(stage));
    await pane.getByRole('button', { name: 'Sign in again' }).waitFor();
    expect(await paneFrame(stage).evaluate(() => location.hash)).toBe('#/');
    await restartPane(stage);
    await pane.getByRole('heading', { level: 1, name: TITLE }).waitFor();
  });

  it('goes on after a new sign-in with every link, and the next cycle writes nothing it need not', async () => {
    const { pane } = stage;
    const { links } = (await stateOf(stage)).sync;
    expect(links).toBe(1);
    await returnToOffice365(stage, () => pane.getByRole('button', { name: TITLE }).click());
    await pane.getByRole('button', { name: /^Sync status: (Active|Syncing)/ }).waitFor();
    await expect.poll(() => saidIn(paneFrame(stage))).toContain('Connected. Sync restarts by itself in the next cycle.');
    await stage.world.host.drainQueues();
    await nextCycle();
    await pane.getByRole('button', { name: /^Sync status: Active/ }).waitFor();
    expect(await stateOf(stage)).toMatchObject({ activation: 'active', mailbox: { login: ANNA, isRefused: false }, sync: { links } });
    expect(records()).toEqual(before);
    stage.world.microsoft.mailbox(ANNA).updateContact(contact, { jobTitle: 'After the sign-in' });
    await nextCycle();
    await expect.poll(() => records().crm[0]?.['Title'], { timeout: 20_000 }).toBe('After the sign-in');
    expect(records().crm).toHaveLength(1);
  });
});

describe('a record that Salesforce does not accept', () => {
  it('is set aside with a sentence a rep understands, while Sync now stays in reach', async () => {
    const { pane } = stage;
    const org = stage.world.salesforce.org();
    org.change({ validation: { object: 'Contact', field: 'Department', contains: 'forbidden', message: 'Not this department.' } });
    stage.world.microsoft.mailbox(ANNA).addContact({ givenName: 'Bo', surname: 'Refused', department: 'Forbidden' });
    await nextCycle();
    await pane.getByRole('button', { name: /^Sync status: Needs you/ }).waitFor();
    await pane.getByText('1 contact was not accepted.').waitFor();
    await pane.getByRole('button', { name: 'Fix' }).click();
    await arrived(stage, 'Sync status');
    await pane.locator('#sync-now').waitFor();
    // On this screen the line's verb goes to the run that tells of it.
    await pane.locator('[data-not-accepted]').waitFor();
    await pane.getByRole('button', { name: 'Show' }).click();
    await pane.locator('[data-not-accepted] a:focus').press('Enter');
    await pane.getByText('Error, Bo Refused').waitFor();
    await pane.getByText('Department: a rule of your company refuses it.').waitFor();
  });

  it('is tried again on the press of Retry once the rule is gone', async () => {
    const { pane } = stage;
    stage.world.salesforce.org().change({ validation: null });
    await pane.getByRole('button', { name: 'Retry' }).click();
    await pane.getByText('We look again in the next run.').waitFor();
    await stage.world.host.drainQueues();
    await nextCycle();
    await expect.poll(() => records().crm.map((row) => row['LastName']), { timeout: 20_000 }).toContain('Refused');
    await pane.getByRole('button', { name: 'Back' }).click();
    await pane.getByRole('button', { name: /^Sync status: Active/ }).waitFor();
  });
});

it('sent no mail and left no error on any page', () => {
  expect(stage.world.microsoft.mailsSent).toEqual([]);
  expect(stage.errors).toEqual([]);
});
