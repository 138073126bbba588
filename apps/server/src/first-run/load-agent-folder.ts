import { readdir, readFile } from 'node:fs/promises';
import { type CreateAgentBody, createAgentBodySchema } from '@octavus/core';

/**
 * Reads an agent folder: `settings.json`, `protocol.yaml`, `prompts/*.md`.
 *
 * @param folder address of the folder, with a trailing slash.
 */
export async function loadAgentFolder(folder: URL): Promise<CreateAgentBody> {
  const read = (path: string) => readFile(new URL(path, folder), 'utf8');
  const files = (await readdir(new URL('prompts/', folder))).filter((name) => name.endsWith('.md')).sort();
  const prompts = files.map(async (file) => ({
    name: file.slice(0, -'.md'.length),
    content: await read(`prompts/${file}`),
  }));
  return createAgentBodySchema.parse({
    settings: JSON.parse(await read('settings.json')),
    protocol: await read('protocol.yaml'),
    prompts: await Promise.all(prompts),
  });
}
