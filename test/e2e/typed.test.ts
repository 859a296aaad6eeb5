import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingsOf, overflowOf } from './screens.ts';
import {
  approve, arrived, connectOffice365, lookAgain, MINUTE_MS, openStage, paneFrame, saidIn, signInToSalesforce, stateOf, tabTo, type Stage,
} from './stage.ts';
import { typedVendorApp } from './typed-vendor.ts';

const { app, vendor } = typedVendorApp();
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ app });
  const mailbox = vendor.mailboxes.get('');
  mailbox?.add({ givenName: 'Lena', familyName: 'Maurer', company: 'Fabrikam' });
  mailbox?.add({ givenName: 'Tom', familyName: 'Ford', company: 'Fabrikam', primaryEmail: 'tom@fabrikam.example' });
  mailbox?.add({ givenName: 'Bo', familyName: 'Quist', company: 'Acme' });
  await signInToSalesforce(stage, () => stage.pane.getByRole('button', { name: 'Sign in to Salesforce' }).click());
  await arrived(stage, 'Connect your mailbox');
});

afterAll(async () => { await stage.close(); });

const login = () => stage.pane.locator('#sign-in-field-login');
const password = () => stage.pane.locator('#sign-in-field-password');
const connect = () => stage.pane.getByRole('button', { name: 'Connect to Testmail' });
const crm = () => stage.world.salesforce.org().contacts();
const press = (key: string) => stage.page.keyboard.press(key);

async function nextCycle(): Promise<void> {
  stage.clock.advance(31 * MINUTE_MS);
  await stage.world.cycle();
  await lookAgain(paneFrame(stage));
}

async function shot(name: string): Promise<void> {
  const folder = process.env['CONCORD_SHOTS'];
  if (folder) await stage.page.locator('#pane').screenshot({ path: `${folder}/${name}.png` });
}

