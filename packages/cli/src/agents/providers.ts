import { createModels, type ModelsConfig, modelsConfigFromEnv } from '@octavus/models';
import type { Environment } from '../config/config.ts';
import { CliFailure } from '../failures.ts';

/** Provider ids that models may name here: the built-in ones and those of `OPENAI_COMPATIBLE_<NAME>_BASE_URL`. */
export function configuredProviders(env: Environment): string[] {
  return createModels(readModelsConfig(env))
    .providers()
    .map(({ id }) => id);
}

/** @throws CliFailure when a provider variable makes no sense. */
export function readModelsConfig(env: Environment): ModelsConfig {
  try {
    return modelsConfigFromEnv(env);
  } catch (cause) {
    throw new CliFailure('UNKNOWN', (cause as Error).message, { cause });
  }
}
