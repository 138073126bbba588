import type { Command as Parser } from 'commander';

/** What may stand at a place of a command line. The words of a command are joined by spaces; those of the program itself are ''. */
export interface Words {
  /** Words that lead to a command or a group. */
  readonly commands: readonly string[];
  /** What may follow a command besides options: commands of a group, or the values of an argument. */
  readonly following: ReadonlyMap<string, readonly string[]>;
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** Values of an option, by command and option, such as `init --template`; none: any text, or a file. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** All that a parser knows, commands below it included. */
export function readWords(parser: Parser): Words {
  const words = { commands: [] as string[], following: new Map(), options: new Map(), values: new Map() };
  const visit = (at: Parser, path: string) => {
    if (path !== '') words.commands.push(path);
    const names = at.commands.map((command) => command.name());
    words.following.set(path, [...names, ...at.registeredArguments.flatMap(({ argChoices }) => argChoices ?? [])]);
    words.options.set(path, [...at.options.flatMap(({ long }) => long ?? []), '--help']);
    for (const { long, required, argChoices } of at.options) {
      if (required && long) words.values.set(`${path} ${long}`, argChoices ?? []);
    }
    for (const command of at.commands) visit(command, `${path} ${command.name()}`.trim());
  };
  visit(parser, '');
  return words;
}
