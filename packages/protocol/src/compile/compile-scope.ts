import type { AnthropicOptions, ContextManagement, ProviderEntry, Scope, Setting } from '../definition/settings.ts';
import type { MapNode } from '../parse/node.ts';
import { mapEntries, readFlag, readMap, readNames, readNumber, readText } from '../parse/read.ts';
import { type CompileContext, compilePrompt, compileSetting, readDisplay } from './compile-parts.ts';

export interface ScopePlace {
  /** The `agent` section, not a `start-thread`. */
  readonly isAgent: boolean;
  /** Handler of the `start-thread`. */
  readonly trigger: string | undefined;
}

/** Generation settings of the agent or of one thread (protocol-language.md 2.9). */
export function compileScope(map: MapNode, { isAgent, trigger }: ScopePlace, context: CompileContext): Scope {
  const { scopes, sections } = context.model;
  const names = isAgent ? scopes.agent : scopes.blocks(trigger);
  const setting = <T extends string | number>(key: string) => compileSetting<T>(map, key, names.settings);
  const hasOnDemandSkills = isAgent && sections.entries.has('onDemandSkills');
  return {
    model: setting('model'),
    backupModel: setting('backupModel'),
    system: readText(map, 'system') === undefined ? undefined : compilePrompt(map, 'system', context),
    tools: unique(readNames(map, 'tools')),
    mcpServers: unique(readNames(map, 'mcpServers')),
    onDemandMcpServers: readNames(map, 'onDemandMcpServers').includes('remote') ? ['remote'] : [],
    skills: unique(readNames(map, 'skills')),
    onDemandSkills: readFlag(map, 'onDemandSkills') ?? hasOnDemandSkills,
    workers: unique(readNames(map, 'workers')),
    references: unique(readNames(map, 'references')),
    sandboxTimeoutMs: readNumber(map, 'sandboxTimeout'),
    imageModel: setting('imageModel'),
    videoModel: setting('videoModel'),
    speechModel: setting('speechModel'),
    speechVoice: setting('speechVoice'),
    transcriptionModel: setting('transcriptionModel'),
    webSearch: readFlag(map, 'webSearch') ?? false,
    todoList: readFlag(map, 'todoList') ?? false,
    ...compileCycles(map, setting<number>('maxSteps')),
    temperature: setting('temperature'),
    thinking: setting('thinking'),
    speed: setting('speed'),
    cache: (readText(map, 'cache') ?? 'auto') as Scope['cache'],
    maxToolOutputTokens: readNumber(map, 'maxToolOutputTokens'),
    maxImageDimension: readNumber(map, 'maxImageDimension'),
    maxOutputTokens: readNumber(map, 'maxOutputTokens'),
    loopGuard: readFlag(map, 'loopGuard') ?? false,
    contextManagement: compileContextManagement(readMap(map, 'contextManagement')),
    anthropic: compileAnthropic(readMap(map, 'anthropic')),
  };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

/** The table of protocol-language.md 2.9.2. */
function compileCycles(map: MapNode, maxSteps: Setting<number> | undefined): Pick<Scope, 'cycles' | 'defaultCycles'> {
  const agentic = readFlag(map, 'agentic');
  const defaultCycles = agentic === true ? 10 : 1;
  const isLimited = maxSteps !== undefined && agentic !== false;
  return { cycles: isLimited ? maxSteps : { kind: 'literal', value: defaultCycles }, defaultCycles };
}

function compileContextManagement(map: MapNode | undefined): ContextManagement | undefined {
  return (
    map && {
      summarizerWorker: readText(map, 'summarizerWorker'),
      thresholdPercent: readNumber(map, 'thresholdPercent'),
      recentPercent: readNumber(map, 'recentPercent'),
    }
  );
}

function compileAnthropic(map: MapNode | undefined): AnthropicOptions | undefined {
  if (!map) return undefined;
  const tools = mapEntries(readMap(map, 'tools')).map(([name, node]) => [name, compileEntry(node)] as const);
  const skills = mapEntries(readMap(map, 'skills')).map(([id, node]) => {
    const type = readText(node, 'type') === 'custom' ? 'custom' : 'anthropic';
    return [id, { ...compileEntry(node), type, version: readText(node, 'version') ?? 'latest' }] as const;
  });
  // The names of tools are checked with their shape.
  return { tools: new Map(tools) as AnthropicOptions['tools'], skills: new Map(skills) };
}

function compileEntry(node: MapNode): ProviderEntry {
  return {
    display: readDisplay(node) ?? 'description',
    title: readText(node, 'title'),
    description: readText(node, 'description'),
  };
}
