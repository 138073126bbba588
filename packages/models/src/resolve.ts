import type { LanguageModel, LanguageModels, ProviderFailure } from '@octavus/core';
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
import { type KnownModel, knownModels } from './known-models.ts';
import { OfflineModel } from './offline/offline-model.ts';
import { hostedProviders } from './providers/index.ts';
import { withDefaultPath } from './providers/provider.ts';

export interface ProviderStatus {
  readonly id: string;
  /** Its models can be called: a key is set, or none is needed. */
  readonly configured: boolean;
}

export interface Models extends LanguageModels {
  /** Models known without asking a provider (http-api.md 12). */
  list(): readonly KnownModel[];
  /** Every provider of this installation; `offline` first, then the built-in ones, then those of the configuration. */
  providers(): readonly ProviderStatus[];
}

type Resolved = ReturnType<LanguageModels['resolve']>;

/** protocol-language.md 2.9.1 */
const idPattern = /^[a-z0-9][a-z0-9-]*(?:\/[A-Za-z0-9][A-Za-z0-9._:@+-]*)+$/;

const ollamaDefaultUrl = 'http://127.0.0.1:11434/v1';

/** Longest part of a bad id that an error repeats. */
const maxQuotedLength = 100;

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
    list: () => knownModels,
    providers: () => [...openers.keys()].map((id) => ({ id, configured: isConfigured(id, config) })),
  };
}

function resolve(id: string, openers: ReadonlyMap<string, (modelId: string) => Resolved>): Resolved {
  if (typeof id !== 'string' || !idPattern.test(id)) return { failure: malformedId(String(id)) };
  const slash = id.indexOf('/');
  const provider = id.slice(0, slash);
  const open = openers.get(provider);
  return open ? open(id.slice(slash + 1)) : { failure: unknownProvider(provider, [...openers.keys()]) };
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

function malformedId(id: string): ProviderFailure {
  const quoted = id.length > maxQuotedLength ? `${id.slice(0, maxQuotedLength)}…` : id;
  return platformFailure(
    'validation_error',
    'INVALID_MODEL',
    id,
    `"${quoted}" is not a model id. Write provider/model-id, for example anthropic/claude-sonnet-4-5.`,
  );
}

function unknownProvider(provider: string, known: readonly string[]): ProviderFailure {
  const hint = provider === 'xai' ? ' Did you mean x-ai?' : '';
  return platformFailure(
    'validation_error',
    'UNKNOWN_PROVIDER',
    provider,
    `Unknown model provider "${provider}".${hint} Known providers: ${known.join(', ')}.`,
  );
}

function notConfigured(provider: HostedProviderId, keyVariable: string): ProviderFailure {
  return platformFailure(
    'authentication_error',
    'PROVIDER_NOT_CONFIGURED',
    provider,
    `Set ${keyVariable} to use ${provider}/… models.`,
  );
}

function platformFailure(
  errorType: ProviderFailure['errorType'],
  code: string,
  provider: string,
  message: string,
): ProviderFailure {
  const name = provider.slice(0, maxQuotedLength);
  return { errorType, message, retryable: false, source: 'platform', code, provider: { name } };
}
