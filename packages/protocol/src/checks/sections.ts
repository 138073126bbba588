import { keyPlace, type MapNode, type YamlNode } from '../parse/node.ts';
import { checkShape, type ShapeContext } from '../shape/check-shape.ts';
import { sectionFields } from '../shape/sections.ts';
import type { AgentFormat, Field } from '../shape/shape.ts';

const fields: Readonly<Record<string, Field>> = sectionFields;

/**
 * Stage 3: which sections there are, and the shape of each (35 to 37 and everything below).
 *
 * @returns the sections without malformed parts; a section without a value is an empty mapping.
 */
export function checkSections(root: MapNode, context: ShapeContext): MapNode {
  const entries = new Map<string, YamlNode>();
  for (const [name, node] of root.entries) {
    if (name.startsWith('x-')) continue;
    const field = Object.hasOwn(fields, name) ? fields[name]! : undefined;
    const sound = isAllowed(name, node, field, context) ? checkSection(node, field!, context) : undefined;
    if (sound) entries.set(name, sound);
  }
  for (const name in fields) reportMissingSection(name, fields[name]!, root, context);
  return { ...root, entries };
}

function checkSection(node: YamlNode, field: Field, context: ShapeContext): YamlNode | undefined {
  const isEmpty = node.kind === 'scalar' && node.value === null && field.shape.kind !== 'text';
  if (isEmpty) return checkShape({ ...node, kind: 'map', entries: new Map() }, field.shape, context);
  return node.kind === 'scalar' && node.value === null ? undefined : checkShape(node, field.shape, context);
}

function isAllowed(name: string, node: YamlNode, field: Field | undefined, context: ShapeContext): boolean {
  if (field === undefined) {
    context.report(
      'PROTO_UNKNOWN_SECTION',
      keyPlace(node),
      { key: name },
      { wrong: name, allowed: Object.keys(fields) },
    );
    return false;
  }
  if (context.format === undefined || field.only === undefined || field.only === context.format) return true;
  context.report('PROTO_SECTION_FORMAT', keyPlace(node), { section: name, format: context.format });
  return false;
}

function reportMissingSection(name: string, field: Field, root: MapNode, { format, report }: ShapeContext): void {
  if (format === undefined || field.required !== format || root.entries.has(name)) return;
  report('PROTO_SECTION_MISSING', { file: 'protocol', path: name }, { Format: formatTitle(format), section: name });
}

function formatTitle(format: AgentFormat): string {
  return format === 'worker' ? 'Worker' : 'Interactive';
}
