import { afterAll, beforeAll } from 'vitest';
import { type Run, runHere } from './run-octavus.ts';
import { type RealServer, runServer } from './run-server.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

/** A folder with files, and commands that run in it. */
export interface Workplace extends TemporaryFolder {
  octavus(...words: readonly string[]): Promise<Run>;
}

export async function aWorkplace(
  files: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Workplace> {
  const folder = await temporaryFolder(files);
  return { ...folder, octavus: (...words) => runHere(words, { cwd: folder.path, env }) };
}

/** One real server for the tests of a file. @returns it, and how to make folders whose commands reach it */
export function withServer() {
  let server: RealServer;
  beforeAll(async () => {
    server = await runServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  return {
    server: () => server,
    inFolder: (files: Readonly<Record<string, string>> = {}) => aWorkplace(files, server.env),
  };
}
