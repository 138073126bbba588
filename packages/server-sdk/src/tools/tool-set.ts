import type { DynamicTool, InlineMcpServer, ToolHandler, ToolProvider, ToolSchema } from '@octavus/core';

/** The tools of one session: those it was attached with, overlaid by the dynamic ones of the same name. */
export class ToolSet {
  readonly #tools: object;
  readonly #serverHandlers: ReadonlyMap<string, ToolHandler>;
  readonly #serverSchemas: readonly ToolSchema[];
  readonly #hasServers: boolean;
  #dynamic: ReadonlyMap<string, DynamicTool> | undefined;

  /**
   * @param tools handlers by name, looked up at each call.
   * @throws Error when two servers share a namespace, or a tool of one is already there.
   */
  constructor(tools: object = {}, servers: readonly InlineMcpServer[] = []) {
    this.#tools = tools;
    this.#serverHandlers = handlersOf(servers, tools);
    this.#serverSchemas = servers.flatMap((server) => server.toolSchemas());
    this.#hasServers = servers.length > 0;
  }

  find(name: string): ToolHandler | undefined {
    return this.#dynamic?.get(name)?.handler ?? ownFunction(this.#tools, name) ?? this.#serverHandlers.get(name);
  }

  /** Replaces all dynamic tools. */
  setDynamic(source: ToolProvider | DynamicTool[]): void {
    const tools = Array.isArray(source) ? source : fromProvider(source);
    this.#dynamic = new Map(tools.map((tool) => [tool.schema.name, tool]));
  }

  /** What the server is told about tools it cannot know; `undefined` when there never were any, so that it keeps what it has. */
  schemas(): ToolSchema[] | undefined {
    if (!this.#dynamic && !this.#hasServers) return undefined;
    const dynamic = this.#dynamic ?? new Map<string, DynamicTool>();
    const servers = this.#serverSchemas.filter((schema) => !dynamic.has(schema.name));
    return [...servers, ...[...dynamic.values()].map((tool) => tool.schema)];
  }
}

/** A tool that is called `constructor` is no function of `Object.prototype`. */
function ownFunction(record: object, name: string): ToolHandler | undefined {
  const value = Object.hasOwn(record, name) ? (record as Record<string, unknown>)[name] : undefined;
  return typeof value === 'function' ? (value as ToolHandler) : undefined;
}

function handlersOf(servers: readonly InlineMcpServer[], tools: object): Map<string, ToolHandler> {
  const handlers = new Map<string, ToolHandler>();
  const namespaces = new Set<string>();
  for (const server of servers) {
    const { namespace } = server;
    if (namespaces.has(namespace)) throw new Error(`Two inline MCP servers share the namespace "${namespace}"`);
    namespaces.add(namespace);
    for (const [name, handler] of Object.entries(server.toolHandlers())) {
      const isTaken = handlers.has(name) || ownFunction(tools, name) !== undefined;
      if (isTaken) throw new Error(`The tool "${name}" of the inline MCP server "${namespace}" is already there`);
      handlers.set(name, handler);
    }
  }
  return handlers;
}

/** Each schema that has a handler. */
function fromProvider(provider: ToolProvider): DynamicTool[] {
  const handlers = provider.toolHandlers();
  return provider.toolSchemas().flatMap((schema) => {
    const handler = ownFunction(handlers, schema.name);
    return handler ? [{ schema, handler }] : [];
  });
}
