import { asRatio, type HostedMedia, plainImageCall } from '../media/hosted-media.ts';
import { connectXai } from './x-ai.ts';

export const xAiMedia: HostedMedia = {
  connect: async (settings) => {
    const provider = await connectXai(settings);
    return { image: (modelId) => provider.image(modelId) };
  },
  image: {
    toCall: (request) => ({ ...plainImageCall(request), aspectRatio: asRatio(request.aspectRatio) }),
  },
};
