import { stringify } from 'yaml';
import type { AgentPayload } from '../definition/definition.ts';

/**
 * Lays an agent out as a folder: the inverse of `readAgentFiles`.
 *
 * @returns text by path below the folder, in the order settings, protocol, prompts, references. The protocol and the prompts are byte
 * for byte those of the payload.
 */
export function writeAgentFiles(payload: AgentPayload): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  files.set('settings.json', `${JSON.stringify(payload.settings, null, 2)}\n`);
  files.set('protocol.yaml', payload.protocol);
  for (const { name, content } of payload.prompts) files.set(`prompts/${name}.md`, content);
  for (const { name, description, content } of payload.references ?? []) {
    // Quoted rather than as a block: a block scalar loses a first line of nothing but spaces.
    const header = stringify({ description }, { lineWidth: 0, blockQuote: false });
    files.set(`references/${name}.md`, `---\n${header}---\n\n${content}\n`);
  }
  return files;
}
