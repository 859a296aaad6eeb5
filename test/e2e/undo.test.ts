import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activate, ANNA, arrived, lookAgain, nextCycle, openStage, paneFrame, saidIn, stateOf, tabTo, type Stage } from './stage.ts';

/** Somebody who may change what is Anna's. */
const COLLEAGUE = 'ben.keller@contoso.example';
let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  for (const name of ['Lena', 'Tom', 'Ann']) {
    mailbox().addContact({ givenName: name, surname: 'Maurer', emailAddresses: [{ address: `${name}@fabrikam.example` }], jobTitle: 'Engineer' });
  }
  stage.world.salesforce.org().setPerson(COLLEAGUE, { isAdmin: true });
  await activate(stage);
  await stage.world.host.drainQueues();
});

afterAll(async () => { await stage.close(); });

const org = () => stage.world.salesforce.org();
const mailbox = () => stage.world.microsoft.mailbox(ANNA);
const idOf = (givenName: string): string => String(mailbox().contacts().find((contact) => contact['givenName'] === givenName)?.['id']);
const titles = () => Object.fromEntries(org().contacts().map((row) => [row['FirstName'], row['Title']]));

describe('undoing a run', () => {
  it('needs a run that wrote something', async () => {
    await expect.poll(() => org().contacts().length, { timeout: 30_000 }).toBe(3);
    for (const name of ['Lena', 'Tom', 'Ann']) mailbox().updateContact(idOf(name), { jobTitle: 'Head of Sales' });
    mailbox().addContact({ givenName: 'Bo', surname: 'Maurer', emailAddresses: [{ address: 'bo@fabrikam.example' }] });
    await nextCycle(stage);
    await expect.poll(() => titles(), { timeout: 30_000 }).toEqual({ Ann: 'Head of Sales', Bo: null, Lena: 'Head of Sales', Tom: 'Head of Sales' });
  });

  it('looks first: what is put back in numbers, what cannot be with its reason, and that no mail is sent', async () => {
    const { pane, page } = stage;
    // Edited since in Salesforce: this value is somebody's own by now.
    org().update('Contact', String(org().contacts().find((row) => row['FirstName'] === 'Tom')?.Id), { Title: 'Edited since' }, COLLEAGUE);
    await pane.getByRole('link', { name: 'View Sync Logs' }).click();
    await pane.getByRole('link', { name: /4 changes/ }).click();
    await pane.getByRole('button', { name: 'Undo this run' }).press('Enter');
    await pane.getByRole('heading', { level: 1, name: /^Undo run / }).and(pane.locator(':focus')).waitFor();
    await pane.getByText('2 values restored').waitFor();
    await pane.getByText('1 contact removed again').waitFor();
    await pane.getByRole('heading', { name: 'This cannot be put back (1)' }).waitFor();
    await pane.getByRole('link', { name: 'Tom Maurer Changed since by Ben Keller' }).waitFor();
    await pane.getByText('0 mails will be sent').waitFor();
    expect(titles()).toEqual({ Ann: 'Head of Sales', Bo: null, Lena: 'Head of Sales', Tom: 'Edited since' });
    await tabTo(stage, /^Undo 3 changes$/);
    await page.keyboard.press('Enter');
  });

  it('restores exactly that, says so, and leads to the run that did it', async () => {
    const { pane } = stage;
    await stage.world.host.drainQueues();
    await lookAgain(paneFrame(stage));
    await pane.getByText('3 undone, 1 not.').waitFor({ timeout: 30_000 });
    expect(await saidIn(paneFrame(stage))).toContain('3 undone, 1 not.');
    expect(titles()).toEqual({ Ann: 'Engineer', Lena: 'Engineer', Tom: 'Edited since' });
    expect(mailbox().contacts()).toHaveLength(4);
    await pane.getByRole('link', { name: 'See the undo run' }).click();
    await pane.getByText('Why: you undid the run.').first().waitFor();
    await expect.poll(() => pane.getByRole('link', { name: /^Update, (Ann|Lena) Maurer$/ }).count()).toBe(2);
  });

  it('cannot be asked for twice', async () => {
    const { pane, page } = stage;
    await page.keyboard.press('Alt+ArrowLeft');
    await page.keyboard.press('Alt+ArrowLeft');
    await pane.getByText('Undo is off. Already undone.').waitFor();
    expect(await pane.getByRole('button', { name: 'Undo this run' }).getAttribute('aria-disabled')).toBe('true');
  });
});

describe('the history of one record', () => {
  it('tells newest first what happened, with values and the rule in words', async () => {
    const { pane } = stage;
    await pane.getByRole('link', { name: 'Update, Lena Maurer' }).click();
    await arrived(stage, 'Lena Maurer');
    await pane.getByText('Contact, linked', { exact: true }).waitFor();
    const entries = pane.locator('section', { has: pane.getByRole('heading', { name: 'Today' }) }).getByRole('listitem');
    const words = await entries.allTextContents();
    expect(words[0]).toContain('Job title went to Salesforce.');
    expect(words[0]).toContain('Engineer · before: Head of Sales');
    expect(words[0]).toContain('Why: you undid the run.');
    expect(words[1]).toContain('Head of Sales · before: Engineer');
    expect(words[1]).toContain('Why: it changed in Outlook only.');
    expect(words.at(-1)).toContain('Made in Salesforce.');
  });

  it('gives the other side the value one chooses', async () => {
    const { pane } = stage;
    await pane.getByRole('heading', { name: 'Different on both sides now' }).waitFor();
    await pane.getByRole('button', { name: 'Use Salesforce\'s value' }).press('Enter');
    await pane.getByText('Done. Outlook will show Engineer after the next sync.').waitFor();
    await nextCycle(stage);
    await expect.poll(() => mailbox().contact(idOf('Lena'))?.['jobTitle'], { timeout: 30_000 }).toBe('Engineer');
  });

  it('takes the pair apart and links it again, and both records stay', async () => {
    const { pane } = stage;
    const { links } = (await stateOf(stage)).sync;
    await pane.getByRole('button', { name: 'Unlink' }).press('Enter');
    await pane.getByText('Done. They are no longer linked after the next sync.').waitFor();
    await nextCycle(stage);
    await pane.getByText('Contact, not linked', { exact: true }).waitFor({ timeout: 30_000 });
    await pane.getByText('Not linked, because you took the pair apart.').waitFor();
    expect((await stateOf(stage)).sync.links).toBe(links - 1);
    await pane.getByRole('button', { name: 'Link again' }).press('Enter');
    await nextCycle(stage);
    await pane.getByText('Contact, linked', { exact: true }).waitFor({ timeout: 30_000 });
    expect((await stateOf(stage)).sync.links).toBe(links);
    expect([org().contacts().length, mailbox().contacts().length]).toEqual([3, 4]);
  });
});

it('sent no mail and left no error on any page', () => {
  expect(stage.world.microsoft.mailsSent).toEqual([]);
  expect(stage.errors).toEqual([]);
});
