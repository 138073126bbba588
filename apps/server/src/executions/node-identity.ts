import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names this process among all that may share a database: machine, process id, when the process started, and something unique. */
export function makeNodeId(): string {
  return [machine(), process.pid, startOf(process.pid) ?? '', randomUUID()].join(':');
}

/**
 * Whether a node is a process of this machine that is gone without having given its lease back.
 *
 * A killed process whose parent never asks for its exit status stays in the process table as a zombie, and its id may be given to
 * another process later; both count as gone. Where the system does not say when a process started, an id in use counts as alive: then
 * the lease runs out by itself.
 */
export function isDeadHere(nodeId: string): boolean {
  const [host, id, startedAt] = nodeId.split(':');
  if (host !== machine()) return false;
  const pid = Number(id);
  const start = startOf(pid);
  if (start === undefined) return !isInUse(pid);
  return start === 'zombie' || (startedAt !== '' && start !== startedAt);
}

/**
 * Where process ids mean what they mean here: two containers may share a host name, but each has process ids of its own
 * (pid_namespaces(7)). Without colons, which separate the parts of an id.
 */
export function machine(): string {
  return `${hostname()}/${pidNamespace()}`;
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
  } catch {
    return '';
  }
}

/** Clock ticks since the machine started, as Linux tells in `/proc/<pid>/stat` (proc(5), fields 3 and 22). */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything, so fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? 'zombie' : fields[19];
  } catch {
    return undefined;
  }
}

function isInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
