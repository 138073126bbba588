import type { AgentDefinition, Block, Scope } from '@octavus/protocol';
import { blockRunners } from './blocks/index.ts';

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
    ...sectionFindings(definition),
    ...(agent ? scopeFindings(agent, 'agent') : []),
    ...[...triggers.values()].flatMap(({ name, blocks }) => blockFindings(blocks, at('handlers', name))),
    ...blockFindings(steps, 'steps'),
  ];
}

function sectionFindings({ format, workers }: AgentDefinition): Unsupported[] {
  return [
    ...(format === 'worker' ? [finding('steps', 'Worker agents')] : []),
    ...[...workers.keys()].map((slug) => finding(at('workers', slug), 'Workers')),
  ];
}

/** Keys of a generation scope, and what shows that one is used. */
const scopeFeatures: readonly (readonly [key: string, feature: string, isUsed: (scope: Scope) => boolean])[] = [
  ['imageModel', 'Image generation', ({ imageModel }) => imageModel !== undefined],
  ['videoModel', 'Video generation', ({ videoModel }) => videoModel !== undefined],
  ['speechModel', 'Speech generation', ({ speechModel }) => speechModel !== undefined],
  ['transcriptionModel', 'Transcription', ({ transcriptionModel }) => transcriptionModel !== undefined],
  ['webSearch', 'Web search', ({ webSearch }) => webSearch],
  ['maxImageDimension', 'Image scaling', ({ maxImageDimension }) => maxImageDimension !== undefined],
  ['contextManagement', 'Context management', ({ contextManagement }) => contextManagement !== undefined],
  ['anthropic', 'Provider tools and skills', ({ anthropic }) => anthropic !== undefined],
];

function scopeFindings(scope: Scope, path: string): Unsupported[] {
  const used = scopeFeatures.filter(([, , isUsed]) => isUsed(scope));
  return used.map(([key, feature]) => finding(`${path}.${key}`, feature));
}

function blockFindings(blocks: readonly Block[], path: string): Unsupported[] {
  return blocks.flatMap((block) => {
    const place = at(path, block.name);
    if (!blockRunners[block.kind]) return [finding(place, `Blocks of the kind "${block.kind}"`)];
    return block.kind === 'start-thread' ? scopeFindings(block.scope, place) : [];
  });
}

/** A key in a path: in brackets when it holds characters that paths are made of. */
function at(path: string, key: string): string {
  return key === '' || /[."[\]]/.test(key) ? `${path}[${JSON.stringify(key)}]` : `${path}.${key}`;
}

function finding(path: string, feature: string): Unsupported {
  return { path, message: `${feature}: this version of the server does not run this yet.` };
}
