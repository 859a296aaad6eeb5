import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{api,functions,addin,sandbox,scripts,infra,test}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
