import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Creates the agent of the examples unless the server has it. @returns its id. */
export async function createBakery({ baseUrl, apiKey }: { baseUrl: string; apiKey: string }): Promise<string> {
  const request = (method: string, path: string, body?: unknown) =>
    fetch(`${baseUrl}${path}`, { method, headers: { authorization: `Bearer ${apiKey}` }, body: JSON.stringify(body) });
  const known = await request('GET', '/api/agents/bakery-example?by=slug');
  if (known.ok) return ((await known.json()) as { id: string }).id;
  const read = (name: string) => readFile(join(import.meta.dirname, name), 'utf8');
  const prompt = async (name: string) => ({ name, content: await read(`prompts/${name}.md`) });
  const created = await request('POST', '/api/agents', {
    settings: JSON.parse(await read('settings.json')),
    protocol: await read('protocol.yaml'),
    prompts: [await prompt('system'), await prompt('user-message')],
  });
  if (!created.ok) throw new Error(await created.text());
  return ((await created.json()) as { agentId: string }).agentId;
}
