/** What a model can do, as `GET /api/models` tells it (http-api.md 12). */
export type ModelCapability = 'text' | 'tools' | 'reasoning' | 'structured-output' | 'images' | 'documents' | 'audio';

export interface KnownModel {
  /** `provider/model-id`. */
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly capabilities: readonly ModelCapability[];
  /** Tokens that prompt and answer may have together. */
  readonly contextWindow: number;
}

const offlineCapabilities = ['text', 'tools', 'reasoning', 'structured-output'] as const;
const plain = ['text', 'tools', 'structured-output', 'images'] as const;
const reasoning = ['text', 'tools', 'reasoning', 'structured-output', 'images'] as const;
const claude = ['text', 'tools', 'reasoning', 'structured-output', 'images', 'documents'] as const;
const gemini = ['text', 'tools', 'reasoning', 'structured-output', 'images', 'documents', 'audio'] as const;

/** Source: the providers' model pages (platform.claude.com, developers.openai.com, ai.google.dev, docs.x.ai). */
const rows: readonly (readonly [string, string, readonly ModelCapability[], number])[] = [
  ['offline/default', 'Offline rules', offlineCapabilities, 128_000],
  ['offline/instant', 'Offline rules, without pauses', offlineCapabilities, 128_000],
  ['anthropic/claude-opus-5-5', 'Claude Opus 5.5', claude, 1_000_000],
  ['anthropic/claude-sonnet-5-5', 'Claude Sonnet 5.5', claude, 1_000_000],
  ['anthropic/claude-haiku-5-5', 'Claude Haiku 5.5', claude, 1_000_000],
  ['anthropic/claude-opus-5', 'Claude Opus 5', claude, 1_000_000],
  ['anthropic/claude-opus-4-8', 'Claude Opus 4.8', claude, 1_000_000],
  ['anthropic/claude-opus-4-6', 'Claude Opus 4.6', claude, 1_000_000],
  ['anthropic/claude-sonnet-5', 'Claude Sonnet 5', claude, 1_000_000],
  ['anthropic/claude-sonnet-4-6', 'Claude Sonnet 4.6', claude, 1_000_000],
  ['anthropic/claude-sonnet-4-5', 'Claude Sonnet 4.5', claude, 200_000],
  ['anthropic/claude-haiku-4-5', 'Claude Haiku 4.5', claude, 200_000],
  ['openai/gpt-5.5', 'GPT-5.5', reasoning, 1_050_000],
  ['openai/gpt-5.4', 'GPT-5.4', reasoning, 1_050_000],
  ['openai/gpt-5.4-mini', 'GPT-5.4 mini', reasoning, 400_000],
  ['openai/gpt-5.1', 'GPT-5.1', reasoning, 400_000],
  ['openai/gpt-5', 'GPT-5', reasoning, 400_000],
  ['openai/gpt-5-mini', 'GPT-5 mini', reasoning, 400_000],
  ['openai/gpt-4.1', 'GPT-4.1', plain, 1_047_576],
  ['openai/gpt-4o', 'GPT-4o', plain, 128_000],
  ['openai/gpt-4o-mini', 'GPT-4o mini', plain, 128_000],
  ['google/gemini-3.1-pro-preview', 'Gemini 3.1 Pro (preview)', gemini, 1_048_576],
  ['google/gemini-3-flash-preview', 'Gemini 3 Flash (preview)', gemini, 1_048_576],
  ['google/gemini-2.5-pro', 'Gemini 2.5 Pro', gemini, 1_048_576],
  ['google/gemini-2.5-flash', 'Gemini 2.5 Flash', gemini, 1_048_576],
  ['google/gemini-2.5-flash-lite', 'Gemini 2.5 Flash-Lite', gemini, 1_048_576],
  ['x-ai/grok-4.6', 'Grok 4.6', reasoning, 500_000],
  ['x-ai/grok-4.5', 'Grok 4.5', reasoning, 500_000],
  ['x-ai/grok-4.3', 'Grok 4.3', reasoning, 1_000_000],
  ['openrouter/anthropic/claude-sonnet-4.6', 'Claude Sonnet 4.6 (OpenRouter)', claude, 1_000_000],
  ['openrouter/openai/gpt-5.4', 'GPT-5.4 (OpenRouter)', reasoning, 1_050_000],
  ['openrouter/google/gemini-2.5-flash', 'Gemini 2.5 Flash (OpenRouter)', gemini, 1_048_576],
];

/** Models known without asking a provider. Any other id of a configured provider works too. */
export const knownModels: readonly KnownModel[] = rows.map(([id, name, capabilities, contextWindow]) => ({
  id,
  provider: id.slice(0, id.indexOf('/')),
  name,
  capabilities,
  contextWindow,
}));

/** Assumed of a model that is not known. */
const unknownContextWindow = 128_000;

const windows = new Map(knownModels.map(({ id, contextWindow }) => [id, contextWindow]));

/**
 * @param id `provider/model-id`; a dated or suffixed name (`claude-haiku-4-5-20251001`) counts as the model it extends.
 * @returns tokens, 128,000 for a model that is not known.
 */
export function contextWindow(id: string): number {
  for (let name = id; name.includes('/'); name = withoutLastPart(name)) {
    const known = windows.get(name);
    if (known !== undefined) return known;
  }
  return unknownContextWindow;
}

function withoutLastPart(name: string): string {
  const cut = Math.max(name.lastIndexOf('-'), name.lastIndexOf(':'), name.lastIndexOf('@'));
  return cut > name.lastIndexOf('/') ? name.slice(0, cut) : '';
}
