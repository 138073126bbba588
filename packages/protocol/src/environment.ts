/**
 * What a server knows about the project an agent belongs to. Each part is optional: what is absent is not checked
 * (protocol-language.md 7.4, 210 to 216).
 */
export interface Environment {
  /** Agents of the project by slug. */
  readonly agents?: ReadonlyMap<string, KnownAgent>;
  /** Slugs of installed skills. */
  readonly skills?: ReadonlySet<string>;
  /** Slugs of configured remote MCP servers. */
  readonly mcpServers?: ReadonlySet<string>;
  /** Providers beyond the built-in ones, such as those of `OPENAI_COMPATIBLE_<NAME>_BASE_URL`. */
  readonly providers?: Iterable<string>;
}

export interface KnownAgent {
  readonly format: 'interactive' | 'worker';
  /** Inputs by name, `AgentDefinition.input` for instance; absent when they are not known. */
  readonly input?: ReadonlyMap<string, { readonly isOptional: boolean }>;
}
