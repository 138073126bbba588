import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
/** Puts right what one finding is about, in place, or says that it cannot. */
export type Repair = (holder: Record<PropertyKey, unknown>, key: PropertyKey, path: readonly PropertyKey[]) => boolean;

/**
 * Parses, and where the value breaks the schema only in ways that `repair` knows, puts those right in a copy and parses again.
 * What conforms costs one plain parse.
 */
export function parseWithRepair<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  repair: Repair,
): z.ZodSafeParseResult<z.output<Schema>> {
  const first = schema.safeParse(value);
  if (first.success) return first;
  const copy = structuredCloneOrUndefined(value);
  const isRepaired = first.error.issues.every((issue) => repairIssue(copy, issue, repair));
  if (!isRepaired) return first;
  const second = schema.safeParse(copy);
  return second.success ? second : first;
}

/** `null` for an optional key means absent; for a required one the next parse says what is missing. */
export const dropNull: Repair = (holder, key) => {
  if (holder[key] !== null) return false;
  delete holder[key];
  return true;
};

function repairIssue(root: unknown, issue: Issue, repair: Repair): boolean {
  const key = issue.path.at(-1);
  const holder = issue.path
    .slice(0, -1)
    .reduce<unknown>((node, step) => (isHolder(node) ? node[step] : undefined), root);
  return key !== undefined && isHolder(holder) && repair(holder, key, issue.path);
}

function isHolder(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Functions and the like cannot be copied, and are no part of anything we parse. */
function structuredCloneOrUndefined(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return undefined;
  }
}
