import type { ModelTool } from '@octavus/core';
import { asNode } from '../schema/json-schema.ts';
import type { Conversation } from './conversation.ts';
import { isCommonVerb, splitWords, tellingWords } from './words.ts';

/** A word of the name tells most; verbs that half of all tools start with tell as little as a word of the description. */
const nameWeight = 3;
const otherWeight = 1;
/** One telling word of the name, or two other words. */
const threshold = 2;
const maxParallelCalls = 4;

interface Scored {
  readonly tool: ModelTool;
  readonly weights: ReadonlyMap<string, number>;
}

/**
 * The tools a message asks for: those whose name, description and parameters share enough words with it. A further tool is
 * chosen only for words that no tool before it accounts for, and none that was called since the message.
 */
export function chooseTools(tools: readonly ModelTool[], { question, calledTools }: Conversation): ModelTool[] {
  const said = new Set(tellingWords(question));
  const spelled = splitWords(question).join(' ');
  const scored = tools
    .map((tool) => ({ tool, weights: matchingWeights(tool, said, spelled) }))
    .filter(({ weights }) => total(weights) >= threshold)
    .sort((left, right) => total(right.weights) - total(left.weights));
  const claimed = new Set<string>();
  const chosen: ModelTool[] = [];
  for (const { tool, weights } of scored) {
    if (chosen.length === maxParallelCalls || total(weights, claimed) < threshold) continue;
    // A tool that has answered already still accounts for its words.
    for (const word of weights.keys()) claimed.add(word);
    if (!calledTools.has(tool.name)) chosen.push(tool);
  }
  return chosen;
}

function matchingWeights(tool: ModelTool, said: ReadonlySet<string>, spelled: string): Scored['weights'] {
  const weights = new Map<string, number>();
  const parameters = Object.keys(asNode(tool.inputSchema.properties) ?? {});
  for (const word of tellingWords([tool.description, ...parameters].join(' '))) {
    if (said.has(word)) weights.set(word, otherWeight);
  }
  for (const word of tellingWords(tool.name)) {
    if (said.has(word)) weights.set(word, isCommonVerb(word) ? otherWeight : nameWeight);
  }
  // Named in full: `please run get-weather`.
  const name = splitWords(tool.name).join(' ');
  if (name.includes(' ') && ` ${spelled} `.includes(` ${name} `)) weights.set(name, nameWeight);
  return weights;
}

function total(weights: ReadonlyMap<string, number>, without?: ReadonlySet<string>): number {
  let sum = 0;
  for (const [word, weight] of weights) if (!without?.has(word)) sum += weight;
  return sum;
}
