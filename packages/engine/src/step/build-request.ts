import type { ModelMessage, ModelRequest } from '@octavus/core';
import { messagesOf } from '../execution/assistant-message.ts';
import type { Run } from '../execution/run.ts';
import { anthropicOptions } from '../tools/provider-tools.ts';
import { alternate } from './alternate.ts';
import { retainNewest } from './context-retention.ts';
import { buildContext } from './model-context.ts';
import type { Turn } from './turn.ts';

export interface RequestOptions {
  readonly toolChoice: 'auto' | 'none';
  /** Messages that only this request has, at the end. */
  readonly extra: readonly ModelMessage[];
  /** The provider broke off after the last message and goes on with it. */
  readonly isInterrupted: boolean;
  /** Provider id of the model that is asked. */
  readonly provider: string;
  readonly speed: 'fast' | 'standard';
}

/** What one step asks of a model (runtime-semantics.md 6.2). */
export function buildRequest(run: Run, turn: Turn, options: RequestOptions): ModelRequest {
  const { thread, settings, system, writer, responseType, tools } = turn;
  const { provider, speed } = options;
  const stored = messagesOf(run.state, thread);
  const context = buildContext(writer.draft ? [...stored, writer.draft] : stored, thread, {
    provider,
    maxToolOutputTokens: settings.maxToolOutputTokens,
  });
  const { temperature, thinking, cache, maxOutputTokens } = settings;
  return {
    system: [...system, ...context.system],
    messages: alternate([...retainNewest(context.messages, run.definition), ...options.extra], options),
    tools: [...tools.values()].map((tool) => tool.model),
    toolChoice: options.toolChoice,
    ...(responseType && {
      responseFormat: {
        name: responseType.name,
        ...(responseType.type.description !== undefined && { description: responseType.type.description }),
        schema: responseType.schema,
        isStrictCapable: responseType.isStrictCapable,
      },
    }),
    settings: {
      speed,
      cache,
      ...(temperature !== undefined && { temperature }),
      ...(thinking !== undefined && { thinking }),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    },
    ...(provider === 'anthropic' &&
      settings.anthropic && { providerOptions: { anthropic: anthropicOptions(settings.anthropic) } }),
    cacheKey: run.state.sessionId,
  };
}
