import type { LanguageModel, LanguageModels, MediaModels } from '@octavus/core';
import { AiSdkModel } from './ai-sdk/ai-sdk-model.ts';
import { SdkModelCache } from './ai-sdk/sdk-model-cache.ts';
import { ChatCompletionsModel } from './chat-completions/chat-completions-model.ts';
import {
  defaultTimeouts,
  type HostedProviderId,
  type HostedSettings,
  type ModelsConfig,
  type Timeouts,
} from './config.ts';
import { malformedId, notConfigured, unknownProvider } from './errors/platform-failure.ts';
import { type KnownModel, knownModels } from './known-models.ts';
import { createMediaModels } from './media/media-models.ts';
import { splitModelId } from './model-id.ts';
import { OfflineModel } from './offline/offline-model.ts';
import { hostedProviders } from './providers/index.ts';
import { withDefaultPath } from './providers/provider.ts';

export interface ProviderStatus {
  readonly id: string;
  /** Its models can be called: a key is set, or none is needed. */
  readonly configured: boolean;
}

export interface Models extends LanguageModels {
  /** Models that make and read images, films and sound. */
  readonly media: MediaModels;
  /** Models known without asking a provider (http-api.md 12). */
  list(): readonly KnownModel[];
  /** Every provider of this installation; `offline` first, then the built-in ones, then those of the configuration. */
  providers(): readonly ProviderStatus[];
}

type Resolved = ReturnType<LanguageModels['resolve']>;

const ollamaDefaultUrl = 'http://127.0.0.1:11434/v1';

/**
 * Builds the providers of an installation. Loads nothing yet: a provider's library comes in with the first call of its models.
 *
 * @param config see `modelsConfigFromEnv`.
 */
export function createModels(config: ModelsConfig = {}): Models {
  const timeouts: Timeouts = { ...defaultTimeouts, ...config.timeouts };
  const openers = new Map<string, (modelId: string) => Resolved>([
    ['offline', (modelId) => ({ model: new OfflineModel(modelId, config.offline?.pace ?? 'human') })],
    ...Object.keys(hostedProviders).map((id) => hosted(id as HostedProviderId, config, timeouts)),
    ['ollama', (modelId) => ({ model: openOllama(modelId, config, timeouts) })],
    ...Object.entries(config.compatible ?? {}).map(([provider, settings]) => {
      const open = (modelId: string): Resolved => ({
        model: new ChatCompletionsModel({ ...settings, provider, modelId, timeouts, dialect: { takesSchema: false } }),
      });
      return [provider, open] as const;
    }),
  ]);
  return {
    resolve: (id) => resolve(id, openers),
    media: createMediaModels(config),
    list: () => knownModels,
    providers: () => [...openers.keys()].map((id) => ({ id, configured: isConfigured(id, config) })),
  };
}

function resolve(id: string, openers: ReadonlyMap<string, (modelId: string) => Resolved>): Resolved {
  const name = splitModelId(id);
  if (!name) return { failure: malformedId(String(id)) };
  const { provider, modelId } = name;
  const open = openers.get(provider);
  return open ? open(modelId) : { failure: unknownProvider(provider, [...openers.keys()]) };
}

function hosted(
  id: HostedProviderId,
  config: ModelsConfig,
  timeouts: Timeouts,
): readonly [string, (modelId: string) => Resolved] {
  const provider = hostedProviders[id];
  const settings: HostedSettings = config[id] ?? {};
  if (!settings.apiKey) return [id, () => ({ failure: notConfigured(id, provider.keyVariable) })];
  const models = new SdkModelCache(() => provider.connect(settings));
  const open = (modelId: string): Resolved => ({
    model: new AiSdkModel({
      provider: id,
      modelId,
      load: () => models.get(modelId),
      toCall: provider.toCall,
      reads: provider.reads(modelId),
      takesOwnFiles: provider.takesOwnFiles ?? false,
      completesCutAnswers: provider.completesCutAnswers ?? false,
      timeouts,
      apiKey: settings.apiKey,
    }),
  });
  return [id, open];
}

function openOllama(modelId: string, config: ModelsConfig, timeouts: Timeouts): LanguageModel {
  const baseURL = withDefaultPath(config.ollama?.baseURL, '/v1') ?? ollamaDefaultUrl;
  return new ChatCompletionsModel({ baseURL, provider: 'ollama', modelId, timeouts, dialect: { takesSchema: true } });
}

function isConfigured(id: string, config: ModelsConfig): boolean {
  return id in hostedProviders ? Boolean(config[id as HostedProviderId]?.apiKey) : true;
}