describe('connecting with what is typed', () => {
  it('draws the form from data: radios of the systems, login, password, and the link behind More', async () => {
    const { pane } = stage;
    expect(await pane.getByRole('radio').evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value))).toEqual(['graph', 'ews', 'testmail']);
    await tabTo(stage, /Microsoft Office 365|Testmail/);
    await press('ArrowDown');
    await press('ArrowDown');
    await connect().waitFor();
    expect(await password().getAttribute('type')).toBe('password');
    expect([await login().getAttribute('autocomplete'), await password().getAttribute('autocomplete')]).toEqual(['username', 'current-password']);
    const more = pane.getByRole('button', { name: 'More' });
    expect(await more.getAttribute('aria-expanded')).toBe('false');
    expect(await pane.locator('#sign-in-field-url').count()).toBe(0);
    await more.click();
    expect(await more.getAttribute('aria-expanded')).toBe('true');
    await pane.locator('#sign-in-field-url').waitFor();
    expect(await findingsOf(paneFrame(stage))).toEqual([]);
    await shot('p2');
    await more.click();
  });

  it('shows and hides what is typed as the password', async () => {
    await password().fill('visible');
    await stage.pane.getByRole('button', { name: 'Show: Password' }).click();
    expect(await password().getAttribute('type')).toBe('text');
    await stage.pane.getByRole('button', { name: 'Hide: Password' }).click();
    expect(await password().getAttribute('type')).toBe('password');
    await password().fill('');
  });

  it('asks for what is missing before anything is sent, at its field', async () => {
    await login().fill('CONTOSO\\anna');
    await connect().click();
    await stage.pane.getByText('Fill this in first.').waitFor();
    await password().and(stage.pane.locator(':focus')).waitFor();
    expect(vendor.connected).toEqual([]);
  });

  it('empties a refused password, focuses it, says the help aloud; one press is one call', async () => {
    await password().fill('wrong');
    await press('Enter');
    await stage.pane.getByText('Testmail refused this login or password. Type both again.').waitFor();
    await password().and(stage.pane.locator(':focus')).waitFor();
    expect([await password().inputValue(), await login().inputValue()]).toEqual(['', 'CONTOSO\\anna']);
    expect(vendor.connected).toHaveLength(1);
    await expect.poll(() => saidIn(paneFrame(stage))).toContainEqual(expect.stringContaining('At most 2 tries are sent'));
    expect(await findingsOf(paneFrame(stage))).toEqual([]);
    await shot('refused');
  });

  it('opens More and points to the link where the server is not found', async () => {
    vendor.refusal = { kind: 'invalid', code: 'SERVER_NOT_FOUND', field: 'url' };
    await password().fill('right-2026');
    await connect().click();
    await stage.pane.getByText(/^We found no Testmail server for contoso\.example\. Open «More» and paste its link\.$/).waitFor();
    await stage.pane.locator('#sign-in-field-url').and(stage.pane.locator(':focus')).waitFor();
    expect(await password().inputValue()).toBe('right-2026');
    await shot('not-found');
  });

  it('offers the other sign-in for a mailbox in the cloud, and what an admin must mend as a copy', async () => {
    vendor.refusal = { kind: 'denied', code: 'CERTIFICATE', host: 'mail.contoso.example' };
    await connect().click();
    await stage.pane.getByText('mail.contoso.example does not prove who it is. Nothing was sent.').waitFor();
    await stage.pane.getByRole('button', { name: 'Copy for admin' }).click();
    expect(await stage.page.evaluate(() => navigator.clipboard.readText())).toBe('Concord cannot sign in to Testmail: CERTIFICATE. The test says so.');
    stage.clock.advance(16 * MINUTE_MS);
    vendor.refusal = { kind: 'invalid', code: 'CLOUD_MAILBOX' };
    await connect().click();
    await stage.pane.getByText('This is an Office 365 mailbox; it needs no password here.').waitFor();
    await stage.pane.getByRole('button', { name: 'Sign in to Microsoft Office 365' }).click();
    expect(await stage.pane.getByRole('radio', { name: 'Microsoft Office 365' }).isChecked()).toBe(true);
    await stage.pane.getByRole('radio', { name: 'Testmail' }).click();
    vendor.refusal = undefined;
  });

  it('says what it does meanwhile, and Cancel gives the form back', async () => {
    let open: () => void = () => undefined;
    vendor.gate = new Promise((resolve) => { open = resolve; });
    vendor.refusal = { kind: 'unavailable', code: 'SERVER_UNREACHABLE' };
    await login().fill('CONTOSO\\anna');
    await password().fill('right-2026');
    await connect().click();
    await stage.pane.getByRole('status').getByText('Looking for your server…').waitFor();
    await shot('looking');
    await stage.pane.getByRole('button', { name: 'Cancel' }).click();
    await connect().waitFor();
    open();
    vendor.gate = undefined;
    vendor.refusal = undefined;
  });

  it('connects, previews and syncs', async () => {
    await connect().click();
    await approve(stage);
    await stage.world.host.drainQueues();
    expect(crm().map((row) => row['LastName']).sort()).toEqual(['Ford', 'Maurer', 'Quist']);
    expect((await stateOf(stage)).mailbox).toMatchObject({ name: 'Testmail', typed: { choice: 'server', values: { login: 'CONTOSO\\anna' } } });
  });
});

describe('a password that is refused six times in a row', () => {
  it('brings the same form by itself with the reason, the login filled in and the password empty', async () => {
    const { pane } = stage;
    vendor.refusal = { kind: 'credentialsRejected', code: 'EWS_REFUSED' };
    await nextCycle();
    await pane.getByRole('button', { name: /^Sync status: Delayed/ }).waitFor();
    await pane.getByText('Testmail refused your sign-in. We try again; after 6 times in a row sync stops.').waitFor();
    for (let cycle = 0; cycle < 5; cycle += 1) await nextCycle();
    await pane.getByRole('heading', { level: 1, name: 'Sign in to Testmail again' }).waitFor();
    await pane.getByText(/^Testmail refused your password 6 times in a row, last at .+\. Sync stopped\.$/).waitFor();
    expect([await login().inputValue(), await password().inputValue()]).toEqual(['CONTOSO\\anna', '']);
    expect((await stateOf(stage)).activation).toBe('suspended');
    expect(await findingsOf(paneFrame(stage))).toEqual([]);
    await shot('again');
  });

  it('goes on by itself with new credentials, every link kept', async () => {
    const { links } = (await stateOf(stage)).sync;
    vendor.refusal = undefined;
    vendor.password = 'newer-2026';
    await password().fill('newer-2026');
    await press('Enter');
    await expect.poll(() => saidIn(paneFrame(stage))).toContain('Connected. Sync restarts by itself in the next cycle.');
    await stage.world.host.drainQueues();
    await nextCycle();
    await stage.pane.getByRole('button', { name: /^Sync status: Active/ }).waitFor();
    expect((await stateOf(stage)).sync.links).toBe(links);
  });
});

