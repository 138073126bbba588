import { readFileSync } from 'node:fs';
import { CommanderError, Command as Parser } from 'commander';
import { Api } from './api/api.ts';
import { type Wait, waitForTime } from './api/retry.ts';
import type { Cli, Command, CommandGroup } from './command.ts';
import { commands } from './commands/index.ts';
import type { Environment } from './config/config.ts';
import { loadEnvFile } from './config/env-file.ts';
import { createSettings } from './config/settings.ts';
import { exitCodes, isInterruption, toFailure, UsageFailure } from './failures.ts';
import { Output, type Sink, wantsColor } from './output.ts';
import { packageRoot } from './package-root.ts';
import { endWithOutput, type SignalSource, stopOnSignals, type Writing } from './process-signals.ts';

/** The parts of a process that a command line needs; `process` is one. */
export interface Host extends SignalSource {
  readonly stdout: Sink & Writing;
  readonly stderr: Sink & Writing;
  readonly stdin: NodeJS.ReadStream;
  readonly env: Environment;
  cwd(): string;
  exitCode?: number | string | null | undefined;
  /** Lets time pass before a request is tried again. Default: the clock. */
  readonly wait?: Wait;
}

/** Options that every command takes, before or after its name. */
interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly env?: string;
  readonly apiUrl?: string;
  readonly color?: boolean;
}

/**
 * Runs one command line and sets the exit status of the process (cli.md 3).
 *
 * @param words the command line after the program, such as `['list', '--json']`.
 */
export async function runCli(words: readonly string[], host: Host): Promise<void> {
  endWithOutput(host, (status) => host.exit(status));
  const signal = stopOnSignals(host);
  host.exitCode = await parseAndRun(words, host, signal);
}

async function parseAndRun(words: readonly string[], host: Host, signal: AbortSignal): Promise<number> {
  let status: number = exitCodes.success;
  const parser = createParser(host, async (leaf, command, args) => {
    const common = commonOptions(leaf, command);
    const cli = createCli(host, { common, parser, signal });
    status = await runCommand(cli, command, args, leaf.opts());
  });
  try {
    await parser.parseAsync([...words], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (error instanceof UsageFailure) return tellUsage(error, host.stderr);
    throw error;
  }
}

type Run = (leaf: Parser, command: Command, args: readonly unknown[]) => Promise<void>;

function createParser(host: Host, run: Run): Parser {
  const parser = new Parser('octavus')
    .description('Writes, checks, syncs, runs and tests Octavus agents')
    .version(readVersion(), '-V, --version', 'output the version number')
    .enablePositionalOptions()
    .showHelpAfterError(false)
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void host.stderr.write(text),
    })
    .exitOverride();
  addCommonOptions(parser);
  for (const entry of commands) {
    if ('commands' in entry) addGroup(parser, entry, run);
    else addCommand(parser, entry, run);
  }
  return parser;
}

function addGroup(parser: Parser, group: CommandGroup, run: Run): void {
  const parent = parser.command(group.name).description(group.summary).enablePositionalOptions();
  addCommonOptions(parent);
  for (const command of group.commands) addCommand(parent, command, run);
}

function addCommand(parent: Parser, command: Command, run: Run): void {
  const leaf = parent.command(command.usage).description(command.summary).allowExcessArguments(false);
  command.configure?.(leaf);
  addCommonOptions(leaf);
  leaf.action(async (...given: unknown[]) => run(leaf, command, given.slice(0, -2)));
}

/** Those that the command defines itself keep their meaning there. */
function addCommonOptions(parser: Parser): void {
  const add = (flags: string, name: string, description: string) => {
    if (!parser.options.some((option) => option.long === name)) parser.option(flags, description);
  };
  add('--json', '--json', 'Output as JSON');
  add('--quiet', '--quiet', 'Suppress non-essential output');
  add('--env <file>', '--env', 'Load environment from a specific file (default: ".env")');
  add(
    '--api-url <url>',
    '--api-url',
    'Address of the server (default: OCTAVUS_API_URL, OCTAVUS_BASE_URL or http://localhost:6282)',
  );
  add('--no-color', '--no-color', 'Never use colours');
}

const commonNames = ['json', 'quiet', 'env', 'apiUrl'] as const;

/** The values nearest to the command win; an option that the command uses for something of its own is not read from it. */
function commonOptions(leaf: Parser, command: Command): CommonOptions {
  const own = new Parser().command(command.usage);
  command.configure?.(own);
  const taken = new Set(own.options.map((option) => option.attributeName()));
  const found: Record<string, unknown> = {};
  for (let parser: Parser | null = leaf; parser; parser = parser.parent) {
    const values = parser.opts();
    for (const name of commonNames) {
      if (parser === leaf && taken.has(name)) continue;
      found[name] ??= values[name];
    }
    if (values.color === false) found.color = false;
  }
  return found;
}

interface CliParts {
  readonly common: CommonOptions;
  readonly parser: Parser;
  readonly signal: AbortSignal;
}

function createCli(host: Host, { common, parser, signal }: CliParts): Cli {
  const { env } = host;
  const cwd = host.cwd();
  const version = readVersion();
  const envFile = common.env ?? '.env';
  const state = loadEnvFile(envFile, { cwd, env });
  const output = new Output({
    stdout: host.stdout,
    stderr: host.stderr,
    isJson: common.json === true,
    isQuiet: common.quiet === true,
    hasColor: (sink) => wantsColor(sink, { env, isRefused: common.color === false }),
  });
  if (common.env !== undefined && state !== 'loaded') output.notice(`Env file ${state}: ${common.env}`);
  const { apiUrl, apiKey, requireApiKey } = createSettings(env, common.apiUrl);
  return {
    cwd,
    env,
    output,
    stdin: host.stdin,
    signal,
    version,
    envFile,
    apiUrl,
    apiKey,
    connect: (place) => {
      const key = place?.key ?? requireApiKey();
      const url = place?.url ?? apiUrl().value;
      const wait: Wait = (ms, stop) => {
        output.progressOnTerminal(`Waiting for ${url}, then trying again`);
        return (host.wait ?? waitForTime)(ms, stop);
      };
      return new Api({ url, key, version, signal, wait });
    },
    parser,
  };
}

async function runCommand(
  cli: Cli,
  command: Command,
  args: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
): Promise<number> {
  try {
    return (await command.run(cli, args, options)) ?? exitCodes.success;
  } catch (error) {
    if (isInterruption(error, cli.signal)) return exitCodes.interrupted;
    if (error instanceof UsageFailure) return tellUsage(error, cli.output.stderr);
    const failure = toFailure(error);
    cli.output.fail(failure);
    return failure.exitCode;
  }
}

function tellUsage({ message }: UsageFailure, stderr: Sink): number {
  stderr.write(`error: ${message}\n`);
  return exitCodes.failure;
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8')) as { version: string };
  return version;
}
