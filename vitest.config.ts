import { defineConfig } from 'vitest/config';

/** Tests run the workspace's sources, as Node does: the condition is the one in each package's `exports`. */
const conditions = ['octavus-source', 'node', 'module-sync', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/{src,test}/**/*.test.ts',
      'apps/*/{src,test}/**/*.test.ts',
      'scripts/**/*.test.ts',
      'examples/*.test.ts',
      'conformance/requirements/**/*.test.ts',
    ],
    setupFiles: ['./scripts/check-streams.ts', './scripts/fixed-seed.ts'],
    reporters: ['default', './scripts/plain-summary-reporter.ts'],
    // What hangs ends; no test is meant to be judged by the speed of its machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
  },
});
