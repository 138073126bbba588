import type { Report } from '../diagnostics/report.ts';
import { hasFastMode, isModelId, providerOf } from '../model-id.ts';
import { looksLikeVariable } from '../names.ts';
import { entryOf, type MapNode, stringOf, valuePlace } from '../parse/node.ts';
import { readText } from '../parse/read.ts';
import type { AgentModel } from './context.ts';

/** What the settings of a scope mean for its model (132, 133, 136, 137, 141). */
export function checkScopeModels(scope: MapNode, agent: AgentModel, report: Report): void {
  const model = readText(scope, 'model') ?? inheritedModel(scope, agent);
  checkProviderOptions(scope, model, report);
  checkSpeed(scope, model, report);
  checkTemperature(scope, report);
  checkBackup(scope, report);
}

function inheritedModel(scope: MapNode, { sections, unsound }: AgentModel): string | undefined {
  if (scope.entries.has('model') || unsound.has(`${scope.path}.model`)) return undefined;
  return readText(entryOf(sections, 'agent') as MapNode | undefined, 'model');
}

function checkProviderOptions(scope: MapNode, model: string | undefined, report: Report): void {
  const options = entryOf(scope, 'anthropic');
  if (!options || model === undefined) return;
  if (looksLikeVariable(model)) report('PROTO_PROVIDER_OPTIONS_DYNAMIC', valuePlace(options), { n: model });
  else if (isModelId(model) && providerOf(model) !== 'anthropic') {
    report('PROTO_PROVIDER_OPTIONS_MISMATCH', valuePlace(options), { m: model });
  }
}

function checkSpeed(scope: MapNode, model: string | undefined, report: Report): void {
  const speed = entryOf(scope, 'speed');
  if (!speed || stringOf(speed) !== 'fast' || model === undefined || !isModelId(model) || hasFastMode(model)) return;
  report('PROTO_SPEED_UNSUPPORTED', valuePlace(speed), { m: model });
}

function checkTemperature(scope: MapNode, report: Report): void {
  const temperature = entryOf(scope, 'temperature');
  const thinking = readText(scope, 'thinking');
  if (temperature?.kind !== 'scalar' || typeof temperature.value !== 'number') return;
  if (thinking === undefined || thinking === 'off' || looksLikeVariable(thinking)) return;
  report('PROTO_TEMPERATURE_THINKING', valuePlace(temperature), {});
}

function checkBackup(scope: MapNode, report: Report): void {
  const backup = entryOf(scope, 'backupModel');
  const model = stringOf(backup);
  if (!backup || model === undefined || !isModelId(model) || model !== readText(scope, 'model')) return;
  report('PROTO_BACKUP_SAME', valuePlace(backup), {});
}
