import type { HostedSettings } from '../config.ts';
import { asRatio, type HostedMedia, plainImageCall, plainVideoCall } from '../media/hosted-media.ts';
import { connectOpenRouter, openRouterUrl } from './openrouter.ts';

export const openRouterMedia: HostedMedia = {
  connect: async (settings) => {
    const provider = await connectOpenRouter(settings);
    return {
      image: (modelId) => provider.imageModel(modelId),
      video: (modelId) => provider.videoModel(modelId),
    };
  },
  image: {
    toCall: (request) => ({ ...plainImageCall(request), aspectRatio: asRatio(request.aspectRatio) }),
  },
  video: {
    toCall: (request) => ({
      ...plainVideoCall(request),
      providerOptions: { openrouter: { generate_audio: request.generateAudio } },
    }),
    downloadHeaders: keyFor,
  },
};

/** Films lie behind the router's own key, unless it names another place. */
function keyFor(url: string, settings: HostedSettings): { readonly [name: string]: string } {
  const isItsOwn = new URL(url).origin === new URL(openRouterUrl(settings)).origin;
  return isItsOwn && settings.apiKey ? { authorization: `Bearer ${settings.apiKey}` } : {};
}
