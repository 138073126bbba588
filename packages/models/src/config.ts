/** Where a hosted provider is reached. Without `apiKey` the provider counts as not configured. */
export interface HostedSettings {
  readonly apiKey?: string;
  /** Absent: the provider's public endpoint. */
  readonly baseURL?: string;
}

/** A server that speaks the OpenAI Chat Completions API. */
export interface CompatibleSettings {
  readonly baseURL: string;
  readonly apiKey?: string;
}

/** How fast the offline model speaks: about 30 ms a word, or all at once. */
export type OfflinePace = 'human' | 'instant';

/** Everything this package needs to know about its surroundings, as plain data. */
export interface ModelsConfig {
  readonly anthropic?: HostedSettings;
  readonly openai?: HostedSettings;
  readonly google?: HostedSettings;
  readonly 'x-ai'?: HostedSettings;
  readonly openrouter?: HostedSettings;
  /** Default base URL: `http://127.0.0.1:11434/v1`. */
  readonly ollama?: { readonly baseURL?: string };
  /** Further providers by name: lower case letters, digits and `-`. */
  readonly compatible?: { readonly [name: string]: CompatibleSettings };
  /** Default pace: `human`. */
  readonly offline?: { readonly pace: OfflinePace };
  readonly timeouts?: Partial<Timeouts>;
  readonly mediaTimeouts?: Partial<MediaTimeouts>;
}

/** Silence that ends a call as `provider_timeout`, in milliseconds. */
export interface Timeouts {
  /** Until the first byte of the answer. Default 60,000 (runtime-semantics.md 6.7). */
  readonly firstByteMs: number;
  /** Between two bytes of it. Default 120,000 (runtime-semantics.md 6.7). */
  readonly idleMs: number;
}

export const defaultTimeouts: Timeouts = { firstByteMs: 60_000, idleMs: 120_000 };

/** Times of media models, in milliseconds: such an answer comes in one piece, late. */
export interface MediaTimeouts {
  /** For an image, a speech or a transcript. Default 300,000. */
  readonly mediaMs: number;
  /** For a video. Default 900,000. */
  readonly videoMs: number;
  /** Between two questions whether a video is ready. Default 5,000. */
  readonly pollMs: number;
}

export const defaultMediaTimeouts: MediaTimeouts = { mediaMs: 300_000, videoMs: 900_000, pollMs: 5_000 };

/** Provider ids that a configured server may not take. */
export const builtInProviderIds = ['anthropic', 'google', 'openai', 'x-ai', 'openrouter', 'ollama', 'offline'] as const;

/** Providers that need a key. */
export type HostedProviderId = 'anthropic' | 'openai' | 'google' | 'x-ai' | 'openrouter';

const hostedVariables: { readonly [Id in HostedProviderId]: string } = {
  anthropic: 'ANTHROPIC',
  openai: 'OPENAI',
  google: 'GOOGLE_GENERATIVE_AI',
  'x-ai': 'XAI',
  openrouter: 'OPENROUTER',
};

const compatiblePattern = /^OPENAI_COMPATIBLE_(.+)_(BASE_URL|API_KEY)$/;

/**
 * Reads the provider variables (contract.md, Environment). A variable that is blank counts as unset.
 *
 * @param env the environment, usually `process.env`.
 * @throws Error when an `OPENAI_COMPATIBLE_<NAME>_…` name is taken, malformed, or has a key and no base URL; when a base URL is
 *   not an http(s) URL.
 */
export function modelsConfigFromEnv(env: { readonly [name: string]: string | undefined }): ModelsConfig {
  const config: { -readonly [Key in keyof ModelsConfig]: ModelsConfig[Key] } = {};
  for (const [id, prefix] of Object.entries(hostedVariables)) {
    const apiKey = read(env, `${prefix}_API_KEY`);
    const baseURL = readUrl(env, `${prefix}_BASE_URL`);
    if (apiKey || baseURL) config[id as HostedProviderId] = { apiKey, baseURL };
  }
  const ollama = readUrl(env, 'OLLAMA_BASE_URL');
  if (ollama) config.ollama = { baseURL: ollama };
  const compatible = readCompatible(env);
  if (Object.keys(compatible).length > 0) config.compatible = compatible;
  return config;
}

function readCompatible(env: { readonly [name: string]: string | undefined }): { [name: string]: CompatibleSettings } {
  const found: { [name: string]: CompatibleSettings } = {};
  for (const variable of Object.keys(env).sort()) {
    const [, upper, field] = compatiblePattern.exec(variable) ?? [];
    if (!upper || !read(env, variable)) continue;
    const name = compatibleName(variable, upper);
    const baseURL = readUrl(env, `OPENAI_COMPATIBLE_${upper}_BASE_URL`);
    if (!baseURL) {
      throw new Error(`${variable} is set, but OPENAI_COMPATIBLE_${upper}_BASE_URL is not. Set the base URL too.`);
    }
    if (field === 'BASE_URL') found[name] = { baseURL, apiKey: read(env, `OPENAI_COMPATIBLE_${upper}_API_KEY`) };
  }
  return found;
}

function compatibleName(variable: string, upper: string): string {
  const name = upper.toLowerCase().replaceAll('_', '-');
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
    throw new Error(`${variable} names the provider "${name}". Use letters, digits and single underscores.`);
  }
  if ((builtInProviderIds as readonly string[]).includes(name)) {
    throw new Error(
      `${variable} names the provider "${name}", which is built in (${builtInProviderIds.join(', ')}). Choose another name.`,
    );
  }
  return name;
}

function read(env: { readonly [name: string]: string | undefined }, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

function readUrl(env: { readonly [name: string]: string | undefined }, name: string): string | undefined {
  const value = read(env, name);
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new Error(`${name} is "${value}", which is not an http:// or https:// URL.`);
  }
  return value;
}
