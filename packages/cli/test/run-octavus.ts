import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runCli } from '../src/run-cli.ts';

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** Nothing of this process' environment but PATH reaches the command; profiles are those of `cwd`, unless a variable says otherwise. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. Default: nothing. */
  readonly input?: string;
}

interface RunHereOptions extends RunOptions {
  /** Which streams are terminals: both, or none. */
  readonly isTerminal?: boolean | { readonly stdout: boolean; readonly stderr: boolean };
  /** Ctrl-C as soon as the output matches. */
  readonly interruptAfter?: RegExp;
}

/** Runs one command line in this process, as a pipe reads it: for large matrices. */
export async function runHere(
  words: readonly string[],
  { cwd, env = {}, input = '', isTerminal = false, interruptAfter }: RunHereOptions,
): Promise<Run> {
  const texts = { stdout: '', stderr: '' };
  const interrupts: (() => void)[] = [];
  const streamOf = (name: keyof typeof texts) => ({
    isTTY: typeof isTerminal === 'boolean' ? isTerminal : isTerminal[name],
    on: () => undefined,
    write: (text: string) => {
      texts[name] += text;
      if (interruptAfter?.test(texts[name])) {
        for (const interrupt of interrupts.splice(0)) setImmediate(interrupt);
      }
    },
  });
  const host = {
    stdout: streamOf('stdout'),
    stderr: streamOf('stderr'),
    stdin: Readable.from([input], { objectMode: false }) as NodeJS.ReadStream,
    env: { XDG_CONFIG_HOME: cwd, ...env },
    cwd: () => cwd,
    on: (signal: string, listener: () => void) => void (signal === 'SIGINT' && interrupts.push(listener)),
    exit: (status: number) => {
      throw new Error(`exit ${status}`);
    },
    exitCode: undefined as number | undefined,
    // Time is no matter of what a command says.
    wait: async () => undefined,
  };
  await runCli(words, host);
  return { status: host.exitCode ?? null, ...texts };
}

/** Makes each start after the first cheaper by half. */
export const compileCache = fileURLToPath(new URL('../../../node_modules/.cache/octavus-cli', import.meta.url));

const binary = fileURLToPath(new URL('../src/octavus.ts', import.meta.url));
const command = [process.execPath, '--conditions=octavus-source', binary];

/** Starts the binary with pipes. @param options.stdout an open file instead of the second */
export function startOctavus(
  words: readonly string[],
  { cwd, env, stdout = 'pipe' }: RunOptions & { readonly stdout?: number | 'pipe' },
): ChildProcess {
  const [file, ...args] = [...command, ...words];
  return spawn(file!, args, { cwd, env: environment(cwd, env), stdio: ['pipe', stdout, 'pipe'] });
}

/** Runs the binary with pipes. */
export async function runOctavus(words: readonly string[], options: RunOptions): Promise<Run> {
  const child = startOctavus(words, options);
  child.stdin!.end(options.input ?? '');
  return finish(child);
}

export async function finish(child: ChildProcess): Promise<Run> {
  const output = collect(child);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout: output.stdout(), stderr: output.stderr() };
}

/** A command on a pseudo-terminal: both of its streams arrive in one, with CRLF line ends. */
export interface Terminal extends AsyncDisposable {
  /** Everything so far. */
  text(): string;
  /** Resolves once what came holds the text (a part of it that was waited for before does not count). */
  until(text: string): Promise<void>;
  type(text: string): void;
  /** The exit status. */
  readonly ended: Promise<number | null>;
}

/** Starts the binary on a pseudo-terminal. */
export function openTerminal(words: readonly string[], options: RunOptions): Terminal {
  return openOnTerminal([...command, ...words], options);
}

/** Starts any program on a pseudo-terminal, which util-linux `script` opens. */
export function openOnTerminal(words: readonly string[], { cwd, env }: RunOptions): Terminal {
  const line = words.map(quote).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', line, '/dev/null'], {
    cwd,
    env: { ...environment(cwd, env), TERM: 'xterm', COLUMNS: '200' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let wake = () => undefined as unknown;
  const output = collect(child, () => wake());
  let seen = 0;
  const until: Terminal['until'] = async (text) => {
    for (;;) {
      const at = output.stdout().indexOf(text, seen);
      if (at >= 0) {
        seen = at + text.length;
        return;
      }
      if (isOver) throw new Error(`"${text}" did not come: ${output.stdout()}${output.stderr()}`);
      await new Promise((resolve) => {
        wake = () => resolve(undefined);
      });
    }
  };
  let isOver = false;
  const ended = once(child, 'close').then(([status]) => {
    isOver = true;
    wake();
    return status as number | null;
  });
  return {
    text: output.stdout,
    until,
    type: (text) => void child.stdin!.write(text),
    ended,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}

function collect(
  child: ChildProcess,
  onData: () => void = () => undefined,
): { stdout: () => string; stderr: () => string } {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] += chunk;
      onData();
    });
  }
  return { stdout: () => texts.stdout, stderr: () => texts.stderr };
}

function environment(cwd: string, env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH } = process.env;
  return { PATH, HOME: cwd, XDG_CONFIG_HOME: cwd, NODE_COMPILE_CACHE: compileCache, ...env };
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
