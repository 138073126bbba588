export { type Announced, type Announcements, withAnnouncements } from './announcements.ts';
export {
  type BuiltInTool,
  type BuiltInToolName,
  type BuiltInToolScope,
  builtInToolLabel,
  builtInToolNames,
  type ImageModelTraits,
  isBuiltInToolName,
  listBuiltInTools,
  type SkillInScope,
  type SpeechModelTraits,
} from './builtin-tools.ts';
export { clampAspectRatio, imageModelTraits } from './checks/image-model.ts';
export type * from './definition/blocks.ts';
export type * from './definition/definition.ts';
export type * from './definition/prompt.ts';
export type * from './definition/settings.ts';
export type * from './definition/types.ts';
export { type DiagnosticCode, diagnosticCatalogue, type Severity } from './diagnostics/catalogue.ts';
export { type AgentReport, type PublicIssue, toIssue } from './diagnostics/print/agent-report.ts';
export { printGithub } from './diagnostics/print/github.ts';
export { printJson } from './diagnostics/print/json.ts';
export { printSarif } from './diagnostics/print/sarif.ts';
export { printText, type TextOptions } from './diagnostics/print/text.ts';
export {
  createDiagnosticCollector,
  type Diagnostic,
  type DiagnosticCollector,
  type SourceFile,
} from './diagnostics/report.ts';
export { protocolJsonSchema } from './editor/protocol-json-schema.ts';
export { settingsJsonSchema } from './editor/settings-json-schema.ts';
export type { Environment, KnownAgent } from './environment.ts';
export { type AgentFiles, readAgentFiles, type UncheckedPayload } from './files/read-agent-files.ts';
export { type FilesValidation, validateAgentFiles } from './files/validate-agent-files.ts';
export { writeAgentFiles } from './files/write-agent-files.ts';
export { type Coerced, coerceOutput, coerceValue } from './inputs/coerce.ts';
export { type CoercedInputs, coerceInputs, type InputIssue } from './inputs/coerce-inputs.ts';
export { builtInProviders, hasFastMode, isModelId, providerOf } from './model-id.ts';
export {
  isDisplayName,
  isMcpNamespace,
  isPromptName,
  isSecretName,
  isSlug,
  isToolName,
  isTriggerName,
  isVariableName,
} from './names.ts';
export { absentInput, type PromptLookup, renderPrompt } from './prompts/render.ts';
export { type FrontMatter, parseFrontMatter } from './references/front-matter.ts';
export { readSettingValue, type SettingValue, settingExpectation } from './setting-value.ts';
export type { SettingKey } from './shape/shape.ts';
export { generateTypes } from './typegen/generate-types.ts';
export { pascalCase } from './typegen/text.ts';
export {
  parametersSchema,
  parametersType,
  toJsonSchema,
  toResponseType,
  workerInputSchema,
} from './types/json-schema.ts';
export { typeText } from './types/text.ts';
export { validateValue } from './types/validate.ts';
export { issueText, type ValueIssue } from './types/value-issue.ts';
export { type ValidateOptions, type ValidationResult, validateAgent } from './validate.ts';
