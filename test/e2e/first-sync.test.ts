import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrameLocator, Page } from 'playwright-core';
import {
  ANNA, connectOffice365, lookAgain, openStage, paneFrame, restartPane, saidIn, signInToSalesforce, stateOf, type Stage,
} from './stage.ts';

/** Records are written two hundred at a time, and counted after each of these slices. */
const PEOPLE = 450;
const BEFORE_THE_STOP = 200;
let stage: Stage;
let web: Page;

beforeAll(async () => {
  stage = await openStage();
  const org = stage.world.salesforce.org();
  for (let n = 0; n < PEOPLE; n += 1) {
    org.insert('Contact', { FirstName: `Kim${n}`, LastName: `Sample${n}`, Email: `kim${n}@fabrikam.example` }, ANNA);
  }
  const { pane } = stage;
  await signInToSalesforce(stage, () => pane.getByRole('button', { name: 'Sign in to Salesforce' }).click());
  await connectOffice365(stage, () => pane.getByRole('button', { name: 'Sign in to Microsoft Office 365' }).click());
});

afterAll(async () => { await stage.close(); });

/** The mailbox works until it holds so many contacts, then lets everybody wait until it is let go. */
function holdMailbox(contacts: number): () => void {
  const { settings } = stage.world.microsoft.world;
  const { serviceTime } = settings;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  settings.serviceTime = () => (stage.world.microsoft.mailbox(ANNA).contacts().length < contacts ? serviceTime() : promise);
  return () => { resolve(undefined); };
}

const chipOf = (place: Page | FrameLocator) => place.locator('[data-status] .fui-Badge').innerText();
const barOf = (place: Page | FrameLocator) => place.getByRole('progressbar').getAttribute('aria-label');

describe('a first sync that takes a while', () => {
  let goOn: () => void;

  it('shows how far it is', async () => {
    const { pane } = stage;
    await pane.locator('#start:not([aria-disabled="true"])').waitFor({ timeout: 30_000 });
    goOn = holdMailbox(BEFORE_THE_STOP);
    await pane.locator('#start').click();
    await pane.locator('[data-status="syncing"]').waitFor();
    await expect.poll(async () => { await lookAgain(paneFrame(stage)); return chipOf(pane); }, { timeout: 20_000 }).toBe('Syncing 200 of 450');
    await pane.getByText(/^Contacts: 200 of 450 done, about \d+ min left\.$/).waitFor();
  });

  it('shows the same after the pane was closed and opened, and on the web page', async () => {
    const { pane } = stage;
    await restartPane(stage);
    await pane.locator('[data-status="syncing"]').waitFor();
    web = await stage.open(`${stage.world.paneOrigin}/app`);
    await web.locator('[data-status="syncing"]').waitFor();
    for (const place of [pane, web]) {
      expect([await chipOf(place), await barOf(place)]).toEqual(['Syncing 200 of 450', 'Syncing 200 of 450']);
      await place.getByText(/^Contacts: 200 of 450 done, about \d+ min left\.$/).waitFor();
    }
    expect((await stateOf(stage)).sync.progress).toMatchObject({ kind: 'contact', done: 200, total: 450 });
  });

  it('says after half a minute that the pane may be closed', async () => {
    stage.clock.advance(31_000);
    await lookAgain(paneFrame(stage));
    await stage.pane.getByText('You can close this pane; it goes on.').waitFor();
  });

  it('goes on to its end, says a quarter at most, and both pages are active again', async () => {
    const { pane } = stage;
    goOn();
    await expect.poll(async () => { await lookAgain(paneFrame(stage)); return (await stateOf(stage)).sync.links; }, { timeout: 30_000 }).toBe(PEOPLE);
    await stage.world.host.drainQueues();
    for (const [place, frame] of [[pane, paneFrame(stage)], [web, web]] as const) {
      await lookAgain(frame);
      await place.getByRole('button', { name: /^Sync status: Active/ }).waitFor();
    }
    expect(stage.world.microsoft.mailbox(ANNA).contacts()).toHaveLength(PEOPLE);
    const quarters = (await saidIn(paneFrame(stage))).filter((words) => words.endsWith(' % done.'));
    expect(quarters.every((words) => /^(25|50|75|100) % done\.$/.test(words))).toBe(true);
    expect(new Set(quarters).size).toBe(quarters.length);
  });
});

it('sent no mail and left no error on any page', () => {
  expect(stage.world.microsoft.mailsSent).toEqual([]);
  expect(stage.errors).toEqual([]);
});
