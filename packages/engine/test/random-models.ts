import type {
  JsonObject,
  JsonValue,
  LanguageModels,
  ModelFinish,
  ModelRequest,
  ModelStreamPart,
  ModelTool,
} from '@octavus/core';
import { aProviderFailure, checkModelMessages, file, finish, reasoning, text, toolCall } from '../src/testing/index.ts';
import { createRandom, type Random } from './random.ts';

export interface RandomModels extends LanguageModels {
  readonly calls: readonly ModelRequest[];
  /** What was wrong with a request, such as a context no provider would take. */
  readonly problems: readonly unknown[];
}

export interface RandomModelsOptions {
  readonly seed: number;
  /** Calls may fail, before or after the first words. */
  readonly canFail: boolean;
  /** Their provider runs tools itself; default true. */
  readonly hasOwnTools?: boolean;
}

/**
 * Models that do whatever a provider may do, good or bad: talk, think, call tools with fit and unfit arguments, under odd ids, in any
 * pieces and batches, fail, stop short. What they do depends on the request and the seed alone, not on identifiers in the request:
 * the same conversation gets the same answers, also in another process.
 */
export function randomModels(options: RandomModelsOptions): RandomModels {
  const calls: ModelRequest[] = [];
  const problems: unknown[] = [];
  const attempts = new Map<string, number>();
  return {
    calls,
    problems,
    resolve: (id) => ({
      model: {
        provider: id.slice(0, id.indexOf('/')),
        id,
        // Not the backup: what one model made is shown to the other.
        takesOwnFiles: id === 'test/primary',
        describeRequest: () => ({ model: id }),
        async *stream(request, signal) {
          calls.push(request);
          try {
            checkModelMessages(request.messages);
          } catch (problem) {
            problems.push(problem);
          }
          const key = keyOf(request);
          const attempt = attempts.get(key) ?? 0;
          attempts.set(key, attempt + 1);
          const random = createRandom(`${options.seed} ${key}`);
          const parts = answer(request, random, { ...options, canFail: options.canFail && attempt === 0 });
          for (const batch of inBatches(parts, random)) {
            await Promise.resolve();
            if (signal.aborted) return;
            yield batch;
          }
        },
      },
    }),
  };
}

/** The request with the ids of calls and files numbered: they differ between a run and its repetition. */
function keyOf(request: ModelRequest): string {
  const ids = new Map<unknown, number>();
  const numberOf = (id: unknown) => {
    if (!ids.has(id)) ids.set(id, ids.size);
    return ids.get(id);
  };
  const text = JSON.stringify(request, (key, value: unknown) => {
    if (key !== 'toolCallId') return key === 'cacheKey' ? undefined : value;
    return numberOf(value);
  });
  return text.replace(/file-[a-z0-9]{24}/g, (id) => `file-${numberOf(id)}`);
}

function answer(
  request: ModelRequest,
  random: Random,
  { canFail, hasOwnTools = true }: RandomModelsOptions,
): readonly ModelStreamPart[] {
  if (canFail && random.chance(0.15)) return failed(random);
  const pieces: ModelStreamPart[][] = [];
  if (random.chance(0.3)) pieces.push(reasoning('r1', words(random), random.chance(0.5) ? 'sig' : undefined));
  const hasCalls = request.toolChoice === 'auto' && request.tools.length > 0 && random.chance(0.5);
  if (!hasCalls || random.chance(0.5)) pieces.push(text('t1', ...speech(request, random)));
  if (random.chance(0.1)) pieces.push([{ type: 'source', sourceType: 'url', id: 's1', url: 'https://a.example' }]);
  if (random.chance(0.12)) pieces.push(made(random));
  if (hasOwnTools && random.chance(0.08)) pieces.push(executed(random));
  if (hasCalls) for (let count = 1 + random.below(3); count > 0; count -= 1) pieces.push(call(request.tools, random));
  if (random.chance(0.1)) pieces.push(text('t2', ...words(random)));
  const parts = random.chance(0.3) ? withLateEnds(pieces.flat()) : pieces.flat();
  return [...parts, ...finish(reasonOf(hasCalls, random), { inputTokens: random.pick([10, 900]), outputTokens: 5 })];
}

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]);

function made(random: Random): ModelStreamPart[] {
  const signature = random.chance(0.5) ? 'c2ln' : undefined;
  return random.chance(0.7)
    ? file('image/png', png, signature)
    : file(random.pick(['text/csv', 'audio/wav', '']), png.slice(1));
}

