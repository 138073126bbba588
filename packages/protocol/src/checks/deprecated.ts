import { ratioOfSize } from '../blocks/generate-image.ts';
import type { Report } from '../diagnostics/report.ts';
import { entryOf, stringOf, valuePlace } from '../parse/node.ts';
import type { AgentModel } from './context.ts';

/** Sections, blocks and keys that have better successors (171 to 173). */
export function checkDeprecated(agent: AgentModel, report: Report): void {
  const resources = agent.sections.entries.get('resources');
  if (resources && agent.resources.size > 0) report('PROTO_DEPRECATED_RESOURCES', valuePlace(resources), {});
  for (const { spec, node } of agent.blocks) {
    const kind = entryOf(node, 'block');
    if (spec.isDeprecated && kind) report('PROTO_DEPRECATED_SET_RESOURCE', valuePlace(kind), {});
    const size = spec.kind === 'generate-image' ? entryOf(node, 'size') : undefined;
    const ratio = ratioOfSize.get(stringOf(size) ?? '');
    if (size && ratio !== undefined) report('PROTO_DEPRECATED_IMAGE_SIZE', valuePlace(size), { ratio });
  }
}
