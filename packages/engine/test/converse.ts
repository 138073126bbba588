import type { JsonValue, StreamEvent } from '@octavus/core';
import type { AgentDefinition } from '@octavus/protocol';
import { Conversation } from '../src/testing/conversation.ts';
import {
  type MemoryPorts,
  memoryPorts,
  type ScriptedModels,
  type ScriptedStep,
  scriptedModels,
} from '../src/testing/index.ts';

export interface Talk {
  readonly session: Conversation;
  readonly models: ScriptedModels;
  readonly ports: MemoryPorts;
}

interface TalkOptions {
  readonly input?: { [name: string]: JsonValue };
  readonly models?: Parameters<typeof scriptedModels>[1];
  readonly ports?: Omit<Parameters<typeof memoryPorts>[0], 'models'>;
}

/** A session of an agent whose models follow a script. */
export function converse(definition: AgentDefinition, steps: readonly ScriptedStep[], options: TalkOptions = {}): Talk {
  const models = scriptedModels(steps, options.models);
  const ports = memoryPorts({ ...options.ports, models });
  const session = new Conversation({ definition, ports, models, ...(options.input && { input: options.input }) });
  return { session, models, ports };
}

/** Events as `type` or `type:detail`, for expectations that read like the stream. */
export function outline(events: readonly StreamEvent[]): string[] {
  return events.map((event) => {
    switch (event.type) {
      case 'block-start':
        return `block-start:${event.blockName}`;
      case 'text-delta':
      case 'reasoning-delta':
        return `${event.type}:${event.delta}`;
      case 'tool-input-start':
        return `tool-input-start:${event.toolName}`;
      case 'finish':
        return `finish:${event.finishReason}`;
      case 'error':
        return `error:${event.errorType}`;
      default:
        return event.type;
    }
  });
}
