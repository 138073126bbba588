/** One entry of `package-lock.json`, as far as it matters here. */
interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly dev?: true;
  readonly optional?: true;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Lockfile {
  packages: Record<string, LockedPackage>;
}

/** An optional dependency that the lockfile names without saying which package it is. */
export interface MissingPackage {
  readonly name: string;
  readonly version: string;
  readonly neededBy: LockedPackage;
}

/**
 * Optional dependencies without an entry. npm leaves out those that the registry it asked does not have, and then refuses its own
 * lockfile (`npm ci`: "Missing … from lock file").
 */
export function findMissing({ packages }: Lockfile): MissingPackage[] {
  return Object.entries(packages).flatMap(([path, neededBy]) =>
    Object.entries(neededBy.optionalDependencies ?? {})
      .filter(([name]) => !isLocked(packages, path, name))
      .map(([name, version]) => ({ name, version, neededBy })),
  );
}

/** The entry of a package that holds one platform's binary, read off its name: `binding-linux-x64-musl`. */
export function platformEntry({ name, version, neededBy }: MissingPackage): LockedPackage {
  const words = name.split(/[/-]/);
  const os = words.find((word) => systems.has(word));
  const cpu = words.find((word) => processors.has(word));
  if (!os || !cpu) throw new Error(`${name} does not say which platform it is for`);
  const libc = os !== 'linux' ? undefined : words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc';
  return {
    version,
    cpu: [cpu],
    ...(neededBy.dev && { dev: true }),
    ...(libc && { libc: [libc] }),
    optional: true,
    os: [os],
  };
}

const systems = new Set(['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']);
const processors = new Set(['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64']);

/** As Node resolves: beside the package that needs it, then outwards. */
function isLocked(packages: Lockfile['packages'], path: string, name: string): boolean {
  for (let at = path; ; at = outer(at)) {
    if (Object.hasOwn(packages, `${at === '' ? '' : `${at}/`}node_modules/${name}`)) return true;
    if (at === '') return false;
  }
}

function outer(path: string): string {
  const last = path.lastIndexOf('node_modules/');
  return last <= 0 ? '' : path.slice(0, last - 1);
}
