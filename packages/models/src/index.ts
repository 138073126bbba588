export {
  type CompatibleSettings,
  type HostedSettings,
  type ModelsConfig,
  modelsConfigFromEnv,
  type OfflinePace,
  type Timeouts,
} from './config.ts';
export { contextWindow, type KnownModel, knownModels, type ModelCapability } from './known-models.ts';
export { estimateFee } from './prices.ts';
export { createModels, type Models, type ProviderStatus } from './resolve.ts';
export { dropNullOptionals } from './schema/drop-null-optionals.ts';
