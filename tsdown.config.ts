import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'tsdown';

/**
 * Builds every package that is published (`npm run build`): ES modules and CommonJS with types for each, one file per source file,
 * so that an application's bundler leaves out what the application does not use. A package that needs another shape says so in
 * a `tsdown.config.ts` of its own, whose fields win. Why: `docs/decisions/0007-package-build.md`.
 */
export default defineConfig({
  workspace: globSync('packages/*/package.json')
    .filter((file) => JSON.parse(readFileSync(file, 'utf8')).private !== true)
    .map((file) => file.replace('/package.json', '')),
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  unbundle: true,
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  sourcemap: true,
  report: false,
  logLevel: 'warn',
  checks: { pluginTimings: false },
});
