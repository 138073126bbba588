import type { JsonObject } from '@octavus/core';
import type { AnthropicSettings, ProviderToolEntry, ThreadSettings } from '../state/thread-settings.ts';
import { labelOf, type OfferedTool } from './offered-tool.ts';

/** A tool that the model's provider runs inside a step: how its calls show themselves (protocol-language.md 6.2). */
export type ProviderTool = Pick<OfferedTool, 'display' | 'label' | 'present'>;

/** The provider's tools by the name that their calls have. */
export type ProviderTools = ReadonlyMap<string, ProviderTool>;

/** The tools and skills of `anthropic:`; any skill brings `code-execution` along (protocol-language.md 2.9.4). */
export function offerProviderTools({ anthropic }: ThreadSettings): ProviderTools {
  if (!anthropic) return new Map();
  const tools = Object.entries(anthropic.tools).map(([name, entry]) => [name, toTool(name, entry)] as const);
  const skills = Object.entries(anthropic.skills);
  const bySkill = skills.length > 0 ? [['code-execution', skillTool(skills)] as const] : [];
  return new Map([...bySkill, ...tools]);
}

/** What goes to Anthropic with a request. */
export function anthropicOptions({ tools, skills }: AnthropicSettings): JsonObject {
  return {
    tools: Object.fromEntries(Object.keys(tools).map((name) => [name, {}])),
    skills: Object.fromEntries(Object.entries(skills).map(([id, { type, version }]) => [id, { type, version }])),
  };
}

function toTool(name: string, entry: ProviderToolEntry): ProviderTool {
  const { display, title, description } = entry;
  return { display, label: labelOf(display, { name, title, description }) };
}

/** A skill runs as code: a call shows itself as the skill whose files it works with, else as the first one. */
function skillTool(skills: readonly (readonly [id: string, entry: ProviderToolEntry])[]): ProviderTool {
  const byId = skills.map(([id, entry]) => [id, toTool(id, entry)] as const);
  const [, first] = byId[0]!;
  if (byId.length === 1) return first;
  const present = (input: JsonObject) => {
    const text = JSON.stringify(input);
    const used = byId.find(([id]) => text.includes(`/skills/${id}/`));
    return used?.[1] ?? first;
  };
  return { ...first, present };
}
