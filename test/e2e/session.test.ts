import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  activate, ANNA, lookAgain, MINUTE_MS, openStage, paneFrame, restartPane, returnToSalesforce, stateOf, syncNow, type Stage,
} from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  stage.world.microsoft.mailbox(ANNA).addContact({ givenName: 'Lena', surname: 'Maurer', emailAddresses: [{ address: 'lena@fabrikam.example' }] });
  await activate(stage);
});

afterAll(async () => { await stage.close(); });

const pressSalesforce = () => stage.pane.getByRole('button', { name: 'Sign in to Salesforce' }).click();
const contacts = () => ({ crm: stage.world.salesforce.org().contacts(), mailbox: stage.world.microsoft.mailbox(ANNA).contacts() });
const keptSession = () => paneFrame(stage).evaluate(() => localStorage.getItem('concord.session'));

describe('the session', () => {
  it('is renewed silently when its hour is over', async () => {
    const { pane } = stage;
    const before = await keptSession();
    stage.clock.advance(61 * MINUTE_MS);
    await stage.world.cycle();
    await restartPane(stage);
    await pane.getByRole('button', { name: /^Sync status: Active/ }).waitFor();
    expect(await keptSession()).not.toBe(before);
    expect(contacts().crm.filter((row) => row['LastName'] === 'Maurer')).toHaveLength(1);
  });

  it('ended on the server says so, keeps the screen, and one sign-in goes on without repeating a step', async () => {
    const { pane } = stage;
    const { links } = (await stateOf(stage)).sync;
    const ended = await fetch(`${stage.world.host.origin}/api/session`, { method: 'DELETE', headers: { authorization: `Bearer ${stage.bearer() ?? ''}` } });
    expect(ended.ok).toBe(true);
    await lookAgain(paneFrame(stage));
    await pane.getByText('You are signed out.').waitFor();
    await pane.getByRole('heading', { name: 'Today' }).waitFor();
    // A screen that has asked for itself meanwhile does not say it a second time.
    await pane.getByRole('link', { name: 'View Sync Logs' }).click();
    await pane.getByRole('heading', { name: 'Runs' }).waitFor();
    await expect.poll(() => pane.locator('[aria-busy="true"]').count()).toBe(0);
    expect(await pane.getByText('You are signed out.').count()).toBe(1);
    await pane.getByRole('button', { name: 'Sign in', exact: true }).click();
    await returnToSalesforce(stage, pressSalesforce);
    await pane.getByRole('button', { name: /^Sync status: Active/ }).waitFor();
    expect(links).toBeGreaterThan(0);
    expect((await stateOf(stage)).sync.links).toBe(links);
  });

  it('ended by Sign out leaves nothing in the browser; on return everything is as it was and no step comes again', async () => {
    const { pane } = stage;
    const before = await stateOf(stage);
    await pane.getByRole('button', { name: 'Menu' }).click();
    await pane.getByRole('menuitem', { name: 'Sync settings' }).waitFor();
    await pane.getByRole('menuitem', { name: `Sign out ${ANNA}` }).click();
    await pane.getByRole('heading', { name: 'Sign in to your CRM' }).waitFor();
    expect(await keptSession()).toBeNull();
    const ended = await fetch(`${stage.world.host.origin}/api/me`, { headers: { authorization: `Bearer ${stage.bearer() ?? ''}` } });
    expect(ended.status).toBe(401);
    await restartPane(stage);
    await returnToSalesforce(stage, pressSalesforce);
    await pane.getByRole('button', { name: /^Sync status: Active/ }).waitFor();
    const after = await stateOf(stage);
    expect(after).toMatchObject({ activation: 'active', kinds: before.kinds, mailbox: { login: ANNA }, sync: { links: before.sync.links } });
    expect(after.mailbox?.connectedAt).toBe(before.mailbox?.connectedAt);
    // The links still tell who is who: an edit arrives at the contact that exists, and nobody is made twice.
    const counts = [contacts().crm.length, contacts().mailbox.length];
    stage.world.microsoft.mailbox(ANNA).updateContact(String(contacts().mailbox[0]?.['id']), { jobTitle: 'After the return' });
    await syncNow(stage);
    await expect.poll(() => contacts().crm[0]?.['Title'], { timeout: 20_000 }).toBe('After the return');
    expect([contacts().crm.length, contacts().mailbox.length]).toEqual(counts);
  });
});

it('sent no mail and left no error on any page', () => {
  expect(stage.world.microsoft.mailsSent).toEqual([]);
  expect(stage.errors).toEqual([]);
});
