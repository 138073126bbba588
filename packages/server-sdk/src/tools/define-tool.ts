import type { ToolCallContext } from '@octavus/core';
import type { z } from 'zod';
import { parseOrThrow } from './check-value.ts';

/** A tool whose arguments are checked. */
export interface DefineToolOptions<Parameters extends z.ZodType> {
  /** Shape of the arguments. */
  parameters: Parameters;
  /** Gets the arguments as the schema gives them: checked, coerced, with defaults. */
  handler: (args: z.output<Parameters>, context: ToolCallContext) => unknown;
}

/**
 * A handler for `tools` whose arguments are checked first. Arguments of another shape are an error that the model sees and can
 * correct.
 */
export function defineTool<Parameters extends z.ZodType>(
  options: DefineToolOptions<Parameters>,
): (args: Record<string, unknown>, context: ToolCallContext) => Promise<unknown> {
  return async (args, context) => {
    const checked = await parseOrThrow(options.parameters, args, `Invalid arguments for "${context.toolName}"`);
    return options.handler(checked, context);
  };
}
