export type * from './definition/blocks.ts';
export type * from './definition/definition.ts';
export type * from './definition/prompt.ts';
export type * from './definition/settings.ts';
export type * from './definition/types.ts';
export { type DiagnosticCode, diagnosticCatalogue, type Severity } from './diagnostics/catalogue.ts';
export {
  createDiagnosticCollector,
  type Diagnostic,
  type DiagnosticCollector,
  type SourceFile,
} from './diagnostics/report.ts';
export type { Environment, KnownAgent } from './environment.ts';
export { builtInProviders, hasFastMode, isModelId, providerOf } from './model-id.ts';
export { readSettingValue, type SettingValue, settingExpectation } from './setting-value.ts';
export type { SettingKey } from './shape/shape.ts';
export { type ValidateOptions, type ValidationResult, validateAgent } from './validate.ts';
