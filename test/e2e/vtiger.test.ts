/** A rep whose CRM is a vTiger server: signed in with an access key, first sync, edits both ways, deletions. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANNA, approve, connectOffice365, nextCycle, openStage, paneFrame, stateOf, type Stage } from './stage.ts';
import { findingsOf } from './screens.ts';

const REP = 'anna.weber';
let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  stage.world.vtiger.controls.sync('registered');
  const mailbox = stage.world.microsoft.mailbox(ANNA);
  mailbox.addContact({ givenName: 'Lena', surname: 'Maurer', emailAddresses: [{ address: 'lena@fabrikam.example' }], jobTitle: 'Engineer' });
  mailbox.addContact({ givenName: 'Only', surname: 'Outlook 🎉', emailAddresses: [{ address: 'only@outlook.example' }] });
  crm().addContact({ firstname: 'Lena', lastname: 'Maurer', email: 'LENA@fabrikam.example', mobile: '+49 170 5550102' });
  crm().addContact({ firstname: 'Only', lastname: 'Crm', email: 'only@crm.example' });
});

afterAll(async () => { await stage.close(); });

const crm = () => stage.world.vtiger.crm(REP);
const inCrm = (lastname: string) => crm().all('Contacts').filter(({ fields }) => fields['lastname'] === lastname);
const inMailbox = (surname: string) => stage.world.microsoft.mailbox(ANNA).contacts().filter((contact) => contact['surname'] === surname);

describe('a vTiger as the CRM', () => {
  it('is chosen in step 1, says where the key is found, and refuses a wrong one at its field', async () => {
    const { pane } = stage;
    await pane.getByRole('radio', { name: 'vTiger' }).click();
    await pane.getByRole('textbox', { name: 'CRM address' }).fill(stage.world.vtiger.origin);
    await pane.getByRole('textbox', { name: 'User name' }).fill(REP);
    await pane.locator('#sign-in-field-accessKey').fill('not the key');
    await pane.getByText('In vTiger under «My Preferences»').waitFor();
    expect(await findingsOf(paneFrame(stage))).toEqual([]);
    await pane.getByRole('button', { name: 'Sign in to vTiger' }).click();
    await pane.getByText('vTiger refused this user name or access key.').first().waitFor();
    await pane.locator('#sign-in-field-accessKey').fill(crm().user.accessKey);
    await pane.getByRole('button', { name: 'Sign in to vTiger' }).click();
    await pane.getByRole('heading', { name: 'Connect your mailbox' }).waitFor();
  });

  it('syncs after the approval: links, creates on both sides, fills blanks, and mails nobody', async () => {
    const { pane } = stage;
    await connectOffice365(stage, () => pane.getByRole('button', { name: 'Sign in to Microsoft Office 365' }).click());
    await approve(stage);
    await stage.world.host.drainQueues();
    expect((await stateOf(stage)).crm).toMatchObject({ login: REP });
    expect([inCrm('Outlook').length, inMailbox('Crm').length, inCrm('Maurer').length]).toEqual([1, 1, 1]);
    expect(inMailbox('Maurer')[0]).toMatchObject({ mobilePhone: '+49 170 5550102' });
    expect(inCrm('Maurer')[0]?.fields).toMatchObject({ title: 'Engineer' });
    expect(stage.world.vtiger.mailsSent).toEqual([]);
  });

  it('carries edits both ways with a session that ended meanwhile, and an emoji that it cannot hold stays in Outlook', async () => {
    stage.world.vtiger.controls.endSessions('lost');
    stage.world.microsoft.mailbox(ANNA).updateContact(String(inMailbox('Maurer')[0]?.['id']), { jobTitle: 'Edited in Outlook' });
    crm().update(inCrm('Crm')[0]?.id ?? '', { department: 'Edited in vTiger' });
    await nextCycle(stage);
    expect(inCrm('Maurer')[0]?.fields['title']).toBe('Edited in Outlook');
    expect(inMailbox('Crm')[0]).toMatchObject({ department: 'Edited in vTiger' });
    await nextCycle(stage);
    expect([inCrm('Outlook').length, inMailbox('Outlook 🎉').length]).toEqual([1, 1]);
    expect(stage.errors).toEqual([]);
  });

  it('asks each module once when nothing changed', async () => {
    await nextCycle(stage);
    const calls = (): number => stage.world.vtiger.server.calls.get('vtiger') ?? 0;
    const before = calls();
    await nextCycle(stage);
    // A new session, which the half hour in between has ended, is two more.
    expect(calls() - before).toBe(6);
  });
});
