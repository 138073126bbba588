import type { HostedProviderId } from '../config.ts';
import type { HostedMedia } from '../media/hosted-media.ts';
import { googleMedia } from './google-media.ts';
import { openaiMedia } from './openai-media.ts';
import { openRouterMedia } from './openrouter-media.ts';
import { xAiMedia } from './x-ai-media.ts';

/** Hosted providers with media models, by id. */
export const hostedMedia: { readonly [Id in HostedProviderId]?: HostedMedia } = {
  openai: openaiMedia,
  google: googleMedia,
  'x-ai': xAiMedia,
  openrouter: openRouterMedia,
};
