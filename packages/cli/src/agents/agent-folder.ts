import { join, resolve } from 'node:path';
import { agentFormatSchema } from '@octavus/core';
import {
  type AgentPayload,
  type AgentSettings,
  createDiagnosticCollector,
  parseFrontMatter,
  readAgentFiles,
} from '@octavus/protocol';
import { z } from 'zod';
import { FileFailure } from '../failures.ts';
import { readFiles } from './agent-files.ts';

/** An agent as it lies on disk, ready to be sent. */
export interface AgentFolder {
  /** Absolute. */
  readonly path: string;
  readonly definition: Required<AgentPayload>;
  /** What is odd about it and stops nothing. */
  readonly warnings: readonly string[];
}

/**
 * Reads an agent folder as `validate` and `sync` send it (cli.md 5): the protocol is not looked into.
 *
 * @throws FileFailure that names what is missing or broken.
 */
export function readAgentFolder(path: string, cwd: string): AgentFolder {
  const folder = resolve(cwd, path);
  const files = readFiles(folder);
  const settingsFile = files.get('settings.json');
  if (!settingsFile) throw new FileFailure('settings.json not found', join(folder, 'settings.json'));
  const { settings, unknownKeys } = readSettings(settingsFile, join(folder, 'settings.json'));

  for (const [file, bytes] of files) if (file.startsWith('references/')) checkReference(file, bytes, folder);
  const collector = createDiagnosticCollector();
  const { protocol, prompts, references } = readAgentFiles(files, collector.report);
  if (protocol === undefined) throw new FileFailure('protocol.yaml not found', join(folder, 'protocol.yaml'));
  const [problem] = collector.finish().errors;
  if (problem) throw new FileFailure(problem.message, join(folder, pathOf(problem.path, files)));
  return {
    path: folder,
    definition: { settings, protocol, prompts, references },
    warnings: unknownKeys.map((key) => `settings.json: unknown key "${key}" is ignored`),
  };
}

/** A diagnostic's path is its file's name without the ending. */
function pathOf(name: string, files: ReadonlyMap<string, unknown>): string {
  return [`${name}.md`, `${name}.yaml`, `${name}.yml`, `${name}.json`].find((path) => files.has(path)) ?? name;
}

/** A reference opens with front matter that holds a description (cli.md 5). */
function checkReference(file: string, bytes: Uint8Array, folder: string): void {
  const name = file.slice('references/'.length, -'.md'.length);
  const matter = parseFrontMatter(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  const fail = (problem: string) => new FileFailure(`Reference "${name}" ${problem}`, join(folder, file));
  if (matter.state === 'missing') throw fail('is missing front matter');
  if (matter.state === 'invalid') throw fail(`has invalid front matter: ${matter.reason}`);
  const description = matter.fields.get('description');
  if (typeof description !== 'string' || description.trim() === '') {
    throw fail('has invalid front matter: description: expected a text');
  }
}

const settingsSchema = z.object({
  slug: z.string().min(1, 'Slug is required'),
  name: z.string().min(1, 'Name is required'),
  description: z.string().optional(),
  format: agentFormatSchema,
});

function readSettings(bytes: Uint8Array, path: string): { settings: AgentSettings; unknownKeys: string[] } {
  const value = parseJson(bytes, path);
  const parsed = settingsSchema.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path: key, message }) =>
      key.length > 0 ? `${key.join('.')}: ${message}` : message,
    );
    throw new FileFailure(`Invalid settings.json: ${issues.join(', ')}`, path);
  }
  const known = Object.keys(settingsSchema.shape);
  return { settings: parsed.data, unknownKeys: Object.keys(value as object).filter((key) => !known.includes(key)) };
}

function parseJson(bytes: Uint8Array, path: string): unknown {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FileFailure(`Invalid JSON in settings.json: ${(cause as Error).message}`, path, { cause });
  }
}
