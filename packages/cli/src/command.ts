import type { Command as Parser } from 'commander';
import type { Api } from './api/api.ts';
import type { Environment, Resolved } from './config/config.ts';
import type { Output } from './output.ts';

/** What surrounds a command. */
export interface Cli {
  /** Absolute. */
  readonly cwd: string;
  /** With the variables of the env file. */
  readonly env: Environment;
  readonly output: Output;
  readonly stdin: NodeJS.ReadStream;
  /** Aborts when the user presses Ctrl-C. Its reason is what interrupted work throws. */
  readonly signal: AbortSignal;
  readonly version: string;
  /** The env file as the user names it: that of `--env`, else `.env`. */
  readonly envFile: string;
  /** Where the server is. @throws CliFailure when the setting is no address */
  apiUrl(): Resolved;
  /** The key for it, if there is one. */
  apiKey(): Resolved | undefined;
  /** The server's API; of the place given, else of the settings. @throws CliFailure CONFIG_ERROR without a key */
  connect(place?: { readonly url: string; readonly key: string }): Api;
  /** The parser of the whole command line, for commands about commands. */
  readonly parser: Parser;
}

/** One command. Each lives in a file of its own in `commands/` and has one line in `commands/index.ts`. */
export interface Command {
  /** Its word, and its arguments in the parser's notation: `sync [path]`. */
  readonly usage: string;
  readonly summary: string;
  /** Adds options beyond the common ones. */
  configure?(parser: Parser): void;
  /**
   * @param args by position; an optional one that is missing is `undefined`, a variadic one an array.
   * @returns the exit status; nothing is 0.
   * @throws CliFailure, UsageFailure.
   */
  run(cli: Cli, args: readonly unknown[], options: Readonly<Record<string, unknown>>): Promise<number | undefined>;
}

/** Commands that share a first word, such as `sessions get`. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Command[];
}

/**
 * A command with its arguments and options typed; the parser sees to it that they have that shape.
 */
export function defineCommand<Args extends readonly unknown[], Options = object>(command: {
  readonly usage: string;
  readonly summary: string;
  configure?(parser: Parser): void;
  run(cli: Cli, args: Args, options: Options): Promise<number | undefined> | Promise<void>;
}): Command {
  const { run } = command;
  return {
    ...command,
    run: async (cli, args, options) => {
      const status = await run(cli, args as unknown as Args, options as Options);
      return typeof status === 'number' ? status : undefined;
    },
  };
}
