import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** A package as it would be published. */
export interface Packed {
  readonly tarball: string;
  /** Paths inside it. */
  readonly files: readonly string[];
}

/** A folder of its own that holds nothing but installed packages. */
export interface Installed extends AsyncDisposable {
  readonly folder: string;
  /** Runs a command there and gives what it printed; throws when it fails. */
  run(command: string, ...args: readonly string[]): Promise<string>;
  write(name: string, content: string): Promise<void>;
}

export async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(root, 'packages', folder, 'package.json'), 'utf8'));
}

const packed = new Map<string, Promise<Packed>>();

/** Packs once, however many ask. */
export function pack(folder: string, into: string): Promise<Packed> {
  const known = packed.get(folder) ?? packNow(folder, into);
  packed.set(folder, known);
  return known;
}

async function packNow(folder: string, into: string): Promise<Packed> {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', into, '-w', `packages/${folder}`];
  const { stdout } = await run('npm', args, { cwd: root });
  // npm gives a list, or an object by package name, depending on its version.
  const [answer] = Object.values(JSON.parse(stdout)) as [{ filename: string; files: { path: string }[] }];
  return { tarball: join(into, answer.filename), files: answer.files.map(({ path }) => path) };
}

/** The package and those of ours it needs, itself first. */
export async function withDependencies(folder: string): Promise<string[]> {
  const { dependencies = {} } = await readManifest(folder);
  const ours = Object.keys(dependencies)
    .filter((name) => name.startsWith('@octavus/'))
    .map((name) => name.replace('@octavus/', ''));
  const nested = await Promise.all(ours.map(withDependencies));
  return [...new Set([folder, ...nested.flat()])];
}

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'octavus-packaging-'));
}

/** A folder of its own with nothing in it. */
export async function emptyFolder(): Promise<Installed> {
  const folder = await temporaryFolder();
  const write = (name: string, content: string) => writeFile(join(folder, name), content);
  const runThere = async (command: string, ...args: readonly string[]) => {
    const { stdout } = await run(command, args, { cwd: folder, env: { ...process.env, NO_COLOR: '1' } });
    return stdout;
  };
  return { folder, run: runThere, write, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

/** Installs tarballs and registry packages as a user would, without running their scripts. */
export async function install(...specs: readonly string[]): Promise<Installed> {
  const user = await emptyFolder();
  await user.write('package.json', '{ "private": true }');
  await user.run('npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', ...specs);
  return user;
}
