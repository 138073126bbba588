import type { AgentDefinition, Block, Scope } from '@octavus/protocol';

/** A block as it is drawn. */
export interface FlowStep {
  readonly name: string;
  readonly kind: Block['kind'];
  /** undefined: it acts on no thread. */
  readonly thread: string | undefined;
  /** What it does, in few words. */
  readonly facts: readonly string[];
  /** What its model may call: tools, workers, skills and servers of the thread's scope. */
  readonly offers: readonly string[];
}

export interface FlowDrawing {
  /** In the order of their first use. */
  readonly threads: readonly string[];
  readonly steps: readonly FlowStep[];
}

/** The drawing of one handler, or of the steps of a worker. */
export function toFlow(definition: AgentDefinition, blocks: readonly Block[]): FlowDrawing {
  // A thread that another handler starts is drawn here without what it offers there.
  const scopes = new Map<string, Scope>(definition.agent ? [['main', definition.agent]] : []);
  for (const block of blocks) if (block.kind === 'start-thread') scopes.set(block.thread, block.scope);
  const steps = blocks.map((block) => {
    const thread = threadOf(block);
    const scope = block.kind === 'next-message' && thread !== undefined ? scopes.get(thread) : undefined;
    return { name: block.name, kind: block.kind, thread, facts: factsOf(block), offers: scope ? offersOf(scope) : [] };
  });
  const threads = steps.flatMap(({ thread }) => (thread === undefined ? [] : [thread]));
  return { threads: [...new Set(threads)], steps };
}

function threadOf(block: Block): string | undefined {
  return 'thread' in block ? block.thread : undefined;
}

function factsOf(block: Block): string[] {
  const output = 'output' in block && block.output !== undefined ? [`into ${block.output}`] : [];
  switch (block.kind) {
    case 'add-message':
      return [block.role, ...(block.isVisible ? [] : ['not shown'])];
    case 'next-message':
      return [...(block.responseType ? [`as ${block.responseType.name}`] : []), ...output];
    case 'tool-call':
      return [`tool ${block.tool}`, ...output];
    case 'run-worker':
      return [`worker ${block.worker}`, ...output];
    case 'set-resource':
      return [`resource ${block.resource}`];
    case 'start-thread':
      return block.scope.model?.kind === 'literal' ? [block.scope.model.value] : [];
    default:
      return output;
  }
}

function offersOf({ tools, workers, skills, mcpServers, webSearch }: Scope): string[] {
  return [
    ...tools.map((name) => `tool ${name}`),
    ...workers.map((name) => `worker ${name}`),
    ...skills.map((name) => `skill ${name}`),
    ...mcpServers.map((name) => `server ${name}`),
    ...(webSearch ? ['web search'] : []),
  ];
}
