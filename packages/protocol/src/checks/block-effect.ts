import { type MapNode, valuePlace } from '../parse/node.ts';
import type { BlockChecks } from './context.ts';

/** A block whose only result is its `output` should have one (156). */
export function checkOutputUsed(block: MapNode, { agent, report }: BlockChecks): void {
  if (block.entries.has('output') || agent.unsound.has(`${block.path}.output`)) return;
  report('PROTO_BLOCK_NO_EFFECT', valuePlace(block), {});
}
