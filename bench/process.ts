import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Clock ticks a second in `/proc/<pid>/stat`; Linux has used this value on every platform that Node.js runs on. */
const ticksPerSecond = 100;
const pageBytes = 4096;

/** Of the repository. */
export const root = join(import.meta.dirname, '..');

/** A measured process. */
export interface Measured extends AsyncDisposable {
  readonly pid: number;
  /** Milliseconds from `spawn` to the awaited line. */
  readonly startedInMs: number;
  /** The awaited line. */
  readonly line: string;
  /** Of a process that loaded `collect-when-asked.ts`: collects its garbage. @returns the memory it then has. */
  collect(): Promise<NodeJS.MemoryUsage>;
}

/**
 * Runs Node.js and waits for the line of its standard output that starts with `awaited`.
 *
 * @param args as on the command line, paths from the root of the repository.
 * @param env all of its environment besides PATH and HOME.
 */
export async function startProcess(
  args: readonly string[],
  awaited: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  const { PATH = '', HOME = '' } = process.env;
  const began = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // The types know no fourth stream.
  }) as ChildProcessByStdio<null, Readable, null>;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith(awaited)) continue;
    child.stdout.resume();
    return {
      pid: child.pid ?? 0,
      startedInMs: performance.now() - began,
      line,
      collect: async () => {
        child.send('collect');
        const [memory] = await once(child, 'message');
        return memory;
      },
      [Symbol.asyncDispose]: () => stop(child),
    };
  }
  throw new Error(`node ${args.join(' ')} ended before it said "${awaited}"`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** User and system time of a process and its children so far, in milliseconds. */
export function cpuMs(pid: number): number {
  let ticks = 0;
  for (const member of processTree(pid)) {
    const fields = statFields(member);
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return (ticks / ticksPerSecond) * 1000;
}

/** Resident memory of a process and its children, in bytes. */
export function residentBytes(pid: number): number {
  return processTree(pid).reduce((sum, member) => sum + Number(statFields(member)[21]) * pageBytes, 0);
}

/** The fields of `/proc/<pid>/stat` after the command's name, which may itself contain blanks and brackets. */
function statFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function processTree(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(processTree)];
}
