import type { AgentDefinition, Block, Scope } from '@octavus/protocol';

/** A construct of a definition that this engine does not run. */
export interface Unsupported {
  /** As in protocol-language.md 7.2. */
  readonly path: string;
  readonly message: string;
}

/**
 * Everything in a definition that this version of the engine does not run, so that a server refuses it instead of ignoring it.
 *
 * @returns findings in the order of the protocol's sections; empty when all of it runs.
 */
export function findUnsupported(definition: AgentDefinition): readonly Unsupported[] {
  const { agent, triggers, steps } = definition;
  return [
    ...(agent ? scopeFindings(agent, 'agent') : []),
    ...[...triggers.values()].flatMap(({ name, blocks }) => blockFindings(blocks, at('handlers', name))),
    ...blockFindings(steps, 'steps'),
  ];
}

/** Keys of a generation scope, and what shows that one is used. */
const scopeFeatures: readonly (readonly [key: string, feature: string, isUsed: (scope: Scope) => boolean])[] = [
  ['maxImageDimension', 'Image scaling', ({ maxImageDimension }) => maxImageDimension !== undefined],
];

function scopeFindings(scope: Scope, path: string): Unsupported[] {
  const used = scopeFeatures.filter(([, , isUsed]) => isUsed(scope));
  return used.map(([key, feature]) => finding(`${path}.${key}`, feature));
}

function blockFindings(blocks: readonly Block[], path: string): Unsupported[] {
  return blocks.flatMap((block) =>
    block.kind === 'start-thread' ? scopeFindings(block.scope, at(path, block.name)) : [],
  );
}

/** A key in a path: in brackets when it holds characters that paths are made of. */
function at(path: string, key: string): string {
  return key === '' || /[."[\]]/.test(key) ? `${path}[${JSON.stringify(key)}]` : `${path}.${key}`;
}

function finding(path: string, feature: string): Unsupported {
  return { path, message: `${feature}: this version of the server does not run this yet.` };
}
