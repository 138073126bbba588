import { basename, resolve } from 'node:path';
import { listSkillsResponseSchema, skillSecretsResponseSchema, uploadSkillResponseSchema } from '@octavus/core';
import { isSlug } from '@octavus/protocol';
import type { Api } from '../api/api.ts';
import { type Cli, type CommandGroup, defineCommand } from '../command.ts';
import { exitCodes, FileFailure, UsageFailure } from '../failures.ts';
import { listNames } from '../files/read-files.ts';
import { writeFiles } from '../files/write-files.ts';
import { listSkillFiles, packSkill, type SkillContent } from '../skills/pack-skill.ts';
import { pull } from '../skills/pull-skill.ts';
import { readSkillFolder, type SkillFolder } from '../skills/skill-folder.ts';
import { compareSecrets, readSecrets } from '../skills/skill-secrets.ts';
import { printTable } from '../terminal/table.ts';
import { toSlug } from './init.ts';

interface SyncOptions {
  readonly env?: string;
  readonly dryRun?: boolean;
}

const sync = defineCommand<[path: string], SyncOptions>({
  usage: 'sync <path>',
  summary: 'Upload a skill and its secrets (creates or updates)',
  configure: (parser) => {
    parser
      .option('--env <environment>', 'Take the secrets of <path>/.env.<environment> (default: <path>/.env)')
      .option('--dry-run', 'List the files that would be uploaded');
  },
  run: async (cli, [path], { env: environment, dryRun }) => {
    const { output } = cli;
    const api = dryRun ? undefined : cli.connect();
    if (api) output.sayErrorsOnly();
    output.info(`Reading skill from ${output.style.path(path)}...`);
    const skill = readSkillFolder(path, cli.cwd);
    const content = listSkillFiles(skill.path);
    warn(cli, skill, content);
    if (!api) return showFiles(cli, skill, content);
    output.info(`Packaging ${output.style.bold(skill.name)}...`);
    const { skillId, slug, created } = await upload(api, packSkill(skill.path, content));
    output.success(`${created ? 'Created' : 'Updated'}: ${output.style.bold(slug)}`);
    output.keyValue('Skill ID', skillId);
    const secretsUpdated = await pushSecrets(cli, api, { skill, skillId, environment });
    if (output.isJson) output.json({ slug, skillId, created, secretsUpdated });
    return exitCodes.success;
  },
});

function warn({ output }: Cli, { warnings }: SkillFolder, { links }: SkillContent): void {
  for (const warning of warnings) output.warning(warning);
  for (const link of links) output.warning(`Symbolic link left out: ${link}`);
}

function showFiles({ output }: Cli, { name }: SkillFolder, { files, sizeBytes }: SkillContent): number {
  if (output.isJson) output.json({ name, files, sizeBytes });
  for (const file of files) output.line(file);
  output.detail(`${files.length} file(s), ${sizeBytes} bytes`);
  return exitCodes.success;
}

async function upload(api: Api, archive: Uint8Array) {
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(archive)], { type: 'application/zip' }), 'skill.zip');
  return api.request('POST', '/api/skills', { body, schema: uploadSkillResponseSchema });
}

/** @returns how many secrets the server has new values of. */
async function pushSecrets(
  { output }: Cli,
  api: Api,
  {
    skill,
    skillId,
    environment,
  }: { readonly skill: SkillFolder; readonly skillId: string; readonly environment: string | undefined },
): Promise<number> {
  const secrets = readSecrets(skill.path, environment);
  for (const warning of compareSecrets(skill.secrets, secrets, output.style.secret)) output.warning(warning);
  const count = Object.keys(secrets).length;
  if (count === 0) return 0;
  output.info(`Pushing ${count} secret(s)...`);
  const path = `/api/skills/${encodeURIComponent(skillId)}/secrets`;
  const { updated } = await api.request('PUT', path, { body: { secrets }, schema: skillSecretsResponseSchema });
  output.success(`${updated.length} secret(s) updated`);
  return updated.length;
}

const list = defineCommand({
  usage: 'list',
  summary: 'List the skills of the project',
  run: async (cli) => {
    const { output } = cli;
    const { skills } = await cli.connect().request('GET', '/api/skills', { schema: listSkillsResponseSchema });
    if (output.isJson) return output.json({ skills });
    if (skills.length === 0) return output.info('No skills found');
    const rows = skills.map(({ slug, version = '', fileCount, updatedAt }) => [
      slug,
      version,
      String(fileCount),
      updatedAt,
    ]);
    printTable(output, rows, {
      header: ['SLUG', 'VERSION', 'FILES', 'UPDATED'],
      widths: [40, 12, 6, 24],
      noun: 'skill',
    });
  },
});

const validate = defineCommand<[path: string]>({
  usage: 'validate <path>',
  summary: 'Check a skill folder, without a server',
  run: async (cli, [path]) => {
    const { output } = cli;
    const skill = readSkillFolder(path, cli.cwd);
    const content = listSkillFiles(skill.path);
    const problems = problemsOf(skill);
    const warnings = [...skill.warnings, ...content.links.map((link) => `Symbolic link left out: ${link}`)];
    if (output.isJson) output.json({ name: skill.name, valid: problems.length === 0, errors: problems, warnings });
    if (problems.length === 0) output.success(`Skill ${output.style.bold(skill.name)} is valid`);
    else output.error(`Skill ${output.errorStyle.bold(skill.name)} has validation errors`);
    for (const problem of problems) output.error(`  ${problem}`);
    for (const warning of warnings) output.warning(`  ${warning}`);
    return problems.length === 0 ? exitCodes.success : exitCodes.failure;
  },
});

/** What a server refuses (http-api.md 10). */
function problemsOf({ name, description, secrets }: SkillFolder): string[] {
  const wrong = secrets.filter((secret) => !/^[A-Z_][A-Z0-9_]*$/.test(secret.name));
  return [
    ...(isSlug(name) ? [] : [`name: "${name}" is no slug: lower-case letters and digits, joined by dashes`]),
    ...(description?.trim() ? [] : ['description: it is required']),
    ...wrong.map((secret) => `secrets: "${secret.name}": expected capital letters, digits and _`),
  ];
}

const init = defineCommand<[dir: string]>({
  usage: 'init <dir>',
  summary: 'Write a new skill',
  run: async (cli, [dir]) => {
    const { output } = cli;
    const folder = resolve(cli.cwd, dir);
    if (listNames(folder).length > 0) throw new FileFailure('The folder is not empty: choose another', folder);
    const name = toSlug(basename(folder));
    if (name === undefined) throw new UsageFailure(`"${dir}" gives no name: letters and digits`);
    const files = new Map([['SKILL.md', skillTemplate(name)]]);
    writeFiles(folder, files);
    if (output.isJson) output.json({ name, folder, written: [...files.keys()] });
    output.success(`Wrote ${output.style.bold(name)} into ${output.style.path(dir)}`);
  },
});

function skillTemplate(name: string): string {
  return `---
name: ${name}
description: What the skill is for and when to use it
version: 0.1.0
# secrets:
#   - name: API_TOKEN
#     description: Where to get it
---

# ${name}

What to do, step by step. Files beside this one, such as scripts, are uploaded with it.
`;
}

export const skills: CommandGroup = {
  name: 'skills',
  summary: 'Skills: folders with a SKILL.md',
  commands: [sync, list, pull, validate, init],
};
