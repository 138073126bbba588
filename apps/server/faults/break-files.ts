import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import type { Injector } from './injector.ts';

const ofFileSystem = ['open', 'rename', 'mkdir'] as const;
const ofHandle = ['writeFile', 'sync', 'stat'] as const;

/** Makes calls of `node:fs/promises` that concern files below a directory fail as on a full disk. Dispose to mend them. */
export async function breakFiles(injector: Injector, directory: string): Promise<Disposable> {
  const handle = await fs.open(join(directory, 'probe'), 'w');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const mended: (() => void)[] = [];
  const replace = (target: object, name: string, concerns: (args: readonly unknown[]) => boolean) => {
    const original = Reflect.get(target, name) as (...args: unknown[]) => unknown;
    const failing = async function (this: unknown, ...args: unknown[]) {
      if (!concerns(args) || !injector.hit()) return original.apply(this, args);
      throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: 'ENOSPC', syscall: name });
    };
    Reflect.set(target, name, failing);
    mended.push(() => Reflect.set(target, name, original));
  };
  for (const name of ofFileSystem) replace(fs, name, ([path]) => String(path).startsWith(directory));
  for (const name of ofHandle) replace(prototype, name, () => true);
  syncBuiltinESMExports();
  return {
    [Symbol.dispose]: () => {
      for (const mend of mended) mend();
      syncBuiltinESMExports();
    },
  };
}
