import { defineConfig } from 'vitest/config';

/** What the packages should hold is read off their sources. */
const conditions = ['octavus-source', 'node', 'module-sync', 'default'];

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['*.test.ts'],
    reporters: ['default', '../scripts/plain-summary-reporter.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxConcurrency: 2,
  },
});
