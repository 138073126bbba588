import type { JsonValue, ModelRequest, ModelTool, ModelToolResultPart } from '@octavus/core';
import { type Conversation, shorten } from './conversation.ts';

const introduction = 'I am the offline model: rule-based, no neural network.';

/** What the model says when no tool is called and nothing has come back from one. */
export function composeReply(conversation: Conversation, request: ModelRequest): string {
  const { question, fileCount, isContinued, role } = conversation;
  const sentences = [isContinued ? 'Offline model here, still rule-based.' : introduction];
  if (!isContinued && role) sentences.push(`My instructions begin: “${role}”`);
  if (question !== '') sentences.push(`You wrote: “${shorten(question, 300)}”`);
  if (fileCount > 0)
    sentences.push(`You attached ${fileCount === 1 ? 'a file' : `${fileCount} files`}, which I cannot read.`);
  if (request.toolChoice === 'auto' && request.tools.length > 0) {
    sentences.push(`I call a tool when a message asks for what it does; here I have ${nameTools(request.tools)}.`);
  } else if (!isContinued) {
    sentences.push('Configure a provider to get real answers.');
  }
  return sentences.join(' ');
}

/** The answer after tools have run: which said what, and which failed with what. */
export function composeSummary(results: readonly ModelToolResultPart[]): string {
  const lines = results.map(({ toolName, output, files }) => {
    if (output.kind === 'error') return `The tool ${toolName} failed: ${shorten(output.message, 300)}`;
    const images = files?.length ? `, with ${files.length === 1 ? 'a file' : `${files.length} files`}` : '';
    return `${toolName} returned ${describeValue(output.value)}${images}.`;
  });
  return [...lines, '(Offline model: I repeat what the tools said, by rule.)'].join('\n');
}

/** A short thought about what the rules are about to do. */
export function composeReasoning(
  conversation: Conversation,
  chosen: readonly ModelTool[],
  isStructured: boolean,
): string {
  if (chosen.length > 0) {
    const names = chosen.map(({ name }) => name).join(' and ');
    return `The message shares its telling words with ${names}, so I call ${chosen.length > 1 ? 'them' : 'it'}.`;
  }
  if (isStructured) return 'A structured answer is wanted, so I fill the schema from what was said.';
  if (conversation.results.length > 0) return 'The tools have answered, so I sum up their results.';
  return 'No tool matches the message, so I answer by template.';
}

function nameTools(tools: readonly ModelTool[]): string {
  const names = tools.slice(0, 5).map(({ name }) => name);
  const rest = tools.length - names.length;
  return rest > 0 ? `${names.join(', ')} and ${rest} more` : names.join(', ');
}

/** `city: Lisbon, forecast: { sky: clear }`, the first values of a long one. */
function describeValue(value: JsonValue, depth = 0): string {
  if (value === null) return 'nothing';
  if (typeof value !== 'object') return shorten(String(value), 300) || 'an empty text';
  if (Array.isArray(value)) {
    const shown = value.slice(0, 5).map((item) => nested(item, depth));
    return `${value.length} ${value.length === 1 ? 'item' : 'items'}${shown.length > 0 ? `: ${shown.join(', ')}` : ''}`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return 'an empty object';
  const shown = entries.slice(0, 8).map(([key, item]) => `${key}: ${nested(item, depth)}`);
  return shown.join(', ') + (entries.length > shown.length ? ', …' : '');
}

function nested(value: JsonValue, depth: number): string {
  if (typeof value !== 'object' || value === null) return shorten(String(value), 120);
  if (depth >= 2) return shorten(JSON.stringify(value), 120);
  return Array.isArray(value) ? `[${describeValue(value, depth + 1)}]` : `{ ${describeValue(value, depth + 1)} }`;
}
