import type { JsonValue, LanguageModels, ThinkingLevel } from '@octavus/core';
import { type ProviderEntry, readSettingValue, type Scope, type Setting, settingExpectation } from '@octavus/protocol';
import { validationFailure } from '../execution/failure.ts';
import type { AnthropicSettings, ProviderToolEntry, ThreadSettings } from '../state/thread-settings.ts';
import type { ValueScope } from './scope.ts';

/** Settings a named thread takes from the agent where it says nothing itself (protocol-language.md 2.9). */
export interface Inherited {
  readonly scope: Scope;
  /** What the agent's references resolve against. */
  readonly values: ValueScope;
}

/**
 * What a thread generates with, every reference read now (runtime-semantics.md 6.1).
 *
 * @param inherited the agent's, for a named thread of an interactive agent.
 * @throws ExecutionFailure `validation_error` when a value is not acceptable or there is no model.
 */
export function resolveSettings(scope: Scope, values: ValueScope, inherited?: Inherited): ThreadSettings {
  const own = { scope, values };
  const from = (key: 'model' | 'temperature' | 'thinking' | 'speed') =>
    scope[key] === undefined && inherited ? inherited : own;
  const modelOwner = from('model');
  const temperatureOwner = from('temperature');
  const thinkingOwner = from('thinking');
  const speedOwner = from('speed');
  const model = readSetting('model', modelOwner.scope.model, modelOwner.values);
  if (model === undefined) throw validationFailure('No model is set: the setting "model" has no value');
  const backupOwner = scope.backupModel === undefined ? modelOwner : own;
  const optional = {
    backupModel: readSetting('backupModel', backupOwner.scope.backupModel, backupOwner.values),
    temperature: readSetting('temperature', temperatureOwner.scope.temperature, temperatureOwner.values),
    thinking: readSetting('thinking', thinkingOwner.scope.thinking, thinkingOwner.values),
    maxToolOutputTokens: scope.maxToolOutputTokens,
    maxImageDimension: scope.maxImageDimension,
    maxOutputTokens: scope.maxOutputTokens,
    onDemandMcpServers: scope.onDemandMcpServers.length > 0 ? scope.onDemandMcpServers : undefined,
    imageModel: readSetting('imageModel', scope.imageModel, values),
    videoModel: readSetting('videoModel', scope.videoModel, values),
    speechModel: readSetting('speechModel', scope.speechModel, values),
    speechVoice: readSetting('speechVoice', scope.speechVoice, values),
    transcriptionModel: readSetting('transcriptionModel', scope.transcriptionModel, values),
    anthropic: scope.anthropic && toPlain(scope.anthropic),
  };
  return {
    model,
    ...withoutAbsent(optional),
    tools: scope.tools,
    mcpServers: scope.mcpServers,
    skills: scope.skills,
    workers: scope.workers,
    references: scope.references,
    webSearch: scope.webSearch,
    todoList: scope.todoList,
    cycles: readSetting('maxSteps', scope.cycles, values) ?? scope.defaultCycles,
    speed: readSetting('speed', speedOwner.scope.speed, speedOwner.values) ?? 'standard',
    cache: scope.cache,
    loopGuard: scope.loopGuard,
  };
}

/**
 * Checks the agent's settings that refer to an input of the session, when it is created.
 *
 * @param models of the host: a model whose provider it does not know is not acceptable. Absent: every provider is.
 * @returns one sentence per value that is not acceptable, with the name of its input.
 */
export function checkInputSettings(
  scope: Scope,
  isInput: (name: string) => boolean,
  values: ValueScope,
  models?: Pick<LanguageModels, 'resolve'>,
) {
  const issues: { path: string; message: string }[] = [];
  const settings = { ...scope, maxSteps: scope.cycles };
  for (const key of settingKeys) {
    const setting = settings[key] as Setting<JsonValue> | undefined;
    if (setting?.kind !== 'reference' || !isInput(setting.name)) continue;
    const value = values.find(setting.name);
    const read = readSettingValue(key, value);
    if (read.kind === 'unset' && key === 'model') {
      issues.push({ path: setting.name, message: `Input ${setting.name} must name a model.` });
    } else if (read.kind === 'invalid') {
      issues.push({ path: setting.name, message: `Input ${setting.name} ${refusal(key, value)}.` });
    } else if (read.kind === 'value' && modelKeys.has(key)) {
      const resolved = models?.resolve(String(read.value));
      // A known provider without a key fails when it is called (6.1).
      if (resolved && 'failure' in resolved && resolved.failure.errorType === 'validation_error')
        issues.push({ path: setting.name, message: `Input ${setting.name}: ${resolved.failure.message}` });
    }
  }
  return issues;
}

interface SettingValues {
  readonly model: string;
  readonly backupModel: string;
  readonly temperature: number | 'off';
  readonly thinking: ThinkingLevel | 'off';
  readonly speed: 'fast' | 'standard';
  readonly maxSteps: number;
  readonly imageModel: string;
  readonly videoModel: string;
  readonly speechModel: string;
  readonly speechVoice: string;
  readonly transcriptionModel: string;
  /** Of media blocks. */
  readonly voice: string;
  readonly language: string;
  readonly instructions: string;
}

type SettingKey = keyof SettingValues;

const modelKeys: ReadonlySet<SettingKey> = new Set([
  'model',
  'backupModel',
  'imageModel',
  'videoModel',
  'speechModel',
  'transcriptionModel',
]);

/** Those of the agent section. */
const settingKeys = [
  'model',
  'backupModel',
  'temperature',
  'thinking',
  'speed',
  'maxSteps',
  'imageModel',
  'videoModel',
  'speechModel',
  'speechVoice',
  'transcriptionModel',
] as const satisfies readonly SettingKey[];

/**
 * A setting's value as it is now; `undefined` when it is not set.
 *
 * @throws ExecutionFailure `validation_error` when it is not acceptable.
 */
export function readSetting<Key extends SettingKey>(
  key: Key,
  setting: Setting<SettingValues[Key]> | undefined,
  values: ValueScope,
): SettingValues[Key] | undefined {
  if (!setting) return undefined;
  if (setting.kind === 'literal') return setting.value;
  const given = values.find(setting.name);
  const read = readSettingValue(key, given);
  if (read.kind === 'invalid') throw validationFailure(`${setting.name} ${refusal(key, given)}`);
  return read.kind === 'unset' ? undefined : (read.value as SettingValues[Key]);
}

/** @throws ExecutionFailure `validation_error` when it is not acceptable, or not set. */
export function requireSetting<Key extends SettingKey>(
  key: Key,
  setting: Setting<SettingValues[Key]>,
  values: ValueScope,
): SettingValues[Key] {
  const value = readSetting(key, setting, values);
  if (value === undefined) throw validationFailure(`The setting "${key}" has no value`);
  return value;
}

function refusal(key: SettingKey, value: JsonValue | undefined): string {
  return `is used as "${key}" and must be ${settingExpectation(key)}, not ${JSON.stringify(value)?.slice(0, 80)}`;
}

function toPlain({ tools, skills }: NonNullable<Scope['anthropic']>): AnthropicSettings {
  const entry = (given: ProviderEntry): ProviderToolEntry => {
    const { display, title, description } = given;
    return { display, ...(title !== undefined && { title }), ...(description !== undefined && { description }) };
  };
  return {
    tools: Object.fromEntries([...tools].map(([name, given]) => [name, entry(given)])),
    skills: Object.fromEntries(
      [...skills].map(([id, given]) => [id, { ...entry(given), type: given.type, version: given.version }]),
    ),
  };
}

function withoutAbsent<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
