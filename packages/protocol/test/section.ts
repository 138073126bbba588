import type { TypeTable } from '../src/checks/seam.ts';
import { createDiagnosticCollector, type Diagnostic, type Report } from '../src/diagnostics/report.ts';
import { entryOf, type MapNode, type YamlNode } from '../src/parse/node.ts';
import { parseProtocol } from '../src/parse/parse-protocol.ts';
import { checkTypes } from '../src/types/check.ts';

/** A parsed protocol with what the checks so far say about it. */
export interface ParsedText {
  readonly root: MapNode;
  readonly types: TypeTable;
  readonly report: Report;
  /** `CODE path`, errors first. */
  found(): string[];
  diagnostics(): Diagnostic[];
}

/** Parses YAML text and checks its `types` section. Throws when the text is no mapping: the test itself is wrong then. */
export function parseText(text: string): ParsedText {
  const collector = createDiagnosticCollector();
  collector.addSource('protocol', text);
  const root = parseProtocol(text, collector.report);
  if (!root)
    throw new Error(
      collector
        .finish()
        .errors.map(({ message }) => message)
        .join('\n'),
    );
  const diagnostics = () => {
    const { errors, warnings } = collector.finish();
    return [...errors, ...warnings];
  };
  return {
    root,
    types: checkTypes(entryOf(root, 'types') as MapNode | undefined, collector.report, new Set()),
    report: collector.report,
    diagnostics,
    found: () => diagnostics().map(({ code, path }) => `${code} ${path}`),
  };
}

/** The mapping at a path of keys. */
export function mapAt(root: YamlNode, ...keys: string[]): MapNode {
  let node: YamlNode | undefined = root;
  for (const key of keys) node = entryOf(node, key);
  if (node?.kind !== 'map') throw new Error(`no mapping at ${keys.join('.')}`);
  return node;
}
