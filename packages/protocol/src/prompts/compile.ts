import type { PromptNode, PromptTemplate } from '../definition/prompt.ts';
import type { ParsedNode, ParsedPrompt } from './tree.ts';

/**
 * Puts the includes of checked prompts in place (protocol-language.md 4.1).
 *
 * @param prompts every prompt of the agent by name; free of issues, missing includes and circles.
 * @returns the template of each prompt. A file that is included more than once is one shared tree.
 */
export function compilePrompts(prompts: ReadonlyMap<string, ParsedPrompt>): ReadonlyMap<string, PromptTemplate> {
  const templates = new Map<string, PromptTemplate>();
  for (const name of prompts.keys()) templateOf(name);
  return templates;

  function templateOf(name: string): PromptTemplate {
    const known = templates.get(name);
    if (known) return known;
    const prompt = prompts.get(name);
    const template = prompt ? prompt.nodes.map((node) => compileNode(node, prompt.text)) : [];
    templates.set(name, template);
    return template;
  }

  function compileNode(node: ParsedNode, text: string): PromptNode {
    switch (node.kind) {
      case 'text':
        return { kind: 'text', text: text.slice(node.start, node.end) };
      case 'placeholder':
        return { kind: 'placeholder', label: node.label, source: text.slice(node.start, node.end) };
      case 'include':
        return { kind: 'include', name: node.prompt, template: templateOf(node.prompt) };
      case 'conditional':
        return {
          kind: 'conditional',
          branches: node.branches.map((branch) => ({
            condition: branch.condition,
            template: branch.nodes.map((child) => compileNode(child, text)),
          })),
        };
    }
  }
}
