import type { HostedProviderId } from '../config.ts';
import { anthropic } from './anthropic.ts';
import { google } from './google.ts';
import { openai } from './openai.ts';
import { openrouter } from './openrouter.ts';
import type { HostedProvider } from './provider.ts';
import { xAi } from './x-ai.ts';

/** Providers that need a key, by id. */
export const hostedProviders: { readonly [Id in HostedProviderId]: HostedProvider } = {
  anthropic,
  google,
  openai,
  'x-ai': xAi,
  openrouter,
};
