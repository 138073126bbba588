import { parseArgs } from 'node:util';
import { OctavusError } from '@octavus/core';
import { type Environment, readConfig } from '../config.ts';
import { type Command, type CommandArgs, createContext, UsageError } from './command.ts';
import { commands } from './index.ts';

/** What surrounds a command: the environment, and where its result (`out`) and mistakes (`error`) go. */
interface AdminHost {
  readonly env: Environment;
  out(text: string): void;
  error(text: string): void;
}

const invocation = 'npm run -s admin --';

/**
 * Runs one operator command against the configured database.
 *
 * @param words the command line after the program, such as `['keys', 'list', '--json']`.
 * @returns the exit status: 0, or 1 after a message on `error`.
 */
export async function runAdmin(words: readonly string[], host: AdminHost): Promise<number> {
  const found = findCommand(words);
  if (!found) return answerWithoutCommand(words, host);
  const { name, command, rest } = found;
  try {
    const args = parse(command, rest);
    if (args.values.help) {
      host.out(helpOf(name, command));
      return 0;
    }
    checkPositionals(command, args);
    const result = await command.run(args, createContext(readConfig(host.env)));
    host.out(args.values.json ? JSON.stringify(result.json) : result.text);
    return 0;
  } catch (error) {
    host.error(explain(error, `${name} ${command.usage}`.trim()));
    return 1;
  }
}

interface FoundCommand {
  readonly name: string;
  readonly command: Command;
  readonly rest: readonly string[];
}

function findCommand(words: readonly string[]): FoundCommand | undefined {
  for (const count of [2, 1]) {
    const name = words.slice(0, count).join(' ');
    if (Object.hasOwn(commands, name)) {
      return { name, command: commands[name as keyof typeof commands], rest: words.slice(count) };
    }
  }
  return undefined;
}

function answerWithoutCommand(words: readonly string[], host: AdminHost): number {
  const [first] = words;
  if (first === '--help' || first === '-h' || first === 'help') {
    host.out(overview());
    return 0;
  }
  const problem = first === undefined ? 'No command given' : `Unknown command "${words.slice(0, 2).join(' ')}"`;
  host.error(`${problem}.\n\n${overview()}`);
  return 1;
}

function parse(command: Command, rest: readonly string[]): CommandArgs {
  const options = { ...command.options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...rest], options, allowPositionals: true });
    return { values, positionals };
  } catch (cause) {
    const [message = 'The options make no sense'] = (cause as Error).message.split(/\. To specify|\. Did you/, 1);
    throw new UsageError(message, { cause });
  }
}

function checkPositionals(command: Command, { positionals }: CommandArgs): void {
  const missing = command.positionals[positionals.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing`);
  const extra = positionals[command.positionals.length];
  if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many`);
}

function explain(error: unknown, usage: string): string {
  if (error instanceof UsageError) return `${error.message}.\n\nUsage: ${invocation} ${usage} [--json]`;
  if (OctavusError.isInstance(error) && error.code === 'SERVICE_UNAVAILABLE')
    return 'The database does not answer: check DATABASE_URL.';
  return error instanceof Error ? error.message : String(error);
}

function helpOf(name: string, { usage, summary }: Command): string {
  return `${summary}.\n\nUsage: ${invocation} ${`${name} ${usage}`.trim()} [--json]`;
}

function overview(): string {
  const lines = Object.entries<Command>(commands).map(
    ([name, { usage, summary }]) => `  ${`${name} ${usage}`.trim()}\n      ${summary}`,
  );
  return `Usage: ${invocation} COMMAND [--json]\n\n${lines.join('\n')}\n\nEvery command takes --json, which prints one line, and --help.`;
}
