import { readdirSync, readFileSync } from 'node:fs';
import { type AgentDefinition, validateAgentFiles } from '@octavus/protocol';

/** Reads and validates an agent folder; throws with every mistake in it. */
export function readAgent(folder: URL): AgentDefinition {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\.\w+$/.test(path));
  const files = new Map(paths.map((path) => [path, readFileSync(new URL(path, folder), 'utf8')]));
  const { definition, errors } = validateAgentFiles(files);
  if (!definition) throw new Error(errors.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return definition;
}
