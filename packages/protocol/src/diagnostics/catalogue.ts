/** How bad a diagnostic is: an error makes the definition invalid, a warning does not. */
export type Severity = 'error' | 'warning';

export interface CatalogueEntry {
  readonly severity: Severity;
  /** Text with `{placeholders}`, filled from the parameters of the report. */
  readonly message: string;
}

/**
 * Every diagnostic of the language, in the order of the specification (protocol-language.md 7.4).
 *
 * Clients may rely on codes; texts may change. `docs/protocol/diagnostics.md` holds one row for each, and a test compares the two.
 */
export const diagnosticCatalogue = {
  // Settings and files
  SETTINGS_MISSING: { severity: 'error', message: 'Settings are missing or not an object.' },
  SETTINGS_INVALID_JSON: { severity: 'error', message: 'settings.json is not valid JSON: {reason}.' },
  SETTINGS_MISSING_KEY: { severity: 'error', message: 'Setting "{key}" is required.' },
  SETTINGS_WRONG_TYPE: { severity: 'error', message: 'Setting "{key}" must be a string.' },
  SETTINGS_SLUG: {
    severity: 'error',
    message: '"{slug}" is not a slug: use lowercase letters, digits and single dashes.',
  },
  SETTINGS_FORMAT: { severity: 'error', message: 'Format must be "interactive" or "worker", not "{value}".' },
  SETTINGS_TOO_LONG: { severity: 'error', message: 'Setting "{key}" is longer than {max} characters.' },
  SETTINGS_UNKNOWN_KEY: { severity: 'warning', message: 'Unknown setting "{key}" is ignored.' },
  FILE_PROTOCOL_MISSING: { severity: 'error', message: 'The agent has no protocol.' },
  FILE_TOO_LARGE: { severity: 'error', message: '{file} has {size} bytes; the limit is {max}.' },
  FILE_TOO_MANY: { severity: 'error', message: 'Too many {kind}: {count}, the limit is {max}.' },
  FILE_TOTAL_TOO_LARGE: { severity: 'error', message: 'The definition has {size} bytes in total; the limit is {max}.' },
  FILE_ENCODING: { severity: 'error', message: '{file} is not valid UTF-8 text.' },
  PROMPT_NAME: { severity: 'error', message: '"{n}" is not a valid prompt name.' },
  PROMPT_NAME_STYLE: { severity: 'warning', message: 'Prompt names should be lowercase-with-dashes.' },
  PROMPT_DUPLICATE: { severity: 'error', message: 'Prompt "{n}" is given twice.' },
  PROMPT_EMPTY: { severity: 'warning', message: 'Prompt "{n}" is empty.' },
  REFERENCE_NAME: { severity: 'error', message: '"{n}" is not a valid reference name: use lowercase-with-dashes.' },
  REFERENCE_DUPLICATE: { severity: 'error', message: 'Reference "{n}" is given twice.' },
  REFERENCE_DESCRIPTION: { severity: 'error', message: 'Reference "{n}" needs a description.' },
  REFERENCE_FRONT_MATTER: {
    severity: 'error',
    message: 'Reference "{n}" must start with front matter that has a description.',
  },
  REFERENCE_EMPTY: { severity: 'warning', message: 'Reference "{n}" has no content.' },

  // YAML
  PROTO_YAML_SYNTAX: { severity: 'error', message: 'YAML error: {reason}' },
  PROTO_YAML_DUPLICATE_KEY: { severity: 'error', message: 'Key "{key}" appears twice (first on line {line}).' },
  PROTO_YAML_MULTIPLE_DOCUMENTS: { severity: 'error', message: 'The file holds more than one YAML document.' },
  PROTO_YAML_ALIAS_LIMIT: {
    severity: 'error',
    message: 'Too many YAML aliases ({count}), or their expansion is too large.',
  },
  PROTO_YAML_ALIAS_CYCLE: { severity: 'error', message: 'Alias "*{name}" contains itself.' },
  PROTO_YAML_TAG: { severity: 'error', message: 'YAML tag "{tag}" is not supported.' },
  PROTO_YAML_MERGE_KEY: { severity: 'error', message: 'YAML merge keys ("<<") are not supported.' },
  PROTO_YAML_KEY: { severity: 'error', message: 'Mapping keys must be plain scalars.' },
  PROTO_YAML_DEPTH: { severity: 'error', message: 'The protocol is nested deeper than {max} levels.' },
  PROTO_YAML_VERSION: { severity: 'error', message: 'Only YAML 1.2 is supported.' },
  PROTO_EMPTY: { severity: 'error', message: 'The protocol is empty.' },
  PROTO_ROOT_NOT_MAP: { severity: 'error', message: 'The protocol must be a mapping of sections.' },

  // Shape
  PROTO_UNKNOWN_SECTION: { severity: 'error', message: 'Unknown section "{key}".' },
  PROTO_SECTION_FORMAT: { severity: 'error', message: 'Section "{section}" is not allowed in {format} agents.' },
  PROTO_SECTION_MISSING: { severity: 'error', message: '{Format} agents need a "{section}" section.' },
  PROTO_UNKNOWN_KEY: { severity: 'error', message: 'Unknown key "{key}".' },
  PROTO_KEY_FORMAT: { severity: 'error', message: '"{key}" is not allowed in {format} agents.' },
  PROTO_MISSING_KEY: { severity: 'error', message: '"{key}" is required.' },
  PROTO_THREAD_MODEL_MISSING: {
    severity: 'error',
    message: 'Thread "{thread}" needs a model: worker agents have no agent section to take it from.',
  },
  PROTO_WRONG_TYPE: { severity: 'error', message: 'Expected {expected}, got {actual}.' },
  PROTO_INVALID_VALUE: { severity: 'error', message: '"{value}" is not one of {allowed}.' },
  PROTO_OUT_OF_RANGE: { severity: 'error', message: '{value} is outside {min} to {max}.' },
  PROTO_EMPTY_STRING: { severity: 'error', message: '"{key}" must not be empty.' },
  PROTO_TOO_LONG: { severity: 'error', message: '"{key}" is longer than {max} characters.' },
  PROTO_TOO_MANY: { severity: 'error', message: '{count} entries, the limit is {max}.' },
  PROTO_DUPLICATE_ITEM: { severity: 'warning', message: '"{item}" is listed twice.' },
  PROTO_MORE_DIAGNOSTICS: { severity: 'error', message: '{count} more not shown.' },

  // Names
  PROTO_NAME_VARIABLE: { severity: 'error', message: '"{name}" is not a variable name: use UPPER_SNAKE_CASE.' },
  PROTO_NAME_TYPE: { severity: 'error', message: '"{n}" is not a type name: use PascalCase.' },
  PROTO_NAME_PROPERTY: { severity: 'error', message: '"{n}" is not a valid property name.' },
  PROTO_NAME_TOOL: { severity: 'error', message: '"{n}" is not a valid tool name.' },
  PROTO_NAME_TRIGGER: { severity: 'error', message: '"{n}" is not a valid trigger name.' },
  PROTO_NAME_SLUG: {
    severity: 'error',
    message: '"{n}" is not a slug: use lowercase letters, digits and single dashes.',
  },
  PROTO_NAME_MCP: { severity: 'error', message: '"{n}" is not a valid MCP namespace.' },
  PROTO_NAME_BLOCK: { severity: 'error', message: 'Block names must be 1 to 100 visible characters.' },
  PROTO_NAME_THREAD: { severity: 'error', message: 'Thread names must be 1 to 100 visible characters.' },
  PROTO_NAME_RESERVED: { severity: 'error', message: '"{n}" is reserved: {reason}.' },
  PROTO_NAME_STYLE: { severity: 'warning', message: '"{n}" should be {style}.' },
  PROTO_NAME_COLLISION: { severity: 'error', message: '"{n}" is already declared in {section}.' },
  PROTO_NAME_SHADOWED: {
    severity: 'warning',
    message: 'Trigger input "{n}" hides the {section} entry of the same name.',
  },
  PROTO_NAME_TOOL_WORKER: { severity: 'error', message: '"{n}" is both a tool and a worker in this scope.' },

  // Declarations and types
  PROTO_TYPE_UNDEFINED: { severity: 'error', message: 'Type "{t}" is not defined.' },
  PROTO_TYPE_STANDALONE: {
    severity: 'error',
    message: '"{t}" cannot be used here: declare a named type, or use "unknown".',
  },
  PROTO_TYPE_SHORTHAND: { severity: 'error', message: '"{t}" is not a valid array shorthand.' },
  PROTO_DEFAULT_TYPE: { severity: 'error', message: 'The default does not fit type {t}.' },
  PROTO_DEFAULT_NOT_IN_ENUM: { severity: 'error', message: 'The default is not one of the enum values.' },
  PROTO_DEFAULT_NOT_OPTIONAL: {
    severity: 'warning',
    message: '"{n}" has a default but is not optional; it is treated as optional.',
  },
  PROTO_ENUM_NOT_STRING_TYPE: { severity: 'error', message: 'enum needs type string, not {t}.' },
  PROTO_ENUM_VALUE_NOT_STRING: { severity: 'error', message: 'Enum values must be strings.' },
  PROTO_ENUM_EMPTY: { severity: 'error', message: 'enum must list at least one value.' },
  PROTO_ENUM_DUPLICATE: { severity: 'warning', message: '"{v}" is listed twice.' },
  PROTO_CONST_TYPE: { severity: 'error', message: 'The constant does not fit type {t}.' },
  PROTO_CONST_NOT_IN_ENUM: { severity: 'error', message: 'The constant is not one of the enum values.' },
  PROTO_TYPE_NO_PROPERTIES: { severity: 'error', message: 'Type "{n}" has no properties.' },
  PROTO_TYPE_ALIAS: {
    severity: 'error',
    message: 'A named type is an object, an array or a union; "{t}" cannot be aliased.',
  },
  PROTO_TYPE_ITEMS_MISSING: { severity: 'error', message: 'An array needs items.' },
  PROTO_TYPE_ITEMS_UNEXPECTED: { severity: 'error', message: 'items only goes with type array.' },
  PROTO_TYPE_CIRCULAR: { severity: 'error', message: 'Types refer to each other in a circle: {cycle}.' },
  PROTO_TYPE_TOO_DEEP: { severity: 'error', message: 'Type "{n}" nests deeper than {max} levels.' },
  PROTO_TYPE_TOO_LARGE: { severity: 'error', message: 'Type "{n}" has more than {max} properties in total.' },
  PROTO_UNION_TOO_FEW: { severity: 'error', message: 'A union needs at least two variants.' },
  PROTO_UNION_DUPLICATE_VARIANT: { severity: 'error', message: '"{v}" is listed twice.' },
  PROTO_UNION_VARIANT_UNDEFINED: { severity: 'error', message: 'Type "{v}" is not defined.' },
  PROTO_UNION_VARIANT_NOT_OBJECT: { severity: 'error', message: '"{v}" is {kind}; variants must be object types.' },
  PROTO_UNION_NO_DISCRIMINATOR: { severity: 'error', message: 'A union needs a discriminator.' },
  PROTO_UNION_DISCRIMINATOR_MISSING: { severity: 'error', message: 'Variant "{v}" has no property "{d}".' },
  PROTO_UNION_DISCRIMINATOR_NOT_CONST: {
    severity: 'error',
    message: '"{d}" must be a string with a const, because union "{n}" uses it as discriminator.',
  },
  PROTO_UNION_DISCRIMINATOR_OPTIONAL: { severity: 'error', message: 'The discriminator "{d}" cannot be optional.' },
  PROTO_UNION_CONST_DUPLICATE: { severity: 'error', message: '"{c}" is already used by variant "{other}".' },
  PROTO_UNION_MIXED: { severity: 'error', message: 'A union cannot also have "{key}".' },

  // References
  PROTO_REF_UNDEFINED: { severity: 'error', message: '"{n}" is not defined here.' },
  PROTO_REF_NOT_A_NAME: { severity: 'error', message: 'Expected a variable name, got "{v}".' },
  PROTO_REF_TRIGGER_INPUT: {
    severity: 'error',
    message: '"{n}" is an input of trigger "{t}" and not available to {place}.',
  },
  PROTO_INPUT_LABEL: { severity: 'error', message: '"{label}" is not a valid label: use UPPER_SNAKE_CASE.' },
  PROTO_INPUT_LABEL_DUPLICATE: { severity: 'error', message: 'Label "{label}" is mapped twice.' },
  PROTO_VALUE_LOOKS_LIKE_REFERENCE: { severity: 'warning', message: '"{v}" is not defined and is passed as text.' },
  PROTO_VALUE_TEMPLATE: {
    severity: 'warning',
    message: 'Placeholders are not replaced here; use a variable name as the whole value.',
  },
  PROTO_PROMPT_UNDEFINED: { severity: 'error', message: 'Prompt "{p}" does not exist.' },
  PROTO_PROMPT_SUFFIX: { severity: 'error', message: 'Leave out ".md": "{p}".' },
  PROTO_TOOL_UNDEFINED: { severity: 'error', message: 'Tool "{t}" is not defined.' },
  PROTO_SKILL_UNDEFINED: { severity: 'error', message: 'Skill "{s}" is not declared in skills.' },
  PROTO_MCP_UNDEFINED: { severity: 'error', message: 'MCP server "{m}" is not declared in mcpServers.' },
  PROTO_ONDEMAND_UNDEFINED: { severity: 'error', message: 'Source "{s}" is not declared in onDemandMcpServers.' },
  PROTO_WORKER_UNDEFINED: { severity: 'error', message: 'Worker "{w}" is not declared in workers.' },
  PROTO_REFERENCE_UNDEFINED: { severity: 'error', message: 'Reference "{r}" does not exist.' },
  PROTO_RESOURCE_UNDEFINED: { severity: 'error', message: 'Resource "{r}" is not defined.' },
  PROTO_RESOURCE_READONLY: { severity: 'error', message: 'Resource "{r}" is read-only.' },
  PROTO_THREAD_UNDEFINED: { severity: 'error', message: 'Thread "{t}" is never started.' },
  PROTO_THREAD_ORDER: {
    severity: 'warning',
    message: 'Thread "{t}" is not started before this block in this handler.',
  },
  PROTO_THREAD_MAIN: { severity: 'error', message: '"main" is the agent\'s own thread and cannot be started.' },
  PROTO_OUTPUT_UNDECLARED: {
    severity: 'warning',
    message: '"{n}" is not declared in variables; it gets type unknown.',
  },
  PROTO_OUTPUT_READONLY: { severity: 'error', message: '"{n}" is an input and cannot be written.' },
  PROTO_OUTPUT_RESOURCE: {
    severity: 'error',
    message: '"{n}" is a resource; write a variable, then use set-resource.',
  },
  PROTO_OUTPUT_TYPE: { severity: 'warning', message: 'The block produces {a}, variable "{n}" has type {b}.' },
  PROTO_WORKER_OUTPUT_UNDECLARED: { severity: 'error', message: '"{n}" is not declared in variables.' },
  PROTO_WORKER_OUTPUT_UNSET: { severity: 'warning', message: 'No step writes "{n}".' },
  PROTO_TRIGGER_NO_HANDLER: { severity: 'error', message: 'Trigger "{t}" has no handler.' },
  PROTO_HANDLER_NO_TRIGGER: { severity: 'error', message: 'There is no trigger "{t}".' },
  PROTO_ARG_UNKNOWN: { severity: 'error', message: 'Tool "{t}" has no parameter "{p}".' },
  PROTO_ARG_MISSING: { severity: 'error', message: 'Parameter "{p}" of tool "{t}" is required.' },
  PROTO_ARG_TYPE: { severity: 'error', message: 'The value does not fit type {t}.' },
  PROTO_ARG_REF_TYPE: { severity: 'warning', message: '"{n}" has type {a}, the parameter has type {b}.' },

  // Agent, models, capabilities
  PROTO_DYNAMIC_UNDEFINED: { severity: 'error', message: '"{n}" is not declared in input or variables.' },
  PROTO_DYNAMIC_TYPE: { severity: 'error', message: '"{n}" has type {a}; "{key}" needs {b}.' },
  PROTO_DYNAMIC_MODEL_OPTIONAL: {
    severity: 'warning',
    message: '"{n}" is optional without a default; runs without it fail.',
  },
  PROTO_DYNAMIC_DEFAULT: { severity: 'error', message: '"{v}" is not a valid {key}.' },
  PROTO_MODEL_FORMAT: { severity: 'error', message: '"{v}" is not a model id of the form provider/model.' },
  PROTO_MODEL_PROVIDER: { severity: 'warning', message: 'Unknown provider "{p}".' },
  PROTO_MEDIA_PROVIDER: { severity: 'warning', message: '"{p}" offers no {medium} models.' },
  PROTO_PROVIDER_OPTIONS_MISMATCH: {
    severity: 'error',
    message: '"anthropic" options need an Anthropic model; the model is "{m}".',
  },
  PROTO_PROVIDER_OPTIONS_DYNAMIC: {
    severity: 'warning',
    message: 'These options apply only if "{n}" resolves to an Anthropic model.',
  },
  PROTO_PROVIDER_TOOL: { severity: 'error', message: '"{t}" is not an Anthropic tool (web-search, code-execution).' },
  PROTO_PROVIDER_SKILL: { severity: 'warning', message: '"{s}" is not a built-in Anthropic skill.' },
  PROTO_SPEED_UNSUPPORTED: { severity: 'warning', message: '"{m}" has no fast mode; it runs at standard speed.' },
  PROTO_TEMPERATURE_THINKING: {
    severity: 'warning',
    message: 'Most providers ignore temperature while thinking is on.',
  },
  PROTO_MAX_STEPS_IGNORED: { severity: 'warning', message: 'maxSteps has no effect while agentic is false.' },
  PROTO_NEEDS_AGENTIC: { severity: 'warning', message: '"{key}" usually needs several tool calls; set {setting}.' },
  PROTO_VOICE_WITHOUT_MODEL: { severity: 'warning', message: 'speechVoice has no effect without speechModel.' },
  PROTO_BACKUP_SAME: { severity: 'warning', message: 'The backup model is the primary model.' },
  PROTO_SANDBOX_UNUSED: { severity: 'warning', message: 'sandboxTimeout has no effect without skills.' },
  PROTO_SUMMARIZER_NO_RECENT: { severity: 'warning', message: 'The summarizer never runs without recentPercent.' },
  PROTO_SUMMARIZER_EXPOSED: { severity: 'warning', message: 'The summarizer worker is also offered to the model.' },
  PROTO_CONTEXT_PERCENT: { severity: 'warning', message: 'recentPercent should be smaller than thresholdPercent.' },
  PROTO_MCP_FIELD_SOURCE: { severity: 'error', message: '"{key}" is only allowed with source remote.' },
  PROTO_MCP_DESCRIPTION: { severity: 'warning', message: 'MCP server "{m}" should have a description.' },
  PROTO_TITLE_MISSING: { severity: 'warning', message: 'display is "title" but there is no title.' },
  PROTO_TITLE_UNUSED: { severity: 'warning', message: 'title has no effect unless display is "title".' },
  PROTO_WORKER_TOOL_UNDEFINED: { severity: 'error', message: 'Tool "{t}" is not defined.' },

  // Blocks
  PROTO_BLOCK_UNKNOWN: { severity: 'error', message: 'Unknown block kind "{k}".' },
  PROTO_BLOCK_FORMAT: { severity: 'error', message: '"{k}" blocks are not allowed in {format} agents.' },
  PROTO_HANDLER_EMPTY: { severity: 'warning', message: 'Handler "{t}" does nothing.' },
  PROTO_STEPS_EMPTY: { severity: 'error', message: 'A worker needs at least one step.' },
  PROTO_NO_TRIGGERS: { severity: 'warning', message: 'The agent has no triggers; sessions cannot be run.' },
  PROTO_BLOCK_NO_EFFECT: { severity: 'warning', message: 'The result of this block is not used; add output.' },
  PROTO_RESPONSE_TYPE_UNDEFINED: { severity: 'error', message: 'Type "{t}" is not defined.' },
  PROTO_RESPONSE_TYPE_PRIMITIVE: { severity: 'error', message: 'responseType must be an object type, not {t}.' },
  PROTO_RESPONSE_TYPE_ARRAY: {
    severity: 'error',
    message: 'responseType cannot be an array; wrap it in an object type.',
  },
  PROTO_RESPONSE_TYPE_UNION: {
    severity: 'error',
    message: 'responseType cannot be a union; wrap it in an object type.',
  },
  PROTO_RESPONSE_TYPE_FILE: { severity: 'warning', message: 'A model cannot produce the file in "{t}".' },
  PROTO_FILES_ROLE: { severity: 'error', message: 'Only user messages can have files.' },
  PROTO_FILES_TYPE: {
    severity: 'error',
    message: '"{n}" has type {t}; files need file, file[], string, string[] or unknown.',
  },
  PROTO_TEXT_TYPE: { severity: 'error', message: '"{n}" has type {t}; text is needed.' },
  PROTO_UI_CONTENT_ROLE: { severity: 'error', message: 'uiContent is only for user and assistant messages.' },
  PROTO_UI_CONTENT_HIDDEN: {
    severity: 'warning',
    message: 'uiContent has no effect on a message that is not visible.',
  },
  PROTO_ASPECT_RATIO: { severity: 'warning', message: '"{m}" does not support {r}; {nearest} is used.' },
  PROTO_RESOLUTION_IGNORED: { severity: 'warning', message: '"{m}" has no resolution setting.' },
  PROTO_REFERENCE_IMAGES: { severity: 'warning', message: '"{m}" cannot use reference images.' },
  PROTO_WORKER_SELF: { severity: 'error', message: 'An agent cannot run itself.' },

  // Deprecated
  PROTO_DEPRECATED_RESOURCES: { severity: 'warning', message: 'Resources are deprecated; store state with a tool.' },
  PROTO_DEPRECATED_SET_RESOURCE: { severity: 'warning', message: 'set-resource is deprecated; use a tool-call.' },
  PROTO_DEPRECATED_IMAGE_SIZE: { severity: 'warning', message: 'size is deprecated; use aspectRatio: {ratio}.' },
  PROTO_DEPRECATED_RECENT_WINDOW: { severity: 'warning', message: 'recentWindow is ignored; use recentPercent.' },

  // Prompts
  PROMPT_INCLUDE_SYNTAX: { severity: 'error', message: 'Malformed include; write {example}.' },
  PROMPT_INCLUDE_MISSING: { severity: 'error', message: 'Included prompt "{p}" does not exist.' },
  PROMPT_INCLUDE_CIRCULAR: { severity: 'error', message: 'Prompts include each other in a circle: {cycle}.' },
  PROMPT_INCLUDE_DEPTH: { severity: 'error', message: 'Includes nest deeper than {max}.' },
  PROMPT_TOO_LARGE: { severity: 'error', message: 'The prompt is larger than {max} bytes with its includes.' },
  PROMPT_TAG_UNKNOWN: { severity: 'warning', message: 'Unknown tag "{tag}" stays as it is.' },
  PROMPT_CONDITION_SYNTAX: { severity: 'error', message: 'Malformed condition "{text}".' },
  PROMPT_IF_UNCLOSED: { severity: 'error', message: '{tag} is never closed.' },
  PROMPT_ENDIF_UNEXPECTED: { severity: 'error', message: '{tag} without an open condition.' },
  PROMPT_ELSE_UNEXPECTED: { severity: 'error', message: '{tag} without an open condition.' },
  PROMPT_ELSE_AFTER_ELSE: { severity: 'error', message: '{tag} after the final else.' },
  PROMPT_IF_DEPTH: { severity: 'error', message: 'Conditions nest deeper than {max}.' },
  PROMPT_CONDITION_UNDECLARED: {
    severity: 'error',
    message: 'Condition on "{v}", which is neither passed nor declared (used by {use}).',
  },
  PROMPT_CONDITION_UNLISTED: {
    severity: 'warning',
    message: '"{v}" is declared but not passed by {use}; the condition is always false.',
  },
  PROMPT_CONDITION_ENUM: { severity: 'error', message: '"{literal}" is not one of the values of {source}.' },
  PROMPT_CONDITION_TYPE: { severity: 'warning', message: '{source} is a {type} and never equals "{literal}".' },
  PROMPT_PLACEHOLDER_SYNTAX: { severity: 'warning', message: '{text} is not a placeholder and stays as it is.' },
  PROMPT_TAG_SPACING: { severity: 'warning', message: 'Write {tag} without white space after the braces.' },
  PROMPT_PLACEHOLDER_UNKNOWN: {
    severity: 'warning',
    message: '{text} is neither passed nor declared and stays as it is (used by {use}).',
  },
  PROMPT_PLACEHOLDER_UNLISTED: {
    severity: 'warning',
    message: '"{v}" is declared but not passed by {use}; {text} stays as it is.',
  },
  PROMPT_INPUT_UNUSED: { severity: 'warning', message: 'Prompt "{p}" does not use "{label}".' },

  // Unused
  PROTO_UNUSED_INPUT: { severity: 'warning', message: 'Input "{n}" is never used.' },
  PROTO_UNUSED_TRIGGER_INPUT: { severity: 'warning', message: 'Input "{n}" of trigger "{t}" is never used.' },
  PROTO_UNUSED_VARIABLE: { severity: 'warning', message: 'Variable "{n}" is never used.' },
  PROTO_VARIABLE_NEVER_SET: { severity: 'warning', message: 'Variable "{n}" is read but never set.' },
  PROTO_UNUSED_RESOURCE: { severity: 'warning', message: 'Resource "{n}" is never used.' },
  PROTO_UNUSED_TYPE: { severity: 'warning', message: 'Type "{n}" is never used.' },
  PROTO_UNUSED_TOOL: { severity: 'warning', message: 'Tool "{n}" is never used.' },
  PROTO_UNUSED_SKILL: { severity: 'warning', message: 'Skill "{n}" is never used.' },
  PROTO_UNUSED_MCP: { severity: 'warning', message: 'MCP server "{n}" is never used.' },
  PROTO_UNUSED_ONDEMAND: { severity: 'warning', message: 'No agent or thread lists source "{s}".' },
  PROTO_UNUSED_WORKER: { severity: 'warning', message: 'Worker "{n}" is never used.' },
  PROTO_UNUSED_THREAD: { severity: 'warning', message: 'Thread "{t}" is started but never used.' },
  PROMPT_UNUSED: { severity: 'warning', message: 'Prompt "{n}" is never used.' },
  REFERENCE_UNUSED: { severity: 'warning', message: 'Reference "{n}" is never used.' },

  // Environment
  PROTO_WORKER_NOT_FOUND: { severity: 'warning', message: 'The project has no agent "{w}".' },
  PROTO_WORKER_NOT_A_WORKER: { severity: 'error', message: 'Agent "{w}" is not a worker.' },
  PROTO_WORKER_INPUT_UNKNOWN: { severity: 'warning', message: 'Worker "{w}" has no input "{k}".' },
  PROTO_WORKER_INPUT_MISSING: { severity: 'warning', message: 'Worker "{w}" needs input "{k}".' },
  PROTO_SUMMARIZER_INPUTS: {
    severity: 'warning',
    message: 'Worker "{w}" should take PREVIOUS_SUMMARY and CONVERSATION.',
  },
  PROTO_SKILL_NOT_INSTALLED: { severity: 'warning', message: 'Skill "{s}" is not installed.' },
  PROTO_MCP_NOT_CONFIGURED: { severity: 'warning', message: 'The project has no MCP server "{m}".' },
} as const satisfies Record<string, CatalogueEntry>;

export type DiagnosticCode = keyof typeof diagnosticCatalogue;
