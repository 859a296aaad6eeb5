import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANNA, connectOffice365, MINUTE_MS, openStage, restartPane, signInToSalesforce, syncNow, type Stage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  const mailbox = stage.world.microsoft.mailbox(ANNA);
  const org = stage.world.salesforce.org();
  mailbox.addContact({ givenName: 'Lena', surname: 'Maurer', emailAddresses: [{ address: 'lena@fabrikam.example' }], jobTitle: 'Engineer' });
  mailbox.addContact({ givenName: 'Tom', surname: 'Ford', companyName: 'Fabrikam', emailAddresses: [{ address: 'tom@fabrikam.example' }] });
  mailbox.addContact({ givenName: 'Only', surname: 'Outlook', emailAddresses: [{ address: 'only@outlook.example' }] });
  org.insert('Contact', { FirstName: 'Lena', LastName: 'Maurer', Email: 'LENA@fabrikam.example', MobilePhone: '+49 170 5550102' }, ANNA);
  const account = org.insert('Account', { Name: 'Fabrikam' }, ANNA);
  org.insert('Contact', { FirstName: 'Tom', LastName: 'Ford', Email: 't.ford@home.example', AccountId: account }, ANNA);
  org.insert('Contact', { FirstName: 'Only', LastName: 'Crm', Email: 'only@crm.example' }, ANNA);
});

afterAll(async () => { await stage.close(); });

const crm = (lastName: string) => stage.world.salesforce.org().contacts().filter((row) => row['LastName'] === lastName);
const mailbox = (surname: string) => stage.world.microsoft.mailbox(ANNA).contacts().filter((contact) => contact['surname'] === surname);

