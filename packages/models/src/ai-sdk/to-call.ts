import type { LanguageModelV4CallOptions, LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import type { JsonObject, JsonSchema, JsonValue, ModelRequest, ModelTool } from '@octavus/core';
import { dropNullOptionals, hasNullableOptionals } from '../schema/drop-null-optionals.ts';
import { jsonInstruction } from '../schema/json-instruction.ts';
import { toStrictSchema } from '../schema/strict.ts';
import { toPrompt } from './to-prompt.ts';

/** A request in the AI SDK's terms, and what has to be undone on the way back. */
export interface SdkCall {
  readonly options: LanguageModelV4CallOptions;
  /** Undoes, in the arguments of a finished call, what the tool's schema was rewritten for. */
  readonly restoreInput?: (toolName: string, input: string) => string;
}

export interface CallStyle {
  readonly joinsSystem: boolean;
  readonly takesAssistantFiles?: boolean;
  /** Send schemas in a strict mode that wants every property required, where they allow it. */
  readonly isStrict?: boolean;
  /** How structured output is asked for: by schema, as plain JSON with the schema in the system prompt, or by that prompt alone. */
  readonly responseFormat: 'schema' | 'json' | 'prompt';
}

type SdkSchema = LanguageModelV4FunctionTool['inputSchema'];

/** The part of a call that providers have in common; a provider adds its own options to it. */
export function toCall(request: ModelRequest, style: CallStyle): SdkCall {
  const { settings, responseFormat } = request;
  const asksByPrompt = responseFormat !== undefined && style.responseFormat !== 'schema';
  const tools = request.tools.map((tool) => toTool(tool, style));
  const options: LanguageModelV4CallOptions = {
    prompt: toPrompt(request, {
      joinsSystem: style.joinsSystem,
      takesAssistantFiles: style.takesAssistantFiles ?? false,
      ...(asksByPrompt && { extraSystem: jsonInstruction(responseFormat) }),
    }),
    ...(tools.length > 0 && { tools: tools.map(({ tool }) => tool), toolChoice: { type: request.toolChoice } }),
    ...(settings.maxOutputTokens !== undefined && { maxOutputTokens: settings.maxOutputTokens }),
    ...(typeof settings.temperature === 'number' && { temperature: settings.temperature }),
    ...(responseFormat &&
      style.responseFormat !== 'prompt' && { responseFormat: toResponseFormat(responseFormat, style) }),
  };
  const rewritten = new Map(
    tools.flatMap(({ tool, canonical }) => (canonical ? [[tool.name, canonical] as const] : [])),
  );
  return rewritten.size === 0
    ? { options }
    : { options, restoreInput: (name, input) => restore(rewritten, name, input) };
}

/** Adds a provider's own options: ours first, then those of the request, which win. */
export function withProviderOptions(call: SdkCall, key: string, ours: object, theirs: JsonObject | undefined): SdkCall {
  const merged = { ...ours, ...theirs } as JsonObject;
  if (Object.keys(merged).length === 0) return call;
  return { ...call, options: { ...call.options, providerOptions: { ...call.options.providerOptions, [key]: merged } } };
}

/** `canonical` is there when strict mode made an optional property nullable. */
function toTool(tool: ModelTool, style: CallStyle): { tool: LanguageModelV4FunctionTool; canonical?: JsonSchema } {
  const strict = style.isStrict && tool.isStrictCapable ? toStrictSchema(tool.inputSchema) : undefined;
  const plain = { type: 'function', name: tool.name, description: tool.description } as const;
  if (!strict) return { tool: { ...plain, inputSchema: tool.inputSchema as SdkSchema } };
  return {
    tool: { ...plain, inputSchema: strict as SdkSchema, strict: true },
    ...(hasNullableOptionals(tool.inputSchema) && { canonical: tool.inputSchema }),
  };
}

function toResponseFormat(
  format: NonNullable<ModelRequest['responseFormat']>,
  style: CallStyle,
): NonNullable<LanguageModelV4CallOptions['responseFormat']> {
  if (style.responseFormat === 'json') return { type: 'json' };
  const schema = (style.isStrict && format.isStrictCapable && toStrictSchema(format.schema)) || format.schema;
  return { type: 'json', name: format.name, description: format.description, schema: schema as SdkSchema };
}

function restore(schemas: ReadonlyMap<string, JsonSchema>, toolName: string, input: string): string {
  const schema = schemas.get(toolName);
  if (schema === undefined) return input;
  try {
    const value = JSON.parse(input) as JsonValue;
    const restored = dropNullOptionals(value, schema);
    return restored === value ? input : JSON.stringify(restored);
  } catch {
    // Malformed arguments are the engine's to report.
    return input;
  }
}
