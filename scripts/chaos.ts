/** `npm run chaos`: the Functions host is killed at random moments of a busy sync; then nothing is lost, nothing doubled, and quiet comes soon. */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { SHORT_SECONDS } from './chaos/orders.ts';
import { chaos, isGood } from './chaos/story.ts';
import { MAILBOX_SYSTEMS, type MailboxSystem } from './hands/mailbox.ts';

const USAGE = 'npm run chaos -- [--kills N] [--seed S] [--mailbox graph|ews] [--json]';
const PEOPLE = 240;
const USUAL_KILLS = 20;

const options = readOptions();
const say = (text: string): void => { if (!options.isJson) process.stdout.write(`${text}\n`); };
say(`Seed ${options.seed}. Lease, timer lock and invisibility last ${SHORT_SECONDS} s here (in production 90 s, 60 s and 10 min): `
  + 'only through them does real time pass, all other time is the world\'s own clock.');
// Leaving by the front door lets storage and folder be cleared away.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const result = await chaos({ kills: options.kills, seed: options.seed, people: PEOPLE, mailbox: options.mailbox, say });
for (const finding of result.findings) process.stderr.write(`${finding}\n`);
const replay = `npm run chaos -- --kills ${options.kills} --seed ${options.seed}${options.mailbox === 'graph' ? '' : ` --mailbox ${options.mailbox}`}`;
if (!isGood(result)) process.stderr.write(`replay: ${replay}\n`);
const { kills, lost, doubled, cycles, seconds, edits, people, leasesTakenOver, leasesBroken, signIns, mailsSent } = result;
say(`${edits} edits of ${people} people, leases taken over ${leasesTakenOver}, live ones broken ${leasesBroken}, `
  + `signed in again ${signIns}, mails sent ${mailsSent}`);
if (options.isJson) process.stdout.write(`${JSON.stringify(result)}\n`);
else say(`kills ${kills}, lost ${lost}, doubled ${doubled}, cycles ${cycles}, seconds ${seconds}`);
process.exitCode = isGood(result) ? 0 : 1;

function readOptions(): { readonly kills: number; readonly seed: number; readonly mailbox: MailboxSystem; readonly isJson: boolean } {
  try {
    const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' }, mailbox: { type: 'string' }, json: { type: 'boolean' } } });
    return {
      kills: count('--kills', values.kills, USUAL_KILLS), seed: count('--seed', values.seed, Date.now() % 1_000_000), mailbox: system(values.mailbox),
      isJson: values.json === true,
    };
  } catch (error) {
    return stop(`${error instanceof Error ? error.message : String(error)} ${USAGE}`);
  }
}

function count(name: string, text: string | undefined, usual: number): number {
  const number = Number(text ?? usual);
  return Number.isInteger(number) && number >= 0 ? number : stop(`${name} takes a whole number, not "${text ?? ''}". ${USAGE}`);
}

function system(name = 'graph'): MailboxSystem {
  return MAILBOX_SYSTEMS.find((one) => one === name) ?? stop(`--mailbox takes ${MAILBOX_SYSTEMS.join(' or ')}, not "${name}". ${USAGE}`);
}

function stop(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}