/** A tool that the provider runs itself. */
function executed(random: Random): ModelStreamPart[] {
  const id = random.chance(0.2) ? random.pick(strangeIds) : `srv_${random.below(1e9).toString(36)}`;
  const own = toolCall(id, 'look-up', { at: random.below(9) }).map((part) =>
    part.type === 'tool-call' || part.type === 'tool-input-start' ? { ...part, providerExecuted: true } : part,
  );
  const isError = random.chance(0.3);
  const result = isError ? { errorCode: 'unavailable' } : [random.below(9)];
  return [...own, { type: 'tool-result', toolCallId: id, toolName: 'look-up', result, ...(isError && { isError }) }];
}

/** A request that is wrong, too long, or holds a picture too many. */
const refusals = ['ANTHROPIC_400', 'CONTEXT_OVERFLOW', 'UNSUPPORTED_INPUT'];

function failed(random: Random): readonly ModelStreamPart[] {
  const retryable = random.chance(0.7);
  const failure = aProviderFailure(
    retryable ? {} : { errorType: 'validation_error', retryable, code: random.pick(refusals) },
  );
  return [...(random.chance(0.3) ? text('t1', 'Half a sen').slice(0, 2) : []), { type: 'error', failure }];
}

function reasonOf(hasCalls: boolean, random: Random): ModelFinish['reason'] {
  if (random.chance(0.9)) return hasCalls ? 'tool-calls' : 'stop';
  return random.pick(['stop', 'length', 'content-filter', 'other']);
}

/** As OpenAI does: a text ends with the stream, whatever came after it. */
function withLateEnds(parts: readonly ModelStreamPart[]): readonly ModelStreamPart[] {
  const isEnd = (part: ModelStreamPart) => part.type === 'text-end' || part.type === 'reasoning-end';
  return [...parts.filter((part) => !isEnd(part)), ...parts.filter(isEnd)];
}

function speech(request: ModelRequest, random: Random): readonly string[] {
  const format = request.responseFormat;
  if (!format || random.chance(0.15)) return words(random);
  const json = JSON.stringify(fill(format.schema as SchemaNode, random));
  const broken = random.chance(0.25) ? json.slice(0, -1) : json;
  return broken.match(/[\s\S]{1,9}/g) ?? [];
}

function words(random: Random): readonly string[] {
  const count = random.below(5);
  if (count === 0) return random.chance(0.5) ? [] : [' ', '\n'];
  return Array.from({ length: count }, () => random.pick(['Roses ', 'need ', 'water', ', ', '🌱', '{{X}}', '']));
}

const strangeNames = ['no-such-tool', '', 'functions.find order', '2fa', 'x'.repeat(70), '🌱'];
const strangeIds = ['call_0', 'not an id!', ''];

function call(tools: readonly ModelTool[], random: Random): ModelStreamPart[] {
  const tool = random.pick(tools);
  const id = random.chance(0.2) ? random.pick(strangeIds) : `call_${random.below(1e9).toString(36)}`;
  const name = random.chance(0.05) ? random.pick(strangeNames) : tool.name;
  const args = random.chance(0.15)
    ? random.pick(['{"a":', '[]', 'null', '', '{"day":{}}'])
    : (fill(tool.inputSchema as SchemaNode, random) as JsonObject);
  const parts = toolCall(id, name, args);
  return random.chance(0.2) ? parts.slice(-1) : parts;
}

interface SchemaNode {
  readonly type?: string;
  readonly enum?: readonly JsonValue[];
  readonly properties?: { readonly [name: string]: SchemaNode };
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
}

function fill(schema: SchemaNode, random: Random): JsonValue {
  if (schema.enum) return random.pick(schema.enum);
  switch (schema.type) {
    case 'object': {
      const names = Object.keys(schema.properties ?? {});
      const chosen = names.filter((name) => schema.required?.includes(name) || random.chance(0.5));
      return Object.fromEntries(chosen.map((name) => [name, fill(schema.properties![name]!, random)]));
    }
    case 'array':
      return Array.from({ length: random.below(3) }, () => fill(schema.items ?? {}, random));
    case 'number':
    case 'integer':
      return random.below(100);
    case 'boolean':
      return random.chance(0.5);
    default:
      return random.pick(['Friday', '', 'a "quoted" word', '🌱']);
  }
}

function* inBatches(parts: readonly ModelStreamPart[], random: Random): Generator<readonly ModelStreamPart[]> {
  for (let index = 0; index < parts.length; ) {
    const size = random.pick([1, 1, 2, 5, parts.length]);
    yield parts.slice(index, index + size);
    index += size;
  }
}
