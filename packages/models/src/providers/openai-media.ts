import type { ImageRequest } from '@octavus/core';
import type { HostedSettings } from '../config.ts';
import { type HostedMedia, type MediaLibrary, plainImageCall } from '../media/hosted-media.ts';
import { withDefaultPath } from './provider.ts';

/** Images, speech and transcription of OpenAI; also of servers that follow its API. */
export const openaiMedia: HostedMedia = {
  connect: (settings) => connectOpenAiMedia(settings, 'https://api.openai.com/v1'),
  image: { toCall: (request, modelId) => ({ ...plainImageCall(request), size: sizeOf(request, modelId) }) },
  speech: {
    toCall: ({ text, voice, format, instructions, speed }) => ({
      text,
      outputFormat: format,
      ...(voice !== undefined && { voice }),
      ...(instructions !== undefined && { instructions }),
      ...(speed !== undefined && { speed }),
    }),
    voices: (modelId) => (/^tts-1/.test(modelId) ? voices : [...voices, ...newerVoices]),
    formats: ['mp3', 'opus', 'aac', 'flac', 'wav'],
  },
  transcription: {
    toCall: ({ audio, language, hasTimestamps }) => ({
      audio: audio.bytes,
      mediaType: audio.mediaType,
      ...(hasTimestamps && { timestampGranularities: ['segment'] }),
      ...(language !== undefined && { providerOptions: { openai: { language } } }),
    }),
  },
};

export async function connectOpenAiMedia(
  { apiKey, baseURL }: HostedSettings,
  defaultUrl?: string,
): Promise<MediaLibrary> {
  const { createOpenAI } = await import('@ai-sdk/openai');
  // Absent, the library would look for a key in the environment.
  const key = apiKey ?? 'none';
  const provider = createOpenAI({ apiKey: key, baseURL: withDefaultPath(baseURL, '/v1') ?? defaultUrl });
  return {
    image: (modelId) => provider.image(modelId),
    speech: (modelId) => provider.speech(modelId),
    transcription: (modelId) => provider.transcription(modelId),
  };
}

/** Source: developers.openai.com, text to speech guide. */
const voices = ['alloy', 'ash', 'coral', 'echo', 'fable', 'nova', 'onyx', 'sage', 'shimmer'];
const newerVoices = ['ballad', 'verse', 'marin', 'cedar'];

/** These models take a size in pixels. Source: developers.openai.com, image generation guide. */
function sizeOf({ aspectRatio }: ImageRequest, modelId: string): `${number}x${number}` {
  const [width = 1, height = 1] = aspectRatio.split(':').map(Number);
  if (width === height || modelId.startsWith('dall-e-2')) return '1024x1024';
  const isWide = width > height;
  if (modelId.startsWith('dall-e-3')) return isWide ? '1792x1024' : '1024x1792';
  return isWide ? '1536x1024' : '1024x1536';
}
