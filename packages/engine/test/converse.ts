import type { JsonValue, StreamEvent } from '@octavus/core';
import type { AgentDefinition } from '@octavus/protocol';
import { checkTrigger, type TriggerFields } from '../src/requests/check-trigger.ts';
import { openingValues } from '../src/requests/opening-values.ts';
import { runTrigger } from '../src/run.ts';
import { openSession } from '../src/state/session-state.ts';
import { type CollectOptions, collectLeg } from '../src/testing/collect-leg.ts';
import { Conversation, type Leg } from '../src/testing/conversation.ts';
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

/** The first leg of a session as its host gets it: a fault of the run is in its ending, where `Conversation` throws it. */
export function hostLeg(
  definition: AgentDefinition,
  fields: TriggerFields,
  ports: MemoryPorts,
  { signal = new AbortController().signal, ...options }: CollectOptions & { readonly signal?: AbortSignal } = {},
): Promise<Leg> {
  const state = openSession({ sessionId: 's1', kind: 'interactive', ...openingValues(definition, {}) });
  const trigger = checkTrigger(definition, fields);
  const request = { state, definition, agentVersion: 1, trigger, requestId: 'req_1' };
  return collectLeg(runTrigger(request, ports, signal), state, options);
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
