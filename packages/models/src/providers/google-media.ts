import type { ImageModelV4CallOptions } from '@ai-sdk/provider';
import type { ImageRequest } from '@octavus/core';
import { RefusedRequestError } from '../errors/refused-request.ts';
import { asRatio, type HostedMedia, plainImageCall, plainVideoCall } from '../media/hosted-media.ts';
import { connectGoogle } from './google.ts';

/** Gemini's image, speech and transcription models, and Veo. */
export const googleMedia: HostedMedia = {
  connect: async (settings) => {
    const provider = await connectGoogle(settings);
    return {
      image: (modelId) => provider.image(modelId),
      video: (modelId) => provider.video(modelId),
      speech: (modelId) => provider.speech(modelId),
      transcription: (modelId) => provider.transcription(modelId),
    };
  },
  image: { toCall: toImageCall },
  // Whether Veo makes sound is settled by the model, not by a parameter.
  video: { toCall: plainVideoCall },
  speech: {
    // The language is heard from the text, and there is no parameter for the speed.
    toCall: ({ text, voice, instructions }) => ({
      text,
      outputFormat: 'wav',
      ...(voice !== undefined && { voice }),
      ...(instructions !== undefined && { instructions }),
    }),
    voices: () => voices,
    formats: ['wav'],
  },
  transcription: {
    toCall: ({ audio, language, hasTimestamps }) => ({
      audio: audio.bytes,
      mediaType: audio.mediaType,
      providerOptions: {
        google: {
          ...(language !== undefined && { languageCodes: [language] }),
          ...(hasTimestamps && { wordTimestamp: true }),
        },
      },
    }),
  },
};

function toImageCall(request: ImageRequest, modelId: string): ImageModelV4CallOptions {
  if (!modelId.startsWith('gemini-')) {
    throw new RefusedRequestError(
      `google/${modelId.slice(0, 100)} makes no images here. Use a Gemini image model, such as google/gemini-2.5-flash-image.`,
    );
  }
  const { aspectRatio, resolution } = request;
  const hasResolution = resolution !== undefined && /^gemini-3.*-image/.test(modelId);
  return {
    ...plainImageCall(request),
    aspectRatio: asRatio(aspectRatio),
    ...(hasResolution && { providerOptions: { google: { imageConfig: { imageSize: resolution } } } }),
  };
}

/** Source: ai.google.dev, speech generation guide. */
const voices = (
  'Zephyr Puck Charon Kore Fenrir Leda Orus Aoede Callirrhoe Autonoe Enceladus Iapetus Umbriel Algieba Despina Erinome Algenib ' +
  'Rasalgethi Laomedeia Achernar Alnilam Schedar Gacrux Pulcherrima Achird Zubenelgenubi Vindemiatrix Sadachbia Sadaltager Sulafat'
).split(' ');
