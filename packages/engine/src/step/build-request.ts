import type { LanguageModel, ModelMessage, ModelRequest } from '@octavus/core';
import { messagesOf } from '../execution/assistant-message.ts';
import type { Run } from '../execution/run.ts';
import { anthropicOptions } from '../tools/provider-tools.ts';
import { alternate } from './alternate.ts';
import { toView } from './compaction/context-view.ts';
import { retainNewest } from './context-retention.ts';
import { buildContext, type ContextUnit } from './model-context.ts';
import type { Turn } from './turn.ts';

export interface RequestOptions {
  readonly toolChoice: 'auto' | 'none';
  /** Messages that only this request has, at the end. */
  readonly extra: readonly ModelMessage[];
  /** The provider broke off after the last message and goes on with it. */
  readonly isInterrupted: boolean;
  /** The model that is asked. */
  readonly model: Reader;
  readonly speed: 'fast' | 'standard';
}

/** Everything a turn could say to its model, before any of it is left out. */
export interface History extends Pick<ModelRequest, 'system' | 'tools'> {
  readonly units: readonly ContextUnit[];
}

type Reader = Pick<LanguageModel, 'provider' | 'reads' | 'takesOwnFiles'>;

/** @param model that is to read it. */
export function readHistory(run: Run, turn: Turn, { provider, reads, takesOwnFiles }: Reader): History {
  const { thread, settings, system, writer, tools } = turn;
  const stored = messagesOf(run.state, thread);
  const context = buildContext(writer.draft ? [...stored, writer.draft] : stored, thread, {
    provider,
    reads,
    takesOwnFiles,
    maxToolOutputTokens: settings.maxToolOutputTokens,
  });
  return {
    system: [...system, ...context.system],
    tools: [...tools.values()].map((tool) => tool.model),
    units: context.units,
  };
}

/** What one step asks of a model (runtime-semantics.md 6.2). */
export function buildRequest(run: Run, turn: Turn, options: RequestOptions): ModelRequest {
  const { settings, writer, responseType } = turn;
  const { model, speed } = options;
  const { system, tools, units } = readHistory(run, turn, model);
  const messages = toView(units, writer.context);
  const { temperature, thinking, cache, maxOutputTokens } = settings;
  return {
    system,
    messages: alternate([...retainNewest(messages, run.definition), ...options.extra], options),
    tools,
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
    ...(model.provider === 'anthropic' &&
      settings.anthropic && { providerOptions: { anthropic: anthropicOptions(settings.anthropic) } }),
    cacheKey: run.state.sessionId,
  };
}
