import type { Report } from '../diagnostics/report.ts';
import { entryOf, type MapNode, stringOf, valuePlace } from '../parse/node.ts';
import { itemsOf, readMap, readNumber, readText } from '../parse/read.ts';
import type { AgentModel } from './context.ts';

/** `agent.contextManagement` and its summarizer (143 to 145, 174). */
export function checkContextManagement(scope: MapNode, agent: AgentModel, report: Report): void {
  const management = readMap(scope, 'contextManagement');
  if (!management) return;
  checkSummarizer(scope, management, agent, report);
  const recent = entryOf(management, 'recentPercent');
  const threshold = readNumber(management, 'thresholdPercent');
  const fraction = readNumber(management, 'recentPercent');
  if (recent && fraction !== undefined && threshold !== undefined && fraction >= threshold) {
    report('PROTO_CONTEXT_PERCENT', valuePlace(recent), {});
  }
  const window = entryOf(management, 'recentWindow');
  if (window) report('PROTO_DEPRECATED_RECENT_WINDOW', valuePlace(window), {});
}

function checkSummarizer(scope: MapNode, management: MapNode, agent: AgentModel, report: Report): void {
  const summarizer = entryOf(management, 'summarizerWorker');
  const name = readText(management, 'summarizerWorker');
  if (!summarizer || name === undefined) return;
  const isRecentKnown =
    management.entries.has('recentPercent') || agent.unsound.has(`${management.path}.recentPercent`);
  if (!isRecentKnown) report('PROTO_SUMMARIZER_NO_RECENT', valuePlace(summarizer), {});
  for (const worker of itemsOf(entryOf(scope, 'workers'))) {
    if (stringOf(worker) === name) report('PROTO_SUMMARIZER_EXPOSED', valuePlace(worker), {});
  }
}
