/** Two ways to load the same Functions app: its bundle as Azure does, or its source with an injected clock. */
import { createRequire } from 'node:module';
import path from 'node:path';
import type { MovableClock } from './clock.ts';
import type { App } from './world.ts';

/** The production bundle; it keeps its own clock, as in Azure. */
export function bundledApp(root: string, expectedFunctions: number): App {
  return {
    expectedFunctions,
    load: (env) => {
      Object.assign(process.env, env);
      createRequire(import.meta.url)(path.join(root, 'functions/dist/main.cjs'));
      return Promise.resolve();
    },
  };
}

/** The same app from source, on the world's clock: how a demo or a test moves time instead of waiting. */
export async function sourceApp(): Promise<App> {
  const { createServices } = await import('../functions/src/compose.ts');
  const { FUNCTION_COUNT, registerFunctions } = await import('../functions/src/triggers/register.ts');
  return {
    expectedFunctions: FUNCTION_COUNT,
    load: (env: Readonly<Record<string, string>>, clock: MovableClock) => {
      registerFunctions(createServices(env, { clock }));
      return Promise.resolve();
    },
  };
}
