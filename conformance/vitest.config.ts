import { defineConfig } from 'vitest/config';

/** The suites run once per database; PostgreSQL joins where `OCTAVUS_TEST_POSTGRES_URL` names a server. */
const databases = process.env.OCTAVUS_TEST_POSTGRES_URL ? ['sqlite', 'postgres'] : ['sqlite'];

/** The behaviour suite runs the workspace's sources beside the published packages. */
const conditions = ['octavus-source', 'node', 'module-sync', 'default'];

export default defineConfig({
  root: import.meta.dirname,
  test: {
    reporters: ['default', '../scripts/plain-summary-reporter.ts'],
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'support', include: ['support/**/*.test.ts'], testTimeout: 40_000 } },
      {
        extends: true,
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        test: { name: 'behaviour', include: ['behaviour/**/*.test.ts'], testTimeout: 40_000 },
      },
      {
        extends: true,
        test: { name: 'parity', include: ['parity/**/*.test.ts'], testTimeout: 120_000, maxConcurrency: 2 },
      },
      ...databases.map((database) => ({
        extends: true as const,
        test: {
          name: database,
          include: ['suites/**/*.test.ts'],
          env: { OCTAVUS_CONFORMANCE_DATABASE: database },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      })),
    ],
  },
});
