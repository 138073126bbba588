import { defineConfig } from 'vitest/config';

const conditions = ['octavus-source', 'node', 'module-sync', 'default'];

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['suites/**/*.test.ts'],
    reporters: ['default', '../scripts/plain-summary-reporter.ts'],
    // One browser at a time.
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
  },
});
