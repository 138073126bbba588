/** `provider/model-id`; the part behind the first `/` goes to the provider unchanged (protocol-language.md 2.9.1). */
const modelIdPattern = /^[a-z0-9][a-z0-9-]*(?:\/[A-Za-z0-9][A-Za-z0-9._:@+-]*)+$/;

/** Longer than any model id; keeps messages and patterns cheap. */
const maxModelIdLength = 200;

export function isModelId(text: string): boolean {
  return text.length <= maxModelIdLength && modelIdPattern.test(text);
}

export function providerOf(model: string): string {
  return model.slice(0, model.indexOf('/'));
}

/** Providers every installation has; those of `OPENAI_COMPATIBLE_<NAME>_BASE_URL` come on top. */
export const builtInProviders: readonly string[] = [
  'anthropic',
  'google',
  'openai',
  'x-ai',
  'openrouter',
  'ollama',
  'offline',
];

const fastModels = /^(?:vercel\/)?anthropic\/claude-opus-(?:5|4[.-][678])(?:$|[-@:])/;

/** Whether `speed: fast` has an effect (2.9.5). */
export function hasFastMode(model: string): boolean {
  return fastModels.test(model);
}
