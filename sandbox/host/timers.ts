/** Timer triggers: NCRONTAB, status blob with past-due, and a lock that makes a timer a singleton. */
import { Cron } from 'croner';
import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import type { RegisteredFunction, Registry } from './core-module.ts';
import { invoke, type AppHookData, type HostLog } from './invoke.ts';
import { singletonLock } from './lock.ts';

const CONTAINER = 'azure-webjobs-hosts';

interface TimerStatus { readonly Last: string; readonly Next: string; readonly LastUpdated: string }

interface Timer {
  readonly registered: RegisteredFunction;
  readonly binding: string;
  readonly schedule: string;
  readonly useMonitor: boolean;
  next: number;
  isPastDue: boolean;
}

export interface TimerOptions {
  readonly registry: Registry;
  readonly blobs: BlobServiceClient;
  readonly hostId: string;
  readonly now: () => number;
  readonly leaseSeconds: number;
  readonly appHookData: AppHookData;
  readonly log: HostLog;
}

export interface TimerListener {
  /** Runs each timer whose time has come, once, however many ticks were missed. Answers how many ran. */
  runDue(): Promise<number>;
  /** Renews a held lease, or tries to get one: the host does so while it lives. True when this host is the singleton. */
  holdLease(): Promise<boolean>;
  close(): Promise<void>;
}

export async function startTimers(options: TimerOptions): Promise<TimerListener> {
  const timers = [...options.registry.functions.values()].flatMap(timerOf);
  const container = options.blobs.getContainerClient(CONTAINER);
  await container.createIfNotExists();
  const lock = await singletonLock(container, options.hostId, options.leaseSeconds);
  for (const timer of timers) await restore(timer, container, options);
  return {
    runDue: async () => {
      if (!await lock.hold()) return 0;
      let ran = 0;
      for (const timer of timers) if (await runIfDue(timer, container, options)) ran += 1;
      return ran;
    },
    holdLease: () => lock.hold(),
    close: () => lock.release(),
  };
}

function timerOf(registered: RegisteredFunction): Timer[] {
  const trigger = Object.entries(registered.metadata.bindings).find(([, binding]) => binding.type === 'timerTrigger');
  if (!trigger) return [];
  const [binding, options] = trigger;
  const schedule = String(options['schedule']);
  const isUnderMinute = nextTick(schedule, nextTick(schedule, 0)) - nextTick(schedule, 0) < 60_000;
  // The host itself switches monitoring off for schedules under a minute.
  return [{ registered, binding, schedule, useMonitor: options['useMonitor'] !== false && !isUnderMinute, next: 0, isPastDue: false }];
}

/** NCRONTAB: six fields, and a day must fit BOTH day fields, hence croner's legacy mode off. */
export function nextTick(schedule: string, after: number): number {
  if (schedule.trim().split(/\s+/).length !== 6) throw new Error(`"${schedule}" is not NCRONTAB: six fields are needed, seconds first`);
  const next = new Cron(schedule, { timezone: 'UTC', domAndDow: true, paused: true }).nextRun(new Date(after));
  if (!next) throw new Error(`"${schedule}" never comes`);
  return next.getTime();
}

async function restore(timer: Timer, container: ContainerClient, options: TimerOptions): Promise<void> {
  const now = options.now();
  timer.next = nextTick(timer.schedule, now);
  if (!timer.useMonitor) return;
  const status = await readStatus(container, statusPath(timer, options));
  if (!status) return;
  const expected = nextTick(timer.schedule, Date.parse(status.Last));
  // Past due only at start, only once, and not when the schedule was changed meanwhile (ScheduleMonitor).
  if (expected === Date.parse(status.Next) && expected < now) {
    timer.next = expected;
    timer.isPastDue = true;
  }
}

async function runIfDue(timer: Timer, container: ContainerClient, options: TimerOptions): Promise<boolean> {
  const now = options.now();
  if (timer.next > now) return false;
  const status: TimerStatus = {
    Last: new Date(timer.next).toISOString(), Next: new Date(nextTick(timer.schedule, now)).toISOString(), LastUpdated: new Date(now).toISOString(),
  };
  const info = { Schedule: { AdjustForDST: true }, ScheduleStatus: status, IsPastDue: timer.isPastDue };
  timer.isPastDue = false;
  timer.next = Date.parse(status.Next);
  try {
    await invoke(options.registry, timer.registered, { inputData: [{ name: timer.binding, data: { json: JSON.stringify(info) } }] },
      options.appHookData, options.log);
  } catch (error) {
    // No retry for timers: the next tick comes by itself.
    options.log('error', timer.registered.metadata.name, error instanceof Error ? error.stack ?? error.message : String(error));
  }
  if (timer.useMonitor) {
    const text = JSON.stringify({ ...status, Last: new Date(now).toISOString() });
    await container.getBlockBlobClient(statusPath(timer, options)).upload(text, Buffer.byteLength(text));
  }
  return true;
}

function statusPath(timer: Timer, options: TimerOptions): string {
  return `timers/${options.hostId}/Host.Functions.${timer.registered.metadata.name}/status`;
}

async function readStatus(container: ContainerClient, path: string): Promise<TimerStatus | null> {
  const blob = container.getBlockBlobClient(path);
  if (!await blob.exists()) return null;
  return JSON.parse((await blob.downloadToBuffer()).toString('utf8')) as TimerStatus;
}
