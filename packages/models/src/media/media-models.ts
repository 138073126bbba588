import type { MediaModels, ResolvedMedia } from '@octavus/core';
import {
  type CompatibleSettings,
  defaultMediaTimeouts,
  type HostedProviderId,
  type MediaTimeouts,
  type ModelsConfig,
} from '../config.ts';
import { malformedId, noSuchModels, notConfigured, unknownProvider } from '../errors/platform-failure.ts';
import { splitModelId } from '../model-id.ts';
import { offlineMedia } from '../offline/media/offline-media.ts';
import { hostedProviders } from '../providers/index.ts';
import { hostedMedia } from '../providers/media.ts';
import { connectOpenAiMedia, openaiMedia } from '../providers/openai-media.ts';
import type { HostedMedia, MediaKind } from './hosted-media.ts';
import { hostedModels, type ProviderMedia } from './hosted-models.ts';

/** What is known of a provider: its models, or why none of them can be called. */
type Entry = { readonly media: ProviderMedia } | { readonly kinds: HostedMedia; readonly keyVariable: string };

/** Finds the media models of an installation. Loads nothing yet. */
export function createMediaModels(config: ModelsConfig): MediaModels {
  const timeouts: MediaTimeouts = { ...defaultMediaTimeouts, ...config.mediaTimeouts };
  const entries = new Map<string, Entry>([
    ['offline', { media: offlineMedia(config.offline?.pace ?? 'human') }],
    ...Object.keys(hostedProviders).map((id) => [id, hostedEntry(id as HostedProviderId, config, timeouts)] as const),
    // Its API makes no media.
    ['ollama', { media: {} }],
    ...Object.entries(config.compatible ?? {}).map(
      ([provider, settings]) => [provider, { media: compatibleMedia(provider, settings, timeouts) }] as const,
    ),
  ]);
  return {
    resolveImage: (id) => resolve(entries, id, 'image'),
    resolveVideo: (id) => resolve(entries, id, 'video'),
    resolveSpeech: (id) => resolve(entries, id, 'speech'),
    resolveTranscription: (id) => resolve(entries, id, 'transcription'),
  };
}

type ModelOf<Kind extends MediaKind> = ReturnType<NonNullable<ProviderMedia[Kind]>>;

function resolve<Kind extends MediaKind>(
  entries: ReadonlyMap<string, Entry>,
  id: string,
  kind: Kind,
): ResolvedMedia<ModelOf<Kind>> {
  const name = splitModelId(id);
  if (!name) return { failure: malformedId(String(id)) };
  const { provider, modelId } = name;
  const entry = entries.get(provider);
  if (!entry) return { failure: unknownProvider(provider, [...entries.keys()]) };
  if ('kinds' in entry) {
    const { kinds, keyVariable } = entry;
    return { failure: kinds[kind] ? notConfigured(provider, keyVariable) : noSuchModels(provider, kind) };
  }
  const open = entry.media[kind] as ((modelId: string) => ModelOf<Kind>) | undefined;
  return open ? { model: open(modelId) } : { failure: noSuchModels(provider, kind) };
}

function hostedEntry(id: HostedProviderId, config: ModelsConfig, timeouts: MediaTimeouts): Entry {
  const media = hostedMedia[id];
  if (!media) return { media: {} };
  const settings = config[id];
  if (!settings?.apiKey) return { kinds: media, keyVariable: hostedProviders[id].keyVariable };
  return { media: hostedModels({ provider: id, media, settings, timeouts }) };
}

/** Servers that follow OpenAI's API have models with names and voices of their own. */
function compatibleMedia(provider: string, settings: CompatibleSettings, timeouts: MediaTimeouts): ProviderMedia {
  const { speech } = openaiMedia;
  const media: HostedMedia = {
    ...openaiMedia,
    connect: (own) => connectOpenAiMedia(own),
    ...(speech && { speech: { ...speech, voices: () => [] } }),
  };
  return hostedModels({ provider, media, settings, timeouts });
}
