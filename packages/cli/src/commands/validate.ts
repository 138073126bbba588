import { validateAgentResponseSchema } from '@octavus/core';
import { readAgentFolder } from '../agents/agent-folder.ts';
import { type ReportFormat, reportFormats, validateLocally } from '../agents/validate-locally.ts';
import { type Cli, defineCommand } from '../command.ts';
import { exitCodes, UsageFailure } from '../failures.ts';

interface ValidateOptions {
  readonly local?: boolean;
  readonly format?: ReportFormat;
  readonly failOnWarnings?: boolean;
}

export const validate = defineCommand<[paths: string[]], ValidateOptions>({
  usage: 'validate <path...>',
  summary: 'Validate agent definition (dry-run, no changes saved)',
  configure: (parser) => {
    parser
      .option('--local', 'Check with the validator of this package: no key, no network, line and column per finding')
      .addOption(
        parser.createOption('--format <format>', 'How --local prints its findings').choices([...reportFormats]),
      )
      .option('--fail-on-warnings', 'Exit 1 on warnings too');
  },
  run: async (cli, [paths], options) => {
    if (options.local || options.format) return validateLocally(cli, paths, options);
    const api = cli.connect();
    const [path, ...more] = paths;
    if (path === undefined || more.length > 0)
      throw new UsageFailure('several paths can be validated with --local only');
    return validateOnServer(cli, api, path, options);
  },
});

async function validateOnServer(
  { cwd, output }: Cli,
  api: ReturnType<Cli['connect']>,
  path: string,
  { failOnWarnings = false }: ValidateOptions,
): Promise<number> {
  output.info(`Reading agent from ${output.style.path(path)}...`);
  const agent = readAgentFolder(path, cwd);
  for (const warning of agent.warnings) output.warning(warning);
  const { slug } = agent.definition.settings;
  output.info(`Validating ${output.style.bold(slug)}...`);
  const { valid, errors, warnings } = await api.request('POST', '/api/agents/validate', {
    body: agent.definition,
    schema: validateAgentResponseSchema,
  });
  if (output.isJson) output.json({ slug, valid, errors, warnings });
  else {
    if (valid) output.success(`Agent ${output.style.bold(slug)} is valid`);
    else output.error(`Agent ${output.errorStyle.bold(slug)} has validation errors`);
    output.findings(errors, 'error');
    output.findings(warnings, 'warning');
  }
  return !valid || (failOnWarnings && warnings.length > 0) ? exitCodes.failure : exitCodes.success;
}
