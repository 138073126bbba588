import type { CompiledType } from '../definition/types.ts';
import type { Place } from '../diagnostics/report.ts';
import { looksLikeVariable } from '../names.ts';
import { entryOf, stringOf, valuePlace, type YamlNode } from '../parse/node.ts';
import { itemsOf } from '../parse/read.ts';
import { readSettingValue } from '../setting-value.ts';
import type { SettingKey } from '../shape/shape.ts';
import { nodeValue } from '../types/node-value.ts';
import { typeText } from '../types/text.ts';
import type { LookupPlace } from './context.ts';
import { isLost, reportOtherTrigger } from './lookup.ts';
import { checkModelId } from './models.ts';
import type { DeclaredValue, NameScope } from './seam.ts';

const modelKeys: ReadonlySet<SettingKey> = new Set<SettingKey>([
  'model',
  'backupModel',
  'imageModel',
  'videoModel',
  'speechModel',
  'transcriptionModel',
]);

/** Settings whose literals may look like names: they are references only when the name is in scope (3.4). */
const freeTextKeys: ReadonlySet<SettingKey> = new Set<SettingKey>(['speechVoice', 'voice', 'instructions']);

const textTypes: readonly CompiledType['kind'][] = ['string', 'unknown'];
const numberTypes: readonly CompiledType['kind'][] = ['number', 'integer', 'string', 'unknown'];

/** The name a setting refers to, or `undefined` when its text is a literal. */
export function settingReference(key: SettingKey, text: string, scope: NameScope): string | undefined {
  if (!looksLikeVariable(text)) return undefined;
  return freeTextKeys.has(key) && scope.find(text) === undefined ? undefined : text;
}

/** A setting: a literal that fits, or the name of a value that can (125 to 131). */
export function checkSetting(node: YamlNode, key: SettingKey, place: LookupPlace): void {
  const text = stringOf(node);
  if (text === undefined) return;
  const name = settingReference(key, text, place.settings);
  if (name !== undefined) checkReference(name, node, key, place);
  else if (modelKeys.has(key)) checkModelId(text, node, key, place);
}

function checkReference(name: string, node: YamlNode, key: SettingKey, place: LookupPlace): void {
  const { agent, report, settings } = place;
  const source = settings.find(name);
  if (!source) {
    reportUndeclared(name, valuePlace(node), place);
    return;
  }
  agent.usage.read.add(source);
  const allowed = key === 'temperature' || key === 'maxSteps' ? numberTypes : textTypes;
  if (source.type && !allowed.includes(source.type.kind)) {
    const params = { n: name, a: typeText(source.type), key, b: allowed.join(', ') };
    report('PROTO_DYNAMIC_TYPE', valuePlace(node), params);
    return;
  }
  const canBeLeftOut = source.isOptional && source.default === undefined && source.type !== undefined;
  if (key === 'model' && canBeLeftOut) report('PROTO_DYNAMIC_MODEL_OPTIONAL', valuePlace(node), { n: name });
  checkDeclaredValues(source, key, place);
}

function reportUndeclared(name: string, at: Place, place: LookupPlace): void {
  if (isLost(place.agent, 'input', 'variables') || reportOtherTrigger(name, at, place)) return;
  place.report('PROTO_DYNAMIC_UNDEFINED', at, { n: name }, { wrong: name, allowed: place.settings.names() });
}

/** The values a declaration itself names must be good for the setting (128). */
function checkDeclaredValues(source: DeclaredValue, key: SettingKey, { agent, report }: LookupPlace): void {
  const declaration = agent.declarations.get(source);
  const fallback = source.default === undefined ? undefined : entryOf(declaration, 'default');
  const choices = source.enum === undefined ? [] : itemsOf(entryOf(declaration, 'enum'));
  for (const node of fallback ? [fallback, ...choices] : choices) {
    const value = nodeValue(node);
    if (readSettingValue(key, value).kind !== 'invalid') continue;
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    report('PROTO_DYNAMIC_DEFAULT', valuePlace(node), { v: shown ?? '', key });
  }
}
