import type { LanguageModelV4 } from '@ai-sdk/provider';

/** The library builds schemas with every model, which costs more than a call; ids come from agents, so their number is bounded. */
const maxModels = 64;

/** Connects a provider once and keeps its most recently used models. */
export class SdkModelCache {
  readonly #connect: () => Promise<(modelId: string) => LanguageModelV4>;
  readonly #models = new Map<string, LanguageModelV4>();
  #connection: Promise<(modelId: string) => LanguageModelV4> | undefined;

  constructor(connect: () => Promise<(modelId: string) => LanguageModelV4>) {
    this.#connect = connect;
  }

  async get(modelId: string): Promise<LanguageModelV4> {
    const known = this.#models.get(modelId);
    const model = known ?? (await this.#create(modelId));
    if (known) this.#models.delete(modelId);
    this.#models.set(modelId, model);
    if (this.#models.size > maxModels) this.#models.delete(this.#models.keys().next().value as string);
    return model;
  }

  async #create(modelId: string): Promise<LanguageModelV4> {
    this.#connection ??= this.#connect();
    try {
      return (await this.#connection)(modelId);
    } catch (error) {
      this.#connection = undefined;
      throw error;
    }
  }
}
