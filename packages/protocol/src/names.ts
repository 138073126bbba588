/** Patterns and lengths of every kind of name (protocol-language.md 1.3). All names are case-sensitive. */

const slugPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const kebabPattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const variablePattern = /^[A-Z][A-Z0-9_]*$/;
const typePattern = /^[A-Z][A-Za-z0-9]*$/;
const propertyPattern = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const identifierPattern = /^[A-Za-z][A-Za-z0-9_-]*$/;
const promptSegmentPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const mcpPattern = /^[a-z][a-z0-9-]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the rule is about
const controlPattern = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

export const maxNameLength = 64;

/** The hard patterns of names that authors choose as keys, for JSON Schemas. */
export const namePatterns = {
  variable: variablePattern,
  type: typePattern,
  property: propertyPattern,
  identifier: identifierPattern,
  slug: slugPattern,
  mcp: mcpPattern,
} as const;

/** What a reference can look like: a string that a value or setting may read as a name (3.3, 3.4); any length. */
export function looksLikeVariable(name: string): boolean {
  return variablePattern.test(name);
}

/** `GUEST_NAME`: inputs, resources, variables, labels. */
export function isVariableName(name: string): boolean {
  return name.length <= maxNameLength && variablePattern.test(name);
}

/** `RoomList`. */
export function isTypeName(name: string): boolean {
  return name.length <= maxNameLength && typePattern.test(name);
}

/** A property of a type or a parameter of a tool. */
export function isPropertyName(name: string): boolean {
  return name.length <= maxNameLength && propertyPattern.test(name);
}

/** `guestName`, the style of properties and parameters. */
export function isPropertyStyle(name: string): boolean {
  return /^[a-z][A-Za-z0-9]*$/.test(name);
}

/** Agents, skills, workers, references. */
export function isSlug(name: string): boolean {
  return name.length <= maxNameLength && slugPattern.test(name);
}

/** `find-parcel`, the style of tools, triggers and MCP namespaces. */
export function isKebabStyle(name: string): boolean {
  return kebabPattern.test(name);
}

/** A tool's name as such; `reservedReason` tells whether it may be declared. */
export function isToolName(name: string): boolean {
  return name.length <= maxNameLength && identifierPattern.test(name);
}

export function isTriggerName(name: string): boolean {
  return name.length <= maxNameLength && identifierPattern.test(name);
}

/** Why a tool or worker may not have this name (6.6), or `undefined`. */
export function reservedReason(name: string): string | undefined {
  if (name.startsWith('octavus_')) return 'names that start with "octavus_" belong to the runtime';
  if (name.includes('__')) return '"__" separates an MCP server from its tool';
  return undefined;
}

export function isMcpNamespace(name: string): boolean {
  return name.length <= 40 && mcpPattern.test(name);
}

/** `shared/tone`: 1 to 200 characters, at most 8 segments, without `.md`. */
export function isPromptName(name: string): boolean {
  if (name.length === 0 || name.length > 200 || name.endsWith('.md')) return false;
  const segments = name.split('/');
  return segments.length <= 8 && segments.every((segment) => promptSegmentPattern.test(segment));
}

export function isPromptStyle(name: string): boolean {
  return name.split('/').every((segment) => slugPattern.test(segment));
}

/** Threads and blocks: 1 to 100 visible characters. */
export function isDisplayName(name: string): boolean {
  return name.length <= 100 && name.trim() !== '' && !controlPattern.test(name);
}

/** A secret of a skill. */
export function isSecretName(name: string): boolean {
  return /^[A-Z_][A-Z0-9_]*$/.test(name);
}