describe('another mailbox', () => {
  it('is asked about with what it means, and No changes nothing', async () => {
    const { pane } = stage;
    const from = vendor.mailboxes.get('');
    await paneFrame(stage).evaluate(() => { location.hash = '#/activate/mailbox'; });
    await pane.getByRole('radio', { name: 'Testmail' }).click();
    await login().fill('anna');
    await password().fill('newer-2026');
    await pane.getByRole('button', { name: 'More' }).click();
    await pane.locator('#sign-in-field-url').fill('https://new.example/mail');
    await connect().click();
    await arrived(stage, 'Change your mailbox');
    await pane.getByText(/^Your 3 links belong to anna\.weber@contoso\.example\.$/).waitFor();
    await pane.getByText('They are kept apart and your records are matched anew with anna@new.example; nothing is deleted on either side.').waitFor();
    expect(await findingsOf(paneFrame(stage))).toEqual([]);
    await shot('change');
    await pane.getByRole('button', { name: /^Keep anna\.weber@contoso\.example$/ }).click();
    await pane.getByRole('button', { name: /^Sync status: Active/ }).waitFor();
    expect((await stateOf(stage)).sync.links).toBe(3);
    const to = vendor.mailboxes.get('new.example');
    for (const { kind, fields, id } of from?.live() ?? []) to?.put({ kind, fields, id: `new-${id}`, version: '1' });
  });

  it('takes over on Yes: a preview that makes nothing, then every pair again and no double', async () => {
    const { pane } = stage;
    const before = crm().length;
    await paneFrame(stage).evaluate(() => { location.hash = '#/activate/mailbox'; });
    await pane.getByRole('radio', { name: 'Testmail' }).click();
    await login().fill('anna');
    await password().fill('newer-2026');
    await pane.getByRole('button', { name: 'More' }).click();
    await pane.locator('#sign-in-field-url').fill('https://new.example/mail');
    await connect().click();
    await pane.getByRole('button', { name: 'Change to anna@new.example, match 3 records anew' }).click();
    await arrived(stage, 'Review the first sync');
    await pane.locator('#start:not([aria-disabled="true"])').waitFor({ timeout: 30_000 });
    const shown = await pane.locator('main').innerText();
    expect(shown).toMatch(/Same person, link\s+3/);
    expect(shown).not.toMatch(/New in (Outlook|Salesforce)\s+[1-9]/);
    await shot('preview-again');
    await approve(stage);
    await stage.world.host.drainQueues();
    expect([crm().length, vendor.mailboxes.get('new.example')?.live().length]).toEqual([before, 3]);
    expect((await stateOf(stage)).sync).toMatchObject({ links: 3, asks: 0 });
  });

  it('moves from typed credentials to Office 365 in the same way', async () => {
    const { pane } = stage;
    const mailbox = stage.world.microsoft.mailbox('anna.weber@contoso.example');
    mailbox.addContact({ givenName: 'Lena', surname: 'Maurer', companyName: 'Fabrikam' });
    mailbox.addContact({ givenName: 'Bo', surname: 'Quist', companyName: 'Acme' });
    mailbox.addContact({ givenName: 'Tom', surname: 'Ford', companyName: 'Fabrikam', emailAddresses: [{ address: 'tom@fabrikam.example' }] });
    await paneFrame(stage).evaluate(() => { location.hash = '#/activate/mailbox'; });
    await pane.getByRole('radio', { name: 'Microsoft Office 365' }).click();
    await connectOffice365(stage, () => pane.getByRole('button', { name: 'Sign in to Microsoft Office 365' }).click());
    await pane.getByRole('button', { name: /^Change to anna\.weber@contoso\.example, match 3 records anew$/ }).click();
    await arrived(stage, 'Review the first sync');
    await approve(stage);
    await stage.world.host.drainQueues();
    expect([crm().length, mailbox.contacts().length]).toEqual([3, 3]);
  });
});

it('fits a narrow pane, sent no mail and left no error on any page', async () => {
  await stage.page.setViewportSize({ width: 320, height: 800 });
  expect(await overflowOf(paneFrame(stage))).toEqual([]);
  expect(stage.world.microsoft.mailsSent).toEqual([]);
  expect(stage.errors).toEqual([]);
});
