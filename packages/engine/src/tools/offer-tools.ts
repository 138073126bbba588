import type { JsonObject, MediaModels, ToolSchema } from '@octavus/core';
import {
  type AgentDefinition,
  issueText,
  type McpServerUse,
  type ToolDefinition,
  validateValue,
} from '@octavus/protocol';
import type { ThreadSettings } from '../state/thread-settings.ts';
import { builtInTools } from './built-in.ts';
import { checkAgainstSchema } from './check-schema.ts';
import { namespaceOf } from './namespace.ts';
import { labelOf, type OfferedTool } from './offered-tool.ts';

/** The tools of a scope by name, in the order the model sees them. */
export type OfferedTools = ReadonlyMap<string, OfferedTool>;

export interface OfferOptions {
  readonly definition: AgentDefinition;
  readonly settings: ThreadSettings;
  readonly dynamicTools: readonly ToolSchema[];
  readonly workers: readonly OfferedTool[];
  readonly media: MediaModels;
}

/** Declared tools, tools of the scope's MCP servers, workers, built-in tools (protocol-language.md 6.1). Of two with one name the first stays. */
export function offerTools({ definition, settings, dynamicTools, workers, media }: OfferOptions): OfferedTools {
  const tools = new Map<string, OfferedTool>();
  const offer = (tool: OfferedTool) => {
    if (!tools.has(tool.model.name)) tools.set(tool.model.name, tool);
  };
  for (const name of settings.tools) {
    const declared = definition.tools.get(name);
    if (declared) offer(declaredTool(declared));
  }
  for (const namespace of settings.mcpServers) {
    const server = definition.mcpServers.get(namespace);
    if (!server || server.source === 'remote') continue;
    for (const tool of dynamicTools) if (namespaceOf(tool.name) === namespace) offer(dynamicTool(tool, server));
  }
  for (const tool of workers) offer(tool);
  for (const tool of builtInTools(definition, settings, media)) offer(tool);
  return tools;
}

/** A tool of the `tools` section; the same for every session, so it is made once per definition. */
function declaredTool(definition: ToolDefinition): OfferedTool {
  const known = declaredTools.get(definition);
  if (known) return known;
  const { name, description, inputSchema, isStrictCapable, display } = definition;
  const tool: OfferedTool = {
    model: { name, description, inputSchema, isStrictCapable },
    display,
    label: labelOf(display, definition),
    check: (input) => checkDeclared(definition, input),
  };
  declaredTools.set(definition, tool);
  return tool;
}

const declaredTools = new WeakMap<ToolDefinition, OfferedTool>();

function checkDeclared({ inputType }: ToolDefinition, given: JsonObject): ReturnType<OfferedTool['check']> {
  const input = withoutNulls(inputType, given);
  const issues = validateValue(inputType, input);
  if (issues.length === 0) return { input };
  return {
    problem: `Invalid arguments: ${issues
      .slice(0, 5)
      .map((issue) => issueText(issue, 'the arguments'))
      .join('; ')}.`,
  };
}

/** Strict provider modes write `null` for an optional argument that is left out (protocol-language.md 5.5). */
function withoutNulls(type: ToolDefinition['inputType'], input: JsonObject): JsonObject {
  if (type.kind !== 'object') return input;
  const isLeftOut = ({ name, isOptional }: { name: string; isOptional: boolean }) => isOptional && input[name] === null;
  const leftOut = new Set(type.properties.filter(isLeftOut).map(({ name }) => name));
  if (leftOut.size === 0) return input;
  return Object.fromEntries(Object.entries(input).filter(([name]) => !leftOut.has(name)));
}

/** A tool in the caller's process; its server's declaration says how calls are shown. */
function dynamicTool({ name, description, inputSchema }: ToolSchema, server: McpServerUse): OfferedTool {
  return {
    model: { name, description, inputSchema, isStrictCapable: false },
    display: server.display,
    label: labelOf(server.display, { name, title: server.title, description: server.description }),
    check: (input) => checkAgainstSchema(inputSchema, input),
  };
}
