import { anthropic } from './anthropic.ts';
import { google } from './google.ts';
import { openai } from './openai.ts';
import { openrouter } from './openrouter.ts';
import type { HostedProvider } from './provider.ts';
import { xAi } from './x-ai.ts';

/** Providers that need a key, by id. */
export const hostedProviders = {
  anthropic,
  google,
  openai,
  'x-ai': xAi,
  openrouter,
} as const satisfies { readonly [id: string]: HostedProvider };

export type HostedProviderId = keyof typeof hostedProviders;