describe('the main job in the pane', () => {
  it('opens the activation by itself and signs in to Salesforce', async () => {
    const { pane } = stage;
    await pane.getByRole('heading', { name: 'Sign in to your CRM' }).waitFor();
    for (const choice of ['Production', 'Sandbox', 'My Domain']) await pane.getByRole('radio', { name: choice }).waitFor();
    await signInToSalesforce(stage, () => pane.getByRole('button', { name: 'Sign in to Salesforce' }).click());
    await pane.getByRole('heading', { name: 'Connect your mailbox' }).waitFor();
  });

  it('connects Office 365 and shows what the first sync would do before anything is written', async () => {
    const { pane } = stage;
    const before = JSON.stringify([stage.world.salesforce.org().contacts(), stage.world.microsoft.mailbox(ANNA).contacts()]);
    await connectOffice365(stage, () => pane.getByRole('button', { name: 'Sign in to Microsoft Office 365' }).click());
    await pane.getByRole('heading', { name: 'Review the first sync' }).waitFor();
    await pane.getByText('0 mails will be sent').first().waitFor();
    await pane.getByRole('button', { name: 'Start syncing' }).and(pane.locator(':not([aria-disabled="true"])')).waitFor({ timeout: 30_000 });
    expect(JSON.stringify([stage.world.salesforce.org().contacts(), stage.world.microsoft.mailbox(ANNA).contacts()])).toBe(before);
  });

  it('syncs after the approval: links, creates on both sides, fills blanks, asks about a namesake', async () => {
    const { pane } = stage;
    await pane.getByRole('button', { name: 'Start syncing' }).click();
    await pane.getByRole('button', { name: /^Sync status: Needs you/ }).waitFor({ timeout: 30_000 });
    expect(crm('Outlook')).toHaveLength(1);
    expect(mailbox('Crm')).toHaveLength(1);
    expect(mailbox('Maurer')[0]).toMatchObject({ mobilePhone: '+49 170 5550102' });
    expect(crm('Maurer')[0]).toMatchObject({ Title: 'Engineer' });
    expect([crm('Ford').length, mailbox('Ford').length]).toEqual([1, 1]);
  });

  it('asks whether two namesakes are one person and links them on the answer', async () => {
    const { pane } = stage;
    await pane.getByRole('button', { name: /Answer/ }).or(pane.getByRole('link', { name: /same person/ })).first().click();
    await pane.getByRole('link', { name: /Tom Ford/ }).or(pane.getByRole('button', { name: 'Same person: link them' })).first().click();
    await pane.getByRole('button', { name: 'Same person: link them' }).click();
    await stage.world.host.drainQueues();
    stage.clock.advance(31 * MINUTE_MS);
    await stage.world.cycle();
    stage.world.microsoft.mailbox(ANNA).updateContact(String(mailbox('Ford')[0]?.['id']), { jobTitle: 'Buyer' });
    stage.clock.advance(31 * MINUTE_MS);
    await stage.world.cycle();
    await expect.poll(() => crm('Ford')[0]?.['Title'], { timeout: 20_000 }).toBe('Buyer');
    expect([crm('Ford').length, mailbox('Ford').length]).toEqual([1, 1]);
  });

  it('carries an edit in Outlook to Salesforce and one in Salesforce back', async () => {
    const outlook = mailbox('Outlook')[0];
    stage.world.microsoft.mailbox(ANNA).updateContact(String(outlook?.['id']), { jobTitle: 'Edited in Outlook' });
    stage.world.salesforce.org().update('Contact', String(crm('Crm')[0]?.Id), { Department: 'Edited in Salesforce' });
    await restartPane(stage);
    await syncNow(stage);
    await expect.poll(() => crm('Outlook')[0]?.['Title'], { timeout: 20_000 }).toBe('Edited in Outlook');
    await expect.poll(() => mailbox('Crm')[0]?.['department'], { timeout: 20_000 }).toBe('Edited in Salesforce');
  });

  it('pauses and resumes, and nothing is written while paused', async () => {
    const { pane } = stage;
    await restartPane(stage);
    await pane.getByRole('button', { name: 'Menu' }).click();
    await pane.getByRole('menuitem', { name: 'Pause' }).click();
    await pane.getByText('Stays: links, sign-ins, settings.').waitFor();
    await pane.getByRole('button', { name: 'Pause', exact: true }).click();
    await pane.getByRole('button', { name: /^Sync status: Paused/ }).waitFor();
    stage.world.microsoft.mailbox(ANNA).updateContact(String(mailbox('Outlook')[0]?.['id']), { jobTitle: 'While paused' });
    stage.clock.advance(31 * MINUTE_MS);
    await stage.world.cycle();
    expect(crm('Outlook')[0]?.['Title']).toBe('Edited in Outlook');
    await pane.getByRole('button', { name: 'Resume' }).first().click();
    await expect.poll(async () => {
      stage.clock.advance(2 * MINUTE_MS);
      await stage.world.cycle();
      return crm('Outlook')[0]?.['Title'];
    }, { timeout: 20_000 }).toBe('While paused');
  });

  it('disconnects an account: the sign-in ends at the vendor and no contact is deleted', async () => {
    const { pane } = stage;
    const counts = [stage.world.salesforce.org().contacts().length, stage.world.microsoft.mailbox(ANNA).contacts().length];
    await restartPane(stage);
    await pane.getByRole('button', { name: 'Menu' }).click();
    await pane.getByRole('menuitem', { name: 'Sync settings' }).click();
    await pane.getByRole('link', { name: /Accounts/ }).click();
    await pane.locator('#revoke-crm').click();
    await pane.getByText('Stays: links, settings.').first().waitFor();
    const calls = stage.world.salesforce.server.calls.get('salesforce') ?? 0;
    // The account one comes from is the one that is chosen.
    expect(await pane.getByRole('radio', { name: /Salesforce/ }).isChecked()).toBe(true);
    await pane.locator('#disconnect').click();
    await pane.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' }).click();
    await pane.getByRole('button', { name: /^Sync status: Off/ }).waitFor();
    // The sign-in was ended at the vendor, and nothing more is asked there.
    const ended = stage.world.salesforce.server.calls.get('salesforce') ?? 0;
    expect(ended).toBeGreaterThan(calls);
    stage.clock.advance(31 * MINUTE_MS);
    await stage.world.cycle();
    expect(stage.world.salesforce.server.calls.get('salesforce') ?? 0).toBe(ended);
    expect([stage.world.salesforce.org().contacts().length, stage.world.microsoft.mailbox(ANNA).contacts().length]).toEqual(counts);
  });

  it('sent no mail and left no error on any page', () => {
    expect(stage.world.microsoft.mailsSent).toEqual([]);
    expect(stage.errors).toEqual([]);
  });
});
