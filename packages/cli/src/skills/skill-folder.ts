import { join, resolve } from 'node:path';
import { parseFrontMatter } from '@octavus/protocol';
import { z } from 'zod';
import { FileFailure } from '../failures.ts';
import { assertFolder, isFile, readText } from '../files/read-files.ts';

const secretsSchema = z.array(
  z.object({ name: z.string().min(1), description: z.string().optional(), required: z.boolean().optional() }),
);
export type DeclaredSecret = z.infer<typeof secretsSchema>[number];

/** A skill as it lies on disk (cli.md 6). */
export interface SkillFolder {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly secrets: readonly DeclaredSecret[];
  /** What is odd about it and stops nothing. */
  readonly warnings: readonly string[];
}

const optionalTexts = ['description', 'version', 'license', 'author', 'category'] as const;

/** @throws FileFailure that names what is missing or broken. */
export function readSkillFolder(path: string, cwd: string): SkillFolder {
  const folder = resolve(cwd, path);
  assertFolder(folder);
  const file = join(folder, 'SKILL.md');
  const fields = readFields(file);
  const name = fields.get('name');
  if (typeof name !== 'string' || name === '') throw new FileFailure('SKILL.md has no name in its front matter', file);
  for (const key of optionalTexts) {
    const value = fields.get(key);
    if (value !== undefined && typeof value !== 'string')
      throw new FileFailure(`SKILL.md: ${key}: expected a text`, file);
  }
  const declared = secretsSchema.safeParse(fields.get('secrets') ?? []);
  return {
    path: folder,
    name,
    description: fields.get('description') as string | undefined,
    secrets: declared.success ? declared.data : [],
    warnings: declared.success ? [] : ['SKILL.md: secrets is no list of names and is ignored'],
  };
}

function readFields(file: string): ReadonlyMap<string, unknown> {
  if (!isFile(file)) throw new FileFailure('SKILL.md not found', file);
  const matter = parseFrontMatter(readText(file));
  if (matter.state === 'missing') throw new FileFailure('SKILL.md is missing front matter', file);
  if (matter.state === 'invalid') throw new FileFailure(`SKILL.md has invalid front matter: ${matter.reason}`, file);
  return matter.fields;
}
