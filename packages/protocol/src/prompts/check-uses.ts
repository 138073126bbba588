import type { DeclaredValue, NameScope, PromptUseSite } from '../checks/seam.ts';
import type { Report } from '../diagnostics/report.ts';
import { isVariableName } from '../names.ts';
import { type PromptSet, promptPlace } from './check-prompts.ts';
import type { ParsedPrompt, PromptMention } from './tree.ts';

/** What is known about one file over all uses that reach it: the same text is not judged twice for the same reason. */
interface FileIndex {
  readonly name: string;
  readonly mentions: ReadonlyMap<string, readonly PromptMention[]>;
  /** Labels that every use with that scope has listed so far. */
  readonly open: Map<NameScope, Set<string>>;
  /** Sources whose comparisons are checked, by label. */
  readonly compared: Map<string, Set<DeclaredValue>>;
}

/**
 * Makes the check of what prompts read against what their uses pass (187 to 190, 193 to 195).
 *
 * @returns a function to call once per use. Calls that share a scope object share work: thousands of uses of a large prompt cost little
 * more than one.
 */
export function createPromptUseCheck(set: PromptSet, report: Report): (site: PromptUseSite) => void {
  const indexes = new Map<string, FileIndex>();
  return (site) => {
    const files = set.reachable(site.prompt).map(indexOf);
    for (const file of files) {
      checkUnlisted(file, site, report);
      checkComparisons(file, site, report);
    }
    if (set.isSound(site.prompt)) checkUnused(files, site, report);
  };

  function indexOf(prompt: ParsedPrompt): FileIndex {
    const known = indexes.get(prompt.name);
    if (known) return known;
    const mentions = Map.groupBy(prompt.mentions, ({ label }) => label);
    const index: FileIndex = { name: prompt.name, mentions, open: new Map(), compared: new Map() };
    indexes.set(prompt.name, index);
    return index;
  }
}

/** Labels that the file reads and the use does not list (187, 188, 193, 194). */
function checkUnlisted(file: FileIndex, site: PromptUseSite, report: Report): void {
  const open = file.open.get(site.scope) ?? new Set(file.mentions.keys());
  file.open.set(site.scope, open);
  for (const label of open) {
    if (site.labels.has(label)) continue;
    open.delete(label);
    const isDeclared = site.scope.find(label) !== undefined;
    for (const mention of file.mentions.get(label)!) reportUnlisted(file.name, mention, { site, isDeclared }, report);
  }
}

function reportUnlisted(
  file: string,
  mention: PromptMention,
  { site, isDeclared }: { site: PromptUseSite; isDeclared: boolean },
  report: Report,
): void {
  const { label: v, start } = mention;
  const { use } = site;
  const place = promptPlace(file, start);
  if (mention.kind === 'condition') {
    if (isDeclared) report('PROMPT_CONDITION_UNLISTED', place, { v, use });
    else report('PROMPT_CONDITION_UNDECLARED', place, { v, use }, { wrong: v, allowed: namesOf(site) });
    return;
  }
  const text = mention.source;
  if (isDeclared) report('PROMPT_PLACEHOLDER_UNLISTED', place, { v, use, text });
  else report('PROMPT_PLACEHOLDER_UNKNOWN', place, { text, use }, { wrong: v, allowed: namesOf(site) });
}

function* namesOf(site: PromptUseSite): Generator<string> {
  yield* site.labels.keys();
  yield* site.scope.names();
}

/** Literals that the value behind a label never equals (189, 190). */
function checkComparisons(file: FileIndex, site: PromptUseSite, report: Report): void {
  for (const [label, { source }] of site.labels) {
    const mentions = file.mentions.get(label);
    const declared = mentions && site.scope.find(source);
    if (!mentions || !declared) continue;
    const compared = file.compared.get(label) ?? new Set();
    file.compared.set(label, compared);
    if (compared.has(declared)) continue;
    compared.add(declared);
    for (const mention of mentions) checkComparison(file.name, mention, declared, report);
  }
}

function checkComparison(file: string, mention: PromptMention, declared: DeclaredValue, report: Report): void {
  if (mention.kind !== 'condition' || mention.condition.kind !== 'equals') return;
  const { literal } = mention.condition;
  const place = promptPlace(file, mention.start);
  const source = declared.name;
  if (declared.enum) {
    const isKnown = declared.enum.includes(literal) || (literal === '' && declared.isOptional);
    if (!isKnown)
      report('PROMPT_CONDITION_ENUM', place, { literal, source }, { wrong: literal, allowed: declared.enum });
    return;
  }
  const type = declared.type?.kind;
  const isNever =
    (type === 'boolean' && literal !== 'true' && literal !== 'false') ||
    ((type === 'number' || type === 'integer') && !jsonNumber.test(literal));
  if (isNever) report('PROMPT_CONDITION_TYPE', place, { source, type, literal });
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Labels that no file reads (195). */
function checkUnused(files: readonly FileIndex[], site: PromptUseSite, report: Report): void {
  for (const [label, { place }] of site.labels) {
    if (!isVariableName(label) || files.some((file) => file.mentions.has(label))) continue;
    report('PROMPT_INPUT_UNUSED', place, { p: site.prompt, label });
  }
}
