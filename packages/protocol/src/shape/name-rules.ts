import type { Place, Report } from '../diagnostics/report.ts';
import {
  isDisplayName,
  isKebabStyle,
  isMcpNamespace,
  isPropertyName,
  isPropertyStyle,
  isSlug,
  isToolName,
  isTriggerName,
  isTypeName,
  isVariableName,
  reservedReason,
} from '../names.ts';

/** Kinds of keys that authors choose (protocol-language.md 1.3). */
export type NameKind =
  | 'variable'
  | 'type'
  | 'property'
  | 'tool'
  | 'trigger'
  | 'skill'
  | 'worker'
  | 'mcp-server'
  | 'block'
  | 'provider-tool';

type NameRule = (name: string, place: Place, report: Report) => void;

const kebab = 'lowercase-with-dashes';

const nameRules: { readonly [Kind in NameKind]: NameRule } = {
  variable: (name, place, report) => {
    if (!isVariableName(name)) report('PROTO_NAME_VARIABLE', place, { name });
  },
  type: (name, place, report) => {
    if (!isTypeName(name)) report('PROTO_NAME_TYPE', place, { n: name });
  },
  property: (name, place, report) => {
    if (!isPropertyName(name)) report('PROTO_NAME_PROPERTY', place, { n: name });
    else if (!isPropertyStyle(name)) report('PROTO_NAME_STYLE', place, { n: name, style: 'camelCase' });
  },
  tool: (name, place, report) => {
    if (reportReserved(name, place, report)) return;
    if (!isToolName(name)) report('PROTO_NAME_TOOL', place, { n: name });
    else if (!isKebabStyle(name)) report('PROTO_NAME_STYLE', place, { n: name, style: kebab });
  },
  trigger: (name, place, report) => {
    if (!isTriggerName(name)) report('PROTO_NAME_TRIGGER', place, { n: name });
    else if (!isKebabStyle(name)) report('PROTO_NAME_STYLE', place, { n: name, style: kebab });
  },
  skill: (name, place, report) => {
    if (!isSlug(name)) report('PROTO_NAME_SLUG', place, { n: name });
  },
  worker: (name, place, report) => {
    if (reportReserved(name, place, report)) return;
    if (!isSlug(name)) report('PROTO_NAME_SLUG', place, { n: name });
  },
  'mcp-server': (name, place, report) => {
    if (!isMcpNamespace(name)) report('PROTO_NAME_MCP', place, { n: name });
    else if (!isKebabStyle(name)) report('PROTO_NAME_STYLE', place, { n: name, style: kebab });
  },
  block: (name, place, report) => {
    if (!isDisplayName(name)) report('PROTO_NAME_BLOCK', place, {});
  },
  'provider-tool': (name, place, report) => {
    if (anthropicTools.includes(name)) return;
    report('PROTO_PROVIDER_TOOL', place, { t: name }, { wrong: name, allowed: anthropicTools });
  },
};

/** Source: protocol-language.md 2.9.4. */
export const anthropicTools: readonly string[] = ['web-search', 'code-execution'];

/** Checks a key against the hard pattern and the style of its kind (50 to 60, 134). */
export function checkName(kind: NameKind, name: string, place: Place, report: Report): void {
  nameRules[kind](name, place, report);
}

function reportReserved(name: string, place: Place, report: Report): boolean {
  const reason = reservedReason(name);
  if (reason !== undefined) report('PROTO_NAME_RESERVED', place, { n: name, reason });
  return reason !== undefined;
}
