import { expect, test } from 'vitest';
import { hashes, parseRoute } from './route.ts';
import { makeRouter, type AddressBar } from './router.ts';

/** A window of which Office.js took history.pushState and replaceState: only the hash is left. */
function bareWindow(hash = ''): AddressBar & { readonly typed: (hash: string) => void; focused: string } {
  const listeners: (() => void)[] = [];
  const bar = {
    focused: '',
    location: { hash, replace(url: string) { bar.location.hash = url; for (const tell of listeners) tell(); } },
    addEventListener: (_: 'hashchange', listener: () => void) => { listeners.push(listener); },
    focusedId: () => bar.focused || undefined,
    typed: (next: string) => { bar.location.hash = next; for (const tell of listeners) tell(); },
  };
  return bar;
}

test('every address means its screen, and an unknown one none', () => {
  expect(parseRoute('')).toEqual({ name: 'home' });
  expect(parseRoute('#/')).toEqual({ name: 'home' });
  expect(parseRoute('#/activate/preview')).toEqual({ name: 'activate', step: 'preview' });
  expect(parseRoute(hashes.run('17 ä/b'))).toEqual({ name: 'run', id: '17 ä/b' });
  expect(parseRoute(hashes.ask('x'))).toEqual({ name: 'ask', id: 'x' });
  expect(parseRoute(hashes.stopCrm)).toEqual({ name: 'stop', side: 'c' });
  expect(parseRoute(hashes.undo('17 ä/b'))).toEqual({ name: 'undo', id: '17 ä/b' });
  expect(parseRoute(hashes.record('r1'))).toEqual({ name: 'record', id: 'r1' });
  expect(parseRoute(hashes.held)).toEqual({ name: 'held' });
  expect(parseRoute(hashes.heldGroup('contact~delete~m'))).toEqual({ name: 'heldGroup', id: 'contact~delete~m' });
  expect(parseRoute('#/settings/')).toEqual({ name: 'settings' });
  const lost = ['#/nowhere', '#/runs', '#/runs/a/b', '#/runs/%E0%A4%A', '#/activate', '#/records/a/undo', '#/undo/a'];
  expect(lost.map(parseRoute)).toEqual(lost.map(() => ({ name: 'unknown' })));
});

test('Back returns through the screens one came by, without history.pushState', () => {
  const router = makeRouter(bareWindow());
  router.go(hashes.status);
  router.go(hashes.run('1'));
  expect(router.current().route).toEqual({ name: 'run', id: '1' });
  router.back();
  expect(router.current().hash).toBe(hashes.status);
  router.back();
  expect(router.current().hash).toBe(hashes.home);
  expect(router.canGoBack()).toBe(false);
  router.back();
  expect(router.current().hash).toBe(hashes.home);
});

test('Back remembers the row one came from', () => {
  const bar = bareWindow();
  const router = makeRouter(bar);
  bar.focused = 'run-1';
  router.go(hashes.run('1'));
  expect(router.current().returnTo).toBeUndefined();
  router.back();
  expect(router.current().returnTo).toBe('run-1');
});

test('a replaced screen is not returned to', () => {
  const router = makeRouter(bareWindow());
  router.go(hashes.mailbox);
  router.replace(hashes.preview);
  router.back();
  expect(router.current().hash).toBe(hashes.home);
});

test('an address typed by hand or the browser\'s own Back is followed and told once', () => {
  const bar = bareWindow('#/status');
  const router = makeRouter(bar);
  let told = 0;
  const stop = router.listen(() => { told += 1; });
  bar.typed('#/conflicts');
  expect(router.current().route).toEqual({ name: 'asks' });
  bar.typed('#/status');
  expect(router.current().route).toEqual({ name: 'status' });
  expect(router.canGoBack()).toBe(false);
  expect(told).toBe(2);
  stop();
  router.go(hashes.help);
  expect(told).toBe(2);
});

test('a reload keeps the address', () => {
  expect(makeRouter(bareWindow('#/settings/accounts')).current().route).toEqual({ name: 'accounts' });
});
