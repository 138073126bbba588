import type { Report, SourceFile } from '../diagnostics/report.ts';
import type { PromptSet } from '../prompts/check-prompts.ts';

/** Prompts that no block, scope or used prompt mentions, and references that no scope lists (208, 209). */
export function checkUnusedFiles(
  used: { readonly prompts: Iterable<string>; readonly references: ReadonlySet<string> },
  files: { readonly prompts: PromptSet; readonly references: Iterable<string> },
  report: Report,
): void {
  const reached = new Set<string>();
  for (const name of new Set(used.prompts))
    for (const prompt of files.prompts.reachable(name)) reached.add(prompt.name);
  for (const name of files.prompts.prompts.keys()) {
    const file: SourceFile = `prompts/${name}`;
    if (!reached.has(name)) report('PROMPT_UNUSED', { file, path: file }, { n: name });
  }
  for (const name of files.references) {
    const file: SourceFile = `references/${name}`;
    if (!used.references.has(name)) report('REFERENCE_UNUSED', { file, path: file }, { n: name });
  }
}
