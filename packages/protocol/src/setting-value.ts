import { isModelId } from './model-id.ts';
import type { SettingKey } from './shape/shape.ts';

/** What a value behind a setting means (protocol-language.md 3.4). */
export type SettingValue =
  /** Absent, null, an empty string or `NONE`: the setting counts as not set. */
  | { readonly kind: 'unset' }
  | { readonly kind: 'value'; readonly value: string | number }
  | { readonly kind: 'invalid' };

const unset: SettingValue = { kind: 'unset' };
const invalid: SettingValue = { kind: 'invalid' };

/**
 * Reads the value behind a setting that is a reference.
 *
 * @param key which setting: `temperature`, `model` …
 * @param value what the name holds; `undefined` when it is absent.
 * @returns the value in its final form (a numeric string becomes a number), `unset`, or `invalid`.
 */
export function readSettingValue(key: SettingKey, value: unknown): SettingValue {
  if (value === undefined || value === null || value === '' || value === 'NONE') return unset;
  const accepted = acceptors[key](value);
  return accepted === undefined ? invalid : { kind: 'value', value: accepted };
}

/** What each setting accepts, for messages. */
export function settingExpectation(key: SettingKey): string {
  return expectations[key] ?? 'a model id of the form provider/model';
}

type Acceptor = (value: unknown) => string | number | undefined;

const model: Acceptor = (value) => (typeof value === 'string' && isModelId(value) ? value : undefined);
const text: Acceptor = (value) => (typeof value === 'string' && value.trim() !== '' ? value : undefined);
const oneOf =
  (...allowed: readonly string[]): Acceptor =>
  (value) =>
    typeof value === 'string' && allowed.includes(value) ? value : undefined;

const acceptors: { readonly [Key in SettingKey]: Acceptor } = {
  model,
  backupModel: model,
  imageModel: model,
  videoModel: model,
  speechModel: model,
  transcriptionModel: model,
  temperature: (value) => {
    if (value === 'off') return value;
    const number = toNumber(value);
    return number !== undefined && number >= 0 && number <= 2 ? number : undefined;
  },
  thinking: oneOf('low', 'medium', 'high', 'max', 'off'),
  speed: oneOf('fast', 'standard'),
  maxSteps: (value) => {
    const number = toNumber(value);
    return number !== undefined && Number.isInteger(number) && number >= 1 && number <= 1_000 ? number : undefined;
  },
  speechVoice: text,
  voice: text,
  language: text,
  instructions: text,
};

const expectations: { readonly [Key in SettingKey]?: string } = {
  temperature: 'a number from 0 to 2, or "off"',
  thinking: 'low, medium, high, max or off',
  speed: 'fast or standard',
  maxSteps: 'a whole number from 1 to 1,000',
  speechVoice: 'the name of a voice',
  voice: 'the name of a voice',
  language: 'a language code such as en',
  instructions: 'a text',
};

/** A number, or a string that is a JSON number after trimming. */
function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^\s*-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?\s*$/.test(value)) return undefined;
  return Number(value);
}
