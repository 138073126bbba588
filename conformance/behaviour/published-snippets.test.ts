import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const run = promisify(execFile);
const here = join(import.meta.dirname, '..');
const root = join(here, '..');
/** A folder from which each kind of package is found. */
const folders = { published: join(here, '.cache/snippets'), ours: join(root, '.cache/published-snippets') };

afterAll(() => Promise.all(Object.values(folders).map((folder) => rm(folder, { recursive: true, force: true }))));

interface Finding {
  /** `file(line,column)` */
  readonly place: string;
  readonly code: string;
  readonly text: string;
}

/** What fragments use without saying what it is. */
const surroundings = `
type Server = typeof import('@octavus/server-sdk');
type Client = typeof import('@octavus/client-sdk');
declare const OctavusClient: Server['OctavusClient'];
declare const client: import('@octavus/server-sdk').OctavusClient;
declare const session: import('@octavus/server-sdk').AgentSession;
declare const storedMessages: import('@octavus/server-sdk').UIMessage[];
declare const OctavusChat: Client['OctavusChat'];
declare const chat: import('@octavus/client-sdk').OctavusChat;
declare const transport: import('@octavus/client-sdk').Transport;
declare const fileRefs: import('@octavus/client-sdk').FileReference[];
declare const requestUploadUrls: import('@octavus/client-sdk').UploadFilesOptions['requestUploadUrls'];
declare const useOctavusChat: typeof import('@octavus/react').useOctavusChat;
declare const part: { thread?: string };
declare const error: unknown;
declare const data: unknown;
declare const input: Record<string, unknown>;
declare const options: {};
declare const agentId: string, sessionId: string, message: string;
declare const imageFile: File, fileInput: HTMLInputElement;
declare const db: any, ticketService: any, socket: any, toast: any, request: any, ErrorBanner: any, ChatInput: any, Message: any;
declare function showRetryUI(...args: any[]): void;
declare function showRetryButton(...args: any[]): void;
declare function showValidationError(...args: any[]): void;
declare function redirectToLogin(...args: any[]): void;
declare function handleEvent(event: import('@octavus/core').StreamEvent): void;
`;

/** The programs and fragments that the READMEs of the published packages show, and the application of these suites. */
async function writeSnippets(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of ['core', 'server-sdk', 'client-sdk', 'react']) {
    const text = await readFile(join(here, `node_modules/@octavus/${name}/README.md`), 'utf8');
    const snippets = [...text.matchAll(/^```(typescript|tsx?)\n([\s\S]*?)^```/gm)];
    const files = snippets.map(([, language, code = ''], index) =>
      writeFile(join(folder, `${name}-${index + 1}.${language === 'tsx' ? 'tsx' : 'ts'}`), `${code}\nexport {};\n`),
    );
    await Promise.all(files);
  }
  await writeFile(join(folder, 'surroundings.d.ts'), surroundings);
  await cp(join(here, 'support/demo-app.ts'), join(folder, 'demo-app.ts'));
}

/** What the compiler says of them. */
async function compileSnippets(folder: string, customConditions: readonly string[]): Promise<Finding[]> {
  await writeSnippets(folder);
  const compilerOptions = {
    ...{
      noEmit: true,
      strict: true,
      target: 'es2024',
      module: 'esnext',
      moduleResolution: 'bundler',
      skipLibCheck: true,
    },
    ...{ jsx: 'react-jsx', types: ['node'], typeRoots: [join(root, 'node_modules/@types')], customConditions },
    ...{ allowImportingTsExtensions: true, lib: ['es2024', 'esnext', 'dom', 'dom.iterable'] },
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts', '*.tsx'] }));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = await run(process.execPath, [compiler, '-p', '.'], { cwd: folder }).catch(
    (error: { stdout: string }) => error,
  );
  const lines = [...stdout.matchAll(/^(\S+\(\d+,\d+\)): error (TS\d+): (.*)$/gm)];
  return lines.map(([, place = '', code = '', text = '']) => ({ place, code, text }));
}

test('what the published READMEs show compiles against our packages as it does against theirs', async () => {
  const published = await compileSnippets(folders.published, []);
  const ours = await compileSnippets(folders.ours, ['octavus-source']);
  // Types go by other names in the texts of some.
  const has = (findings: readonly Finding[], { place, code }: Finding) =>
    findings.some((finding) => finding.place === place && finding.code === code);
  expect(ours.filter((finding) => !has(published, finding))).toEqual([]);
  const onlyTheirs = published.filter((finding) => !has(ours, finding));
  // Their READMEs use a method that their packages do not have, and ours do.
  expect(new Set(onlyTheirs.map(({ code, text }) => `${code} ${text}`))).toEqual(
    new Set(["TS2339 Property 'trigger' does not exist on type 'AgentSession'."]),
  );
}, 120_000);
