import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** `npm run test:faults`: what takes minutes. Two files at a time, so that SQLite and PostgreSQL are killed side by side. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    dir: 'apps/server/faults',
    include: ['**/*.test.ts'],
    testTimeout: 24 * 60 * 60 * 1000,
    hookTimeout: 60_000,
  },
});
