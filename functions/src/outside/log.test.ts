import { expect, test } from 'vitest';
import { hostLog, withinInvocation } from './log.ts';

function sink() {
  const lines: string[] = [];
  const at = (level: string) => (text: unknown): void => { lines.push(`${level} ${String(text)}`); };
  return { lines, log: at('log'), warn: at('warn'), error: at('error') };
}

test('what a handler logs goes to its own invocation, also after it has waited and while others run', async () => {
  const [one, two] = [sink(), sink()];
  await Promise.all([one, two].map((own, index) => withinInvocation(own, async () => {
    hostLog.info('a.started', { index });
    await Promise.resolve();
    hostLog.error('a.failed', { index, code: 'X', missing: undefined });
  })));
  expect(one.lines).toEqual(['log {"event":"a.started","index":0}', 'error {"event":"a.failed","index":0,"code":"X"}']);
  expect(two.lines).toEqual(['log {"event":"a.started","index":1}', 'error {"event":"a.failed","index":1,"code":"X"}']);
});
