import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { isDeadHere, machine, makeNodeId } from './node-identity.ts';

describe('a node counts as dead', () => {
  test('not while its process runs', () => {
    expect(isDeadHere(makeNodeId())).toBe(false);
  });

  test('when its process has ended', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(isDeadHere(`${machine()}:${child.pid}:1:x`)).toBe(true);
  });

  test.runIf(process.platform === 'linux')('when its id belongs to a process that started at another time', () => {
    expect(isDeadHere(`${machine()}:${process.pid}:1:x`)).toBe(true);
  });

  test.runIf(process.platform === 'linux')('when it was killed and nobody took notice', async () => {
    // The shell starts a process, replaces itself by one that never waits for it, and so leaves a zombie behind.
    const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    await expect.poll(() => isDeadHere(`${machine()}:${pid}::x`)).toBe(true);
    parent.kill();
  });

  test('never when it is of another machine, or of another container with the same host name', () => {
    expect(isDeadHere('elsewhere.example:1:1:x')).toBe(false);
    expect(isDeadHere(`${hostname()}/1:1:1:x`)).toBe(false);
  });
});
