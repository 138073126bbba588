import { hash } from 'node:crypto';
import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const root = fileURLToPath(new URL('../', import.meta.url));
const consoleDir = join(root, 'apps/console');
const stampFile = join(consoleDir, 'dist/.built-from');

/** What the bundle is made of. */
const sources = [
  'apps/console/{index.html,package.json,vite.config.ts}',
  'apps/console/{public,src}/**/*',
  'packages/{core,protocol,console-api,client-sdk,react}/src/**/*',
  'package-lock.json',
];

/** Builds the console unless what is there was made of the sources as they are. `npm start` does it first. */
async function buildConsole(): Promise<void> {
  const stamp = await digestSources();
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return;
  process.stdout.write('Building the console…\n');
  const { build } = await import('vite');
  await build({ root: consoleDir, logLevel: 'error' });
  await compressAssets();
  await writeFile(stampFile, stamp);
}

async function digestSources(): Promise<string> {
  const digests: string[] = [];
  for await (const path of glob(sources, { cwd: root, exclude: ['**/*.test.*'] })) {
    const content = await readFile(join(root, path)).catch(() => undefined);
    if (content) digests.push(`${path} ${hash('sha256', content)}`);
  }
  return hash('sha256', digests.sort().join('\n'));
}

/** Once here instead of with every answer. */
async function compressAssets(): Promise<void> {
  const compress = promisify(brotliCompress);
  for await (const path of glob('dist/**/*.{js,css,svg}', { cwd: consoleDir })) {
    const content = await readFile(join(consoleDir, path));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    await writeFile(join(consoleDir, `${path}.br`), await compress(content, { params }));
  }
}

try {
  await buildConsole();
} catch (error) {
  // The API answers without a console, and says so at its address.
  process.stderr.write(`The console could not be built: ${error instanceof Error ? error.message : error}\n`);
  if (process.argv.includes('--strict')) process.exitCode = 1;
}
