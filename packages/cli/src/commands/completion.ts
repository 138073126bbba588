import type { Command as Parser } from 'commander';
import { defineCommand } from '../command.ts';
import { UsageFailure } from '../failures.ts';

export const completion = defineCommand<[shell: string]>({
  usage: 'completion <shell>',
  summary: 'Print what makes a shell complete commands and options: bash, zsh or fish',
  run: async (cli, [shell]) => {
    const print = Object.hasOwn(shells, shell) ? shells[shell as keyof typeof shells] : undefined;
    if (!print) throw new UsageFailure(`no completion for "${shell}": bash, zsh or fish`);
    cli.output.stdout.write(print(wordsOf(cli.parser)));
  },
});

/** What may follow the words of a command, by these words joined by spaces; the empty text is the program itself. */
type Words = ReadonlyMap<string, readonly string[]>;

function wordsOf(parser: Parser, path = ''): Map<string, readonly string[]> {
  const words = new Map<string, readonly string[]>([
    [path, [...parser.commands.map((command) => command.name()), ...optionsOf(parser)]],
  ]);
  for (const command of parser.commands) {
    for (const [key, list] of wordsOf(command, `${path} ${command.name()}`.trim())) words.set(key, list);
  }
  return words;
}

function optionsOf(parser: Parser): string[] {
  return [...parser.options.flatMap(({ long }) => long ?? []), '--help'];
}

const shells = { bash: printBash, zsh: printZsh, fish: printFish } as const;

/** Words that are commands choose the list; what else is on the line (paths, options) does not matter. */
function printBash(words: Words): string {
  return `# octavus completion for bash. Use: source <(octavus completion bash)
_octavus() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
${casesOf(words)}
    esac
  done
  local list=""
  case "$path" in
${[...words].map(([path, list]) => `    '${path}') list='${list.join(' ')}' ;;`).join('\n')}
  esac
  if [[ -z "$path" || "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$list" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$list" -- "$current") $(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _octavus octavus
`;
}

function casesOf(words: Words): string {
  const paths = [...words.keys()].filter((path) => path !== '');
  return `      ${paths.map((path) => `'${path}'`).join('|')}) path="\${path:+$path }$word" ;;`;
}

function printZsh(words: Words): string {
  return `#compdef octavus
# octavus completion for zsh. Use: source <(octavus completion zsh)
autoload -U +X bashcompinit && bashcompinit
${printBash(words)}`;
}

function printFish(words: Words): string {
  const lines = [...words].flatMap(([path, list]) => {
    const commands = path === '' ? [] : path.split(' ');
    const condition =
      path === ''
        ? '__fish_use_subcommand'
        : commands.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    return list.map((word) =>
      word.startsWith('--')
        ? `complete -c octavus -n '${condition}' -l ${word.slice(2)}`
        : `complete -c octavus -n '${condition}' -f -a ${word}`,
    );
  });
  return `# octavus completion for fish. Use: octavus completion fish | source\n${lines.join('\n')}\n`;
}
