import type { JsonObject } from '@octavus/core';
import { coerceValue, type ToolCallBlock, type ToolDefinition } from '@octavus/protocol';
import { startBlock } from '../execution/announce.ts';
import { appendParts } from '../execution/assistant-message.ts';
import { protocolFailure } from '../execution/failure.ts';
import type { Run } from '../execution/run.ts';
import type { PendingCall } from '../state/position.ts';
import { logToolCall, logToolResult } from '../step/log-calls.ts';
import { refusal } from '../tools/integrations.ts';
import { namespaceOf } from '../tools/namespace.ts';
import { labelOf } from '../tools/offered-tool.ts';
import { assignOutput } from '../values/assign-output.ts';
import { resolveEntries } from '../values/resolve-value.ts';
import { blockScope } from '../values/scope.ts';
import { addResultFiles } from './result-files.ts';
import type { BlockEnding, BlockRunner, Resumption } from './runner.ts';

/** Calls a tool with values of the handler; no model takes part (runtime-semantics.md 5.4). */
export const toolCall: BlockRunner<'tool-call'> = {
  async run(block, run) {
    startBlock(run, block);
    const call = openCall(block, run);
    const refused = refusalOf(block, run);
    if (refused === undefined) return askOutside(block, call);
    refuse(block, run, call, refused);
    return 'done';
  },

  async resume(block, run, resumption) {
    startBlock(run, block);
    takeResult(block, run, resumption);
    return 'done';
  },
};

interface OpenCall {
  readonly toolCallId: string;
  readonly args: JsonObject;
}

/** Stores and announces the call. */
function openCall(block: ToolCallBlock, run: Run): OpenCall {
  const { tool: name, display } = block;
  const tool = findTool(block, run);
  const args = coerceArguments(tool.definition, resolveEntries(block.input, blockScope(run)));
  const toolCallId = run.ports.ids.toolCall();
  const title = labelOf(display, {
    name,
    title: block.title ?? tool.title,
    description: block.description ?? tool.description,
  });
  if (display !== 'hidden') {
    addPart(block, run, { toolCallId, args, title });
    announceCall(block, run, { toolCallId, args, title });
  }
  logToolCall(run, 'main', { name, input: args, description: tool.definition?.description });
  return { toolCallId, args };
}

function askOutside(
  { tool: name, display, output, index }: ToolCallBlock,
  { toolCallId, args }: OpenCall,
): BlockEnding {
  const call: PendingCall = {
    toolCallId,
    toolName: name,
    args,
    source: 'block',
    ...(output !== undefined && { outputVariable: output }),
    blockIndex: index,
    display,
  };
  return { position: { kind: 'tool-call', toolCallId }, pending: [call] };
}

/** Why the server does not call a tool of a remote server; `undefined` for tools that run outside. */
function refusalOf({ tool }: ToolCallBlock, { definition }: Run): string | undefined {
  if (definition.tools.has(tool)) return undefined;
  const namespace = namespaceOf(tool);
  return definition.mcpServers.get(namespace)?.source === 'remote' ? refusal(definition, namespace) : undefined;
}

/** The handler goes on with the error as the value. */
function refuse(block: ToolCallBlock, run: Run, { toolCallId }: OpenCall, error: string): void {
  run.change({ change: 'tool-call-settled', toolCallId, outcome: { error } });
  logToolResult(run, 'main', block.tool, { error });
  if (block.display !== 'hidden') run.event({ type: 'tool-output-error', toolCallId, error });
  assignOutput(run, block.output, { error });
}

interface KnownTool {
  readonly definition: ToolDefinition | undefined;
  readonly title: string | undefined;
  readonly description: string | undefined;
}

/** A declared tool, or one that the caller offers under a declared namespace. */
function findTool({ tool: name }: ToolCallBlock, run: Run): KnownTool {
  const definition = run.definition.tools.get(name);
  if (definition) return { definition, title: definition.title, description: definition.description };
  const server = run.definition.mcpServers.get(namespaceOf(name));
  if (!server) throw protocolFailure(`there is no tool "${name}"`);
  return { definition: undefined, title: server.title, description: server.description };
}

/** Each argument in its parameter's type, where nothing is lost by it. */
function coerceArguments(tool: ToolDefinition | undefined, args: JsonObject): JsonObject {
  if (!tool) return args;
  const entries = Object.entries(args).map(([name, value]) => {
    const type = tool.parameters.get(name)?.type;
    const coerced = type && coerceValue(type, value);
    return [name, coerced?.isValid ? coerced.value : value] as const;
  });
  return Object.fromEntries(entries);
}

interface ShownCall {
  readonly toolCallId: string;
  readonly args: JsonObject;
  readonly title: string | undefined;
}

/** For people only: prompts get the variable. */
function addPart({ tool: name, display }: ToolCallBlock, run: Run, { toolCallId, args, title }: ShownCall): void {
  const toolCall = {
    id: toolCallId,
    name,
    ...(title !== undefined && { description: title }),
    arguments: args,
    status: 'streaming' as const,
    display,
  };
  appendParts(run, 'main', [{ type: 'tool-call', visible: true, isDisplayOnly: true, source: 'block', toolCall }]);
}

/** The block's mode is also the mode of its call (stream-events.md 5.1). */
function announceCall(
  { tool: toolName, display }: ToolCallBlock,
  run: Run,
  { toolCallId, args, title }: ShownCall,
): void {
  run.event({ type: 'tool-input-start', toolCallId, toolName, ...(title !== undefined && { title }), display });
  run.event({ type: 'tool-input-end', toolCallId });
  const showsInput = display === 'description' || display === 'stream';
  run.event({ type: 'tool-input-available', toolCallId, toolName, input: showsInput ? args : {} });
}

function takeResult(block: ToolCallBlock, run: Run, { pending, results }: Resumption): void {
  const call = pending[0];
  const result = results.find(({ toolCallId }) => toolCallId === call?.toolCallId);
  if (!call || !result) throw new Error('The pause of this block holds no call');
  const { outcome, files } = result;
  logToolResult(run, 'main', call.toolName, outcome);
  if (files) {
    const isAnnounced = block.display !== 'hidden';
    addResultFiles(run, {
      call,
      files,
      thread: 'main',
      isAnnounced,
      isKept: true,
      append: (parts) => appendParts(run, 'main', parts),
    });
  }
  assignOutput(run, block.output, 'error' in outcome ? { error: outcome.error } : outcome.result);
}
