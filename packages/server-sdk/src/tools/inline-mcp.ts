import type { InlineMcpServer, ToolCallContext, ToolHandler, ToolSchema } from '@octavus/core';
import { z } from 'zod';
import { parseOrThrow } from './check-value.ts';

/** A tool with Zod schemas. `output`, when given, is checked too. */
export interface InlineMcpTool<Parameters extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  description: string;
  parameters: Parameters;
  output?: Output;
  /** Gets the arguments as the schema gives them: checked, coerced, with defaults. */
  handler: (args: z.infer<Parameters>, context?: ToolCallContext) => Promise<z.infer<Output>>;
}

/** Any tool; what its handler takes is known to its own schema. */
export interface ToolDefinition {
  description: string;
  parameters: z.ZodType;
  output?: z.ZodType;
  // biome-ignore lint/suspicious/noExplicitAny: a record of tools with different arguments has no common argument type
  handler: (args: any, context?: ToolCallContext) => Promise<unknown>;
}

const namespacePattern = /^[a-z][a-z0-9-]*$/;
const toolNamePattern = /^[a-z][a-z0-9_-]*$/;

/** Says what the handler's arguments are: gives the definition back as it is. */
export function defineInlineMcpTool<Parameters extends z.ZodType, Output extends z.ZodType = z.ZodType<unknown>>(
  definition: InlineMcpTool<Parameters, Output>,
): InlineMcpTool<Parameters, Output> {
  return definition;
}

/**
 * Tools of this process under a namespace that the agent declares in `mcpServers`. The model sees them as `<namespace>__<tool>`.
 *
 * @param namespace lower-case letters, digits and `-`, a letter first.
 * @param config.tools by name: lower-case letters, digits, `_` and `-`, a letter first.
 * @returns a server for `mcpServers`. Its handlers throw `Invalid arguments for "<namespace>__<tool>": <path>: <message>` for
 *   arguments of another shape, which the model sees and can correct.
 * @throws Error for a namespace or tool name of another form.
 */
export function createInlineMcpServer(
  namespace: string,
  config: { tools: Record<string, ToolDefinition> },
): InlineMcpServer {
  if (!namespacePattern.test(namespace)) {
    throw new Error(`Invalid namespace "${namespace}": use lower-case letters, digits and "-", a letter first`);
  }
  const tools = Object.entries(config.tools).map(([name, tool]) => toEntry(namespace, name, tool));
  const handlers = Object.fromEntries(tools.map(({ schema, handler }) => [schema.name, handler]));
  const schemas = tools.map(({ schema }) => schema);
  return { namespace, toolHandlers: () => ({ ...handlers }), toolSchemas: () => [...schemas] };
}

function toEntry(namespace: string, name: string, tool: ToolDefinition): { schema: ToolSchema; handler: ToolHandler } {
  if (!toolNamePattern.test(name)) {
    throw new Error(`Invalid tool name "${name}": use lower-case letters, digits, "_" and "-", a letter first`);
  }
  const wireName = `${namespace}__${name}`;
  const schema: ToolSchema = {
    name: wireName,
    description: tool.description,
    // As input: what has a default may be left out by the model.
    inputSchema: z.toJSONSchema(tool.parameters, { io: 'input', unrepresentable: 'any' }),
    ...(tool.output && { outputSchema: z.toJSONSchema(tool.output, { unrepresentable: 'any' }) }),
  };
  return { schema, handler: toHandler(wireName, tool) };
}

function toHandler(wireName: string, { parameters, output, handler }: ToolDefinition): ToolHandler {
  return async (args, context) => {
    const result = await handler(await parseOrThrow(parameters, args, `Invalid arguments for "${wireName}"`), context);
    return output ? parseOrThrow(output, result, `Invalid output from "${wireName}"`) : result;
  };
}
