type Schema = Record<string, unknown>;

/** Keywords that hold a schema or a list of schemas. */
const schemaKeywords = new Set([
  ...['items', 'additionalProperties', 'contains', 'propertyNames', 'if', 'then', 'else', 'not'],
  ...['unevaluatedItems', 'unevaluatedProperties', 'allOf', 'anyOf', 'oneOf', 'prefixItems'],
]);
/** Keywords that hold schemas by name. */
const mapKeywords = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
const combinators = ['allOf', 'anyOf', 'oneOf'] as const;

/** Look-around and backreferences, which the regular expressions of some providers do not have. */
const unportablePattern = /\(\?<?[=!]|\\[1-9]|\\k[<']/;

/**
 * The same tool arguments in a JSON Schema that every model provider accepts: an object at the root without `allOf`, `anyOf` or
 * `oneOf`, `properties` on every object, no pattern that needs look-around or backreferences. The input is not changed.
 *
 * A value that fits the original fits the result; the reverse is not promised, so handlers still check what they get.
 */
export function normalizeToolInputSchema(schema: Record<string, unknown>): Record<string, unknown> {
  return normalizeNode(flattenRoot(schema));
}

function flattenRoot(schema: Schema): Schema {
  const branches = combinators.flatMap((keyword) => branchesOf(schema, keyword));
  if (!combinators.some((keyword) => Array.isArray(schema[keyword]))) return schema;
  const properties = new Map<string, unknown>();
  for (const source of [schema, ...branches]) {
    for (const [name, property] of Object.entries(asSchema(source.properties))) {
      if (!properties.has(name)) properties.set(name, property);
    }
  }
  // What one branch of several requires is not required.
  const required = [schema, ...branchesOf(schema, 'allOf')].flatMap((source) => namesIn(source.required));
  const known = [...new Set(required)].filter((name) => properties.has(name));
  const { allOf: _allOf, anyOf: _anyOf, oneOf: _oneOf, required: _required, ...rest } = schema;
  return {
    ...rest,
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(known.length > 0 && { required: known }),
  };
}

function normalizeNode(node: Schema): Schema {
  const kept = Object.entries(node).filter(([keyword, value]) => !isUnportablePattern(keyword, value));
  const result = Object.fromEntries(kept.map(([keyword, value]) => [keyword, normalizeKeyword(keyword, value)]));
  return result.type === 'object' && result.properties === undefined ? { ...result, properties: {} } : result;
}

function isUnportablePattern(keyword: string, value: unknown): boolean {
  return keyword === 'pattern' && typeof value === 'string' && unportablePattern.test(value);
}

function normalizeKeyword(keyword: string, value: unknown): unknown {
  if (schemaKeywords.has(keyword)) return Array.isArray(value) ? value.map(normalizeValue) : normalizeValue(value);
  if (!mapKeywords.has(keyword) || !isSchema(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, normalizeValue(schema)]));
}

/** A schema may also be `true` or `false`. */
function normalizeValue(value: unknown): unknown {
  return isSchema(value) ? normalizeNode(value) : value;
}

function branchesOf(schema: Schema, keyword: (typeof combinators)[number]): Schema[] {
  const branches = schema[keyword];
  return Array.isArray(branches) ? branches.filter(isSchema) : [];
}

function namesIn(required: unknown): string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}

function asSchema(value: unknown): Schema {
  return isSchema(value) ? value : {};
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
