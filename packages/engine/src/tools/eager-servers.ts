import { errorEvent } from '@octavus/core';
import { builtInToolLabel, type McpServerUse } from '@octavus/protocol';
import { messagesOf } from '../execution/assistant-message.ts';
import { logError } from '../execution/ending.ts';
import type { Run } from '../execution/run.ts';
import type { ToolCallPart } from '../state/message.ts';
import type { ThreadSettings } from '../state/thread-settings.ts';
import { refusal } from './integrations.ts';

/** Where a turn shows what it does. */
interface TurnPlace {
  readonly thread: string;
  readonly settings: Pick<ThreadSettings, 'mcpServers'>;
  /** Tool calls are announced. */
  readonly isAnnounced: boolean;
  readonly writer: { readonly isKept: boolean; append(parts: readonly ToolCallPart[]): unknown };
}

const toolName = 'octavus_mcp_activate';

/**
 * Connects the eager remote servers of a scope before its first model request (protocol-language.md 2.7). None is configured here, so each
 * attempt is a call that failed: people see it, once in an execution, and so does the log; the run goes on (10.7). The model finds the
 * server among those that are not connected, and gets the same error when it tries.
 */
export function connectEagerServers(run: Run, turn: TurnPlace): void {
  for (const namespace of turn.settings.mcpServers) {
    const server = run.definition.mcpServers.get(namespace);
    if (server?.source !== 'remote' || server.connection !== 'eager') continue;
    if (!wasTried(run, turn, namespace)) tellFailure(run, turn, server);
  }
}

function wasTried({ state, executionId }: Run, { thread }: TurnPlace, namespace: string): boolean {
  const own = [...messagesOf(state, 'main'), ...messagesOf(state, thread)].filter(
    (message) => message.executionId === executionId,
  );
  return own.some(({ parts }) => parts.some((part) => isAttempt(part) && part.toolCall.arguments.name === namespace));
}

function isAttempt(part: { readonly type: string }): part is ToolCallPart {
  const { type, toolCall, isDisplayOnly } = part as ToolCallPart;
  return type === 'tool-call' && isDisplayOnly === true && toolCall.name === toolName;
}

function tellFailure(run: Run, turn: TurnPlace, { namespace, display }: McpServerUse): void {
  const { thread, writer, isAnnounced } = turn;
  const error = refusal(run.definition, namespace);
  const input = { name: namespace };
  const toolCallId = run.ports.ids.toolCall();
  const title = builtInToolLabel(toolName, input);
  logError(run, errorEvent({ code: 'MCP_UNAVAILABLE', message: error, tool: { name: namespace } }), thread);
  writer.append([
    {
      type: 'tool-call',
      visible: writer.isKept && display !== 'hidden',
      ...(thread !== 'main' && { thread }),
      isDisplayOnly: true,
      toolCall: {
        id: toolCallId,
        name: toolName,
        ...(title !== undefined && { description: title }),
        arguments: input,
        status: 'error',
        error,
        display: 'description',
      },
    },
  ]);
  if (!isAnnounced || display === 'hidden') return;
  run.event({
    type: 'tool-input-start',
    toolCallId,
    toolName,
    ...(title !== undefined && { title }),
    display: 'description',
  });
  run.event({ type: 'tool-input-end', toolCallId });
  run.event({ type: 'tool-input-available', toolCallId, toolName, input });
  run.event({ type: 'tool-output-error', toolCallId, error });
}
