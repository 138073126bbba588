import { isModelId, providerOf } from '../model-id.ts';
import { valuePlace, type YamlNode } from '../parse/node.ts';
import type { SettingKey } from '../shape/shape.ts';
import type { LookupPlace } from './context.ts';

/** Providers without models of a kind. Source: protocol-language.md 7.4, 131. */
const media: { readonly [Key in SettingKey]?: { readonly name: string; readonly without: readonly string[] } } = {
  imageModel: { name: 'image', without: ['anthropic', 'ollama'] },
  videoModel: { name: 'video', without: ['anthropic', 'openai', 'x-ai', 'ollama'] },
  speechModel: { name: 'speech', without: ['anthropic', 'x-ai', 'ollama'] },
  transcriptionModel: { name: 'transcription', without: ['anthropic', 'x-ai', 'ollama'] },
};

/** A literal model id: its form, its provider, and whether that provider has such models (129 to 131). */
export function checkModelId(model: string, node: YamlNode, key: SettingKey, { agent, report }: LookupPlace): void {
  const at = valuePlace(node);
  if (!isModelId(model)) {
    report('PROTO_MODEL_FORMAT', at, { v: model });
    return;
  }
  const provider = providerOf(model);
  if (!agent.providers.has(provider)) {
    // One letter away from two providers: the alias was public once and means xAI.
    const help = provider === 'xai' ? { hint: 'Did you mean "x-ai"?' } : { wrong: provider, allowed: agent.providers };
    report('PROTO_MODEL_PROVIDER', at, { p: provider }, help);
    return;
  }
  const kind = media[key];
  if (kind?.without.includes(provider)) report('PROTO_MEDIA_PROVIDER', at, { p: provider, medium: kind.name });
}
