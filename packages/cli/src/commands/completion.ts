import { defineCommand } from '../command.ts';
import { printBash, printFish, printZsh } from '../completion/scripts.ts';
import { readWords } from '../completion/words.ts';

const shells = { bash: printBash, zsh: printZsh, fish: printFish } as const;

export const completion = defineCommand<[shell: keyof typeof shells]>({
  usage: 'completion <shell>',
  summary: 'Print what makes a shell complete commands, options and their values: bash, zsh or fish',
  configure: (parser) => {
    parser.registeredArguments[0]!.choices(Object.keys(shells));
  },
  run: async ({ parser, output }, [shell]) => {
    const script = shells[shell](readWords(parser));
    if (output.isJson) output.json({ shell, script });
    else output.stdout.write(script);
  },
});
