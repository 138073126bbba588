import { basename, relative, resolve } from 'node:path';
import { isSlug } from '@octavus/protocol';
import { fillTemplate, type TemplateName, templates } from '../agents/templates.ts';
import { type Cli, defineCommand } from '../command.ts';
import { FileFailure, UsageFailure } from '../failures.ts';
import { listNames } from '../files/read-files.ts';
import { writeFiles } from '../files/write-files.ts';
import { openQuestions } from '../terminal/ask.ts';

interface InitOptions {
  readonly template?: TemplateName;
  readonly slug?: string;
  readonly name?: string;
  readonly yes?: boolean;
  readonly force?: boolean;
}

export const init = defineCommand<[dir: string | undefined], InitOptions>({
  usage: 'init [dir]',
  summary: 'Write a new agent that runs as it is, on the offline model',
  configure: (parser) => {
    const names = Object.keys(templates);
    parser
      .addOption(parser.createOption('--template <name>', 'What to start from (default: chat)').choices(names))
      .option('--slug <slug>', 'Its name in addresses (default: that of the folder)')
      .option('--name <name>', 'Its name for people')
      .option('--yes', 'Ask nothing')
      .option('--force', 'Write into a folder that is not empty');
  },
  run: async (cli, [dir = '.'], options) => {
    const { output } = cli;
    const folder = resolve(cli.cwd, dir);
    assertFree(folder, options.force === true);
    const answers = options.yes || !cli.stdin.isTTY ? options : await askFor(cli, folder, options);
    const template = answers.template ?? 'chat';
    const slug = answers.slug ?? toSlug(basename(folder)) ?? template;
    if (!isSlug(slug))
      throw new UsageFailure(`"${slug}" is no slug: lower-case letters and digits, joined by dashes, up to 64`);
    const written = createAgentFolder(cli, folder, { ...answers, template, slug });
    if (output.isJson) output.json({ slug, template, folder, written });
    output.success(`Wrote ${output.style.bold(slug)} into ${output.style.path(dir)}`);
    for (const path of written) output.detail(`  ${path}`);
    output.info(`Talk with it: octavus dev ${quoteWord(relative(cli.cwd, folder) || '.')}`);
  },
});

/** @returns the paths written, below the folder. @throws FileFailure when the folder cannot be written */
export function createAgentFolder(
  cli: Pick<Cli, 'apiUrl'>,
  folder: string,
  { template, slug, name }: { readonly template: TemplateName; readonly slug: string; readonly name?: string },
): string[] {
  const files = fillTemplate(template, { slug, apiUrl: cli.apiUrl().value, ...(name !== undefined && { name }) });
  writeFiles(folder, files);
  return [...files.keys()];
}

/** A slug made of any text; `undefined` when nothing of it can be in one. */
export function toSlug(text: string): string | undefined {
  const slug = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
    .replace(/^-+|-+$/g, '');
  return slug === '' ? undefined : slug;
}

/** As a shell needs it. */
function quoteWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function assertFree(folder: string, mayReplace: boolean): void {
  const isFree = listNames(folder).length === 0;
  if (!isFree && !mayReplace) throw new FileFailure('The folder is not empty: choose another, or --force', folder);
}

async function askFor(cli: Cli, folder: string, options: InitOptions): Promise<InitOptions> {
  using questions = openQuestions(cli);
  const ask = async (question: string, proposed: string) =>
    (await questions.ask(`${question} [${proposed}]: `)).trim() || proposed;
  const names = Object.keys(templates) as TemplateName[];
  const template = options.template ?? (await ask(`Template, one of ${names.join(', ')}`, 'chat'));
  const chosen = names.find((name) => name === template);
  if (!chosen) throw new UsageFailure(`there is no template "${template}": ${names.join(', ')}`);
  const slug = options.slug ?? (await ask('Slug', toSlug(basename(folder)) ?? 'agent'));
  const name = options.name ?? (await ask('Name', templates[chosen].name));
  return { ...options, template: chosen, slug, name };
}
