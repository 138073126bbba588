import type { CheckTypes, TypeTable } from '../checks/seam.ts';
import type { Report } from '../diagnostics/report.ts';
import { circleText, findCircles } from '../graph.ts';
import { type MapNode, valuePlace, type YamlNode } from '../parse/node.ts';
import { readDefinition } from './check-definition.ts';
import { createTypeCompiler } from './compile.ts';
import { namesOf, referencesOf, type TypeDraft } from './draft.ts';
import { readExpression } from './expression.ts';

/** Source of both: protocol-language.md 1.4. */
const maxDepth = 10;
const maxProperties = 5000;

/** Checks the `types` section (64 to 66, 70 to 92) and compiles what is fine; shape and names are checked before. */
export const checkTypes: CheckTypes = (section, reportAll, unsound) => {
  const report: Report = (code, place, params, help) => {
    if (!unsound.has(place.path)) reportAll(code, place, params, help);
  };
  const definitions: ReadonlyMap<string, YamlNode> = section?.entries ?? new Map();
  const names = new Set(definitions.keys());
  const drafts = readDrafts(definitions, report);
  checkCircles(definitions, drafts, report);
  const sound = checkSizes(definitions, drafts, report);
  const compiler = createTypeCompiler(sound);
  const roots = new Set<string>();

  return {
    names,
    find: compiler.find,
    resolve(expression, reportExpression) {
      const draft = readExpression(expression, names, reportExpression);
      if (!draft) return undefined;
      for (const name of namesOf(draft)) roots.add(name);
      return compiler.compile(draft);
    },
    use: (name) => void roots.add(name),
    unused: () => namesWithout(names, reachable(roots, drafts)),
  } satisfies TypeTable;
};

function readDrafts(definitions: ReadonlyMap<string, YamlNode>, report: Report): Map<string, TypeDraft> {
  const drafts = new Map<string, TypeDraft>();
  for (const [name, node] of definitions) {
    const draft = node.kind === 'map' ? readDefinition(name, node, definitions, report) : undefined;
    if (draft) drafts.set(name, draft);
  }
  return drafts;
}

function checkCircles(
  definitions: ReadonlyMap<string, YamlNode>,
  drafts: Map<string, TypeDraft>,
  report: Report,
): void {
  const circles = findCircles(drafts.keys(), (name) => referencesOf(drafts.get(name)!));
  for (const circle of circles) {
    report('PROTO_TYPE_CIRCULAR', valuePlace(definitions.get(circle[0]!)!), { cycle: circleText(circle) });
  }
  for (const name of circles.flat()) drafts.delete(name);
}

/**
 * Refuses types that are too deep or too large (81, 82), each chain once: at the type that crosses the limit.
 * @returns the drafts within the limits.
 */
function checkSizes(
  definitions: ReadonlyMap<string, YamlNode>,
  drafts: ReadonlyMap<string, TypeDraft>,
  report: Report,
): ReadonlyMap<string, TypeDraft> {
  const extents = new Map<string, Extent | undefined>();
  const sound = new Map<string, TypeDraft>();
  for (const name of drafts.keys()) measure(name);
  for (const [name, draft] of drafts) if (extents.get(name)) sound.set(name, draft);
  return sound;

  function measure(name: string): Extent | undefined {
    if (extents.has(name)) return extents.get(name);
    const draft = drafts.get(name);
    const extent = draft && extentOf(draft, measure);
    const isSound = extent !== undefined && checkExtent(name, extent, definitions.get(name) as MapNode, report);
    extents.set(name, isSound ? extent : undefined);
    return extents.get(name);
  }
}

interface Extent {
  readonly depth: number;
  readonly properties: number;
}

/** @returns `undefined` when a type it refers to is not sound: that one is reported. */
function extentOf(draft: TypeDraft, measure: (name: string) => Extent | undefined): Extent | undefined {
  let depth = 1;
  let properties = draft.form === 'object' ? draft.properties.length : 0;
  for (const name of referencesOf(draft)) {
    const inner = measure(name);
    if (!inner) return undefined;
    depth = Math.max(depth, 1 + inner.depth);
    properties += inner.properties;
  }
  return { depth, properties };
}

function checkExtent(name: string, extent: Extent, node: MapNode, report: Report): boolean {
  const isDeep = extent.depth > maxDepth;
  const isLarge = extent.properties > maxProperties;
  if (isDeep) report('PROTO_TYPE_TOO_DEEP', valuePlace(node), { n: name, max: maxDepth });
  if (isLarge) report('PROTO_TYPE_TOO_LARGE', valuePlace(node), { n: name, max: maxProperties });
  return !isDeep && !isLarge;
}

/** Names that the roots refer to, directly or through other types. */
function reachable(roots: ReadonlySet<string>, drafts: ReadonlyMap<string, TypeDraft>): ReadonlySet<string> {
  const found = new Set(roots);
  for (const name of found) {
    const draft = drafts.get(name);
    // A set is walked to its end, also when it grows on the way.
    if (draft) for (const next of referencesOf(draft)) found.add(next);
  }
  return found;
}

function namesWithout(names: ReadonlySet<string>, found: ReadonlySet<string>): Iterable<string> {
  return [...names].filter((name) => !found.has(name));
}
