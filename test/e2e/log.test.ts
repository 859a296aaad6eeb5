/** The log of a long run: a hundred rows at a time, found again by search and by Back. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findingsOf } from './screens.ts';
import { activate, ANNA, openStage, paneFrame, type Stage } from './stage.ts';

const PEOPLE = 230;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  const mailbox = stage.world.microsoft.mailbox(ANNA);
  for (let n = 1; n <= PEOPLE; n += 1) {
    const name = String(n).padStart(3, '0');
    mailbox.addContact({ givenName: 'Person', surname: `Number ${name}`, emailAddresses: [{ address: `person${name}@fabrikam.example` }] });
  }
  await activate(stage);
  await stage.world.host.drainQueues();
  const { pane } = stage;
  await pane.getByRole('button', { name: /^Sync status/ }).click();
  await pane.getByRole('link', { name: `${PEOPLE} changes` }).click({ timeout: 30_000 });
});

afterAll(async () => { await stage.close(); });

const rows = () => stage.pane.locator('main li[aria-posinset]');
const places = async (): Promise<readonly (string | null)[]> => {
  const all = await rows().all();
  return Promise.all([all[0], all.at(-1)].map(async (row) => (row ? row.getAttribute('aria-posinset') : null)));
};

it('shows the first hundred, and each says where it stands among all', async () => {
  await stage.pane.getByRole('heading', { name: `1 to 100 of ${PEOPLE}` }).waitFor();
  expect([await rows().count(), await places(), await rows().first().getAttribute('aria-setsize')]).toEqual([100, ['1', '100'], String(PEOPLE)]);
  expect(await findingsOf(paneFrame(stage))).toEqual([]);
});

it('turns the page by keyboard: the next rows take the place of those before, and the focus goes to the line above them', async () => {
  const { pane } = stage;
  await pane.getByRole('button', { name: 'Next 100' }).press('Enter');
  await pane.getByRole('heading', { name: `101 to 200 of ${PEOPLE}` }).and(pane.locator(':focus')).waitFor();
  expect([await rows().count(), await places()]).toEqual([100, ['101', '200']]);
  await stage.page.keyboard.press('Tab');
  await rows().first().locator('a:focus').waitFor();
  await pane.getByRole('button', { name: 'Next 100' }).press('Enter');
  await pane.getByRole('heading', { name: `201 to ${PEOPLE} of ${PEOPLE}` }).and(pane.locator(':focus')).waitFor();
  expect(await rows().count()).toBe(PEOPLE - 200);
  expect(await pane.getByRole('button', { name: 'Next 100' }).getAttribute('aria-disabled')).toBe('true');
});

it('comes back to the row one came from, on whichever page it stands', async () => {
  const { pane } = stage;
  const row = rows().nth(7).getByRole('link');
  const name = await row.textContent() ?? '';
  await row.click();
  await pane.getByRole('heading', { level: 1, name: /^Person Number/ }).waitFor();
  await pane.getByRole('button', { name: 'Back' }).click();
  await pane.getByRole('link', { name }).and(pane.locator(':focus')).waitFor();
  expect(await places()).toEqual(['201', String(PEOPLE)]);
});

it('searches all rows, those of other pages too, and keeps the focus in the field', async () => {
  const { pane } = stage;
  await pane.getByRole('searchbox', { name: 'Search' }).fill('number 22');
  await pane.getByText('10 rows', { exact: true }).waitFor();
  expect(await rows().count()).toBe(10);
  await pane.getByRole('searchbox', { name: 'Search' }).and(pane.locator(':focus')).waitFor();
  await pane.getByRole('searchbox', { name: 'Search' }).fill('nobody of this name');
  await pane.getByText('No row matches.').waitFor();
  await pane.getByRole('button', { name: 'Clear filters' }).click();
  await pane.getByRole('heading', { name: `1 to 100 of ${PEOPLE}` }).waitFor();
});

it('left no error on any page', () => {
  expect(stage.errors).toEqual([]);
});
