import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from './temporary-folder.ts';

/** The real server in a process of its own, on an empty embedded database. */
export interface RealServer extends AsyncDisposable {
  readonly url: string;
  /** What a command needs to reach it with every permission. */
  readonly env: Readonly<Record<string, string>>;
}

const source = fileURLToPath(new URL('../../../apps/server/src/', import.meta.url));
const condition = '--conditions=octavus-source';

export async function runServer(): Promise<RealServer> {
  const data = await temporaryFolder();
  const env = { PATH: process.env.PATH, OCTAVUS_DATA_DIR: data.path, PORT: '0', OCTAVUS_LOG_LEVEL: 'warn' };
  const words = ['keys', 'create', '--name', 'cli', '--permissions', 'agents,sessions,mint-tokens', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, [condition, `${source}admin/main.ts`, ...words], {
    env,
  });
  const { key } = JSON.parse(stdout) as { key: string };
  const child = spawn(process.execPath, [condition, `${source}main.js`], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const listening = /Octavus is listening on (\S+)\n/;
  while (!listening.test(text)) {
    if (child.exitCode !== null) throw new Error(`The server did not start:\n${text}`);
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  }
  const url = listening.exec(text)![1]!;
  return {
    url,
    env: { OCTAVUS_API_URL: url, OCTAVUS_API_KEY: key },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await data[Symbol.asyncDispose]();
    },
  };
}
