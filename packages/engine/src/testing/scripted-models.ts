import type {
  LanguageModel,
  LanguageModels,
  ModelMedia,
  ModelRequest,
  ModelStreamPart,
  ProviderFailure,
} from '@octavus/core';
import { checkModelMessages } from './check-model-messages.ts';
import { finish } from './model-parts.ts';

/** What one expected model call answers. */
export interface ScriptedStep {
  /** What arrives together is one array; a function between them is awaited first, so that a test can act in mid-stream. */
  readonly batches: readonly ScriptedBatch[];
  /** The model that must be called; absent: any. */
  readonly model?: string;
  /** Runs when the call comes; a throw fails the test. */
  readonly expect?: (request: ModelRequest) => void;
  /** After its batches the model says nothing until the call is aborted. */
  readonly hangs?: boolean;
}

export type ScriptedBatch = readonly ModelStreamPart[] | (() => unknown);

export interface ScriptedCall {
  readonly modelId: string;
  readonly request: ModelRequest;
}

/** Models that follow a script, for tests of anything that calls models. */
export interface ScriptedModels extends LanguageModels {
  /** Calls so far, in order. */
  readonly calls: readonly ScriptedCall[];
  /** Calls that ended because they were aborted. */
  readonly abortedCalls: number;
  /** Adds steps to the end of the script. */
  add(...steps: readonly ScriptedStep[]): void;
  /** Throws what went wrong: an unexpected call, a context no provider would take, a failed `expect`, steps nobody asked for. */
  assertDone(): void;
}

/**
 * @param steps one per expected call, whatever model is called.
 * @param options by model id: failures to resolve, and context windows.
 */
export function scriptedModels(
  steps: readonly ScriptedStep[],
  options: {
    unavailable?: { readonly [id: string]: ProviderFailure };
    /** Context windows in tokens; absent: not known. */
    windows?: { readonly [id: string]: number };
    /** What models read besides text; absent: images and PDF. */
    reads?: { readonly [id: string]: readonly ModelMedia[] };
    /** Models that take back the files they made; absent: none. */
    takesOwnFiles?: readonly string[];
  } = {},
): ScriptedModels {
  const queue = [...steps];
  const calls: ScriptedCall[] = [];
  const problems: unknown[] = [];
  let abortedCalls = 0;

  function take(modelId: string, request: ModelRequest): ScriptedStep {
    calls.push({ modelId, request });
    const step = queue.shift();
    if (!step) throw new Error(`unexpected call ${calls.length} of ${modelId}`);
    if (step.model !== undefined && step.model !== modelId) {
      throw new Error(`call ${calls.length} went to ${modelId}, the script expects ${step.model}`);
    }
    checkModelMessages(request.messages);
    step.expect?.(request);
    return step;
  }

  function aModel(id: string): LanguageModel {
    return {
      provider: id.slice(0, id.indexOf('/')),
      id,
      ...(options.reads?.[id] && { reads: options.reads[id] }),
      ...(options.takesOwnFiles?.includes(id) && { takesOwnFiles: true }),
      ...(options.windows?.[id] && { contextWindow: options.windows[id] }),
      describeRequest: (request) => ({ model: id, messages: request.messages }),
      async *stream(request, signal) {
        try {
          const step = take(id, request);
          yield* play(step, signal);
          if (signal.aborted) abortedCalls += 1;
        } catch (problem) {
          problems.push(problem);
          throw problem;
        }
      },
    };
  }

  return {
    calls,
    get abortedCalls() {
      return abortedCalls;
    },
    resolve(id) {
      const failed = options.unavailable?.[id];
      return failed ? { failure: failed } : { model: aModel(id) };
    },
    add: (...more) => void queue.push(...more),
    assertDone() {
      if (problems.length > 0) throw problems[0];
      if (queue.length > 0) throw new Error(`${queue.length} scripted steps were not used`);
    },
  };
}

/**
 * A step that arrives in one batch and ends well: `finish` is added, with reason `tool-calls` when a call is among the parts,
 * unless the parts end the stream themselves.
 */
export function reply(...parts: readonly (readonly ModelStreamPart[])[]): ScriptedStep {
  return { batches: [ended(parts.flat())] };
}

/** The step with every part in a batch of its own. */
export function partByPart(step: ScriptedStep): ScriptedStep {
  return inBatchesOf(1, step);
}

/** The step with its parts in batches of `size`. */
export function inBatchesOf(size: number, step: ScriptedStep): ScriptedStep {
  const parts = step.batches.flatMap((batch) => (typeof batch === 'function' ? [] : batch));
  const batches: ModelStreamPart[][] = [];
  for (let index = 0; index < parts.length; index += size) batches.push(parts.slice(index, index + size));
  return { ...step, batches };
}

/** A step that says `parts` and then nothing until the call is aborted. */
export function hang(...parts: readonly (readonly ModelStreamPart[])[]): ScriptedStep {
  const said = parts.flat();
  return { batches: said.length > 0 ? [said] : [], hangs: true };
}

function ended(parts: readonly ModelStreamPart[]): readonly ModelStreamPart[] {
  const last = parts.at(-1)?.type;
  if (last === 'finish' || last === 'error') return parts;
  const calls = parts.some((part) => part.type === 'tool-call' && part.providerExecuted !== true);
  return [...parts, ...finish(calls ? 'tool-calls' : 'stop')];
}

async function* play(step: ScriptedStep, signal: AbortSignal): AsyncGenerator<readonly ModelStreamPart[]> {
  for (const batch of step.batches) {
    if (typeof batch === 'function') await untilAborted(batch(), signal);
    if (signal.aborted) return;
    if (typeof batch !== 'function') yield batch;
  }
  if (step.hangs) await untilAborted(new Promise(() => {}), signal);
}

async function untilAborted(work: unknown, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const aborted = Promise.withResolvers<void>();
  const stop = () => aborted.resolve();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
