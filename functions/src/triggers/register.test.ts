import { ROUTES } from '@concord/api';
import { beforeEach, expect, test, vi } from 'vitest';
import { signInWorld } from '../../test/sign-in-world.ts';

interface Registered { readonly name: string; readonly options: Readonly<Record<string, unknown>> }

const registered = vi.hoisted(() => ({ http: [] as Registered[], queues: [] as Registered[], timers: [] as Registered[] }));

vi.mock('@azure/functions', () => ({
  app: {
    http: (name: string, options: Registered['options']) => { registered.http.push({ name, options }); },
    storageQueue: (name: string, options: Registered['options']) => { registered.queues.push({ name, options }); },
    timer: (name: string, options: Registered['options']) => { registered.timers.push({ name, options }); },
  },
}));

const { FUNCTION_COUNT, registerFunctions } = await import('./register.ts');

beforeEach(() => {
  for (const list of Object.values(registered)) list.length = 0;
  registerFunctions(signInWorld());
});

test('every function is registered once, and the number that hosts expect is the true one', () => {
  const names = [...registered.http, ...registered.queues, ...registered.timers].map(({ name }) => name);
  expect(names.length).toBe(FUNCTION_COUNT);
  expect(new Set(names).size).toBe(FUNCTION_COUNT);
  // Names that Azure accepts.
  for (const name of names) expect(name).toMatch(/^[A-Za-z][\w-]{0,126}$/);
});

test('every route of the API is there with its method, and the browser may ask before any of them', () => {
  const routes = registered.http.map(({ options }) => `${String(options['methods'])} ${String(options['route'])}`);
  expect(routes.sort()).toEqual([...Object.values(ROUTES).map(({ method, path }) => `${method} ${path}`), 'OPTIONS {*path}'].sort());
  expect(registered.http.every(({ options }) => options['authLevel'] === 'anonymous')).toBe(true);
});

test('each queue has a function, and so has its poison queue', () => {
  const queues = registered.queues.map(({ options }) => String(options['queueName'])).sort();
  expect(queues).toEqual(['preview-mailbox', 'preview-mailbox-poison', 'sync-mailbox', 'sync-mailbox-poison']);
  expect(registered.queues.every(({ options }) => options['connection'] === 'AzureWebJobsStorage')).toBe(true);
});

test('the schedule is looked at every minute', () => {
  expect(registered.timers.map(({ options }) => options['schedule'])).toEqual(['0 * * * * *']);
});
