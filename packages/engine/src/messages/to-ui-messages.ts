import type { UIMessageJson, UIMessagePart } from '@octavus/core';
import type { Message, Part } from '../state/message.ts';
import { findActiveExecution, type SessionState } from '../state/session-state.ts';
import type { MessageOptions } from './file-url.ts';
import { toUiPart } from './to-ui-part.ts';
import { withOpenWorkers } from './with-open-workers.ts';

/** The conversation as people see it (runtime-semantics.md 9.4), in the v4 wire shape. */
export function toUiMessages(
  state: Pick<SessionState, 'messages' | 'execution' | 'workers'>,
  options: MessageOptions = {},
): UIMessageJson[] {
  const active = findActiveExecution(state)?.executionId;
  return joinBubbles(withOpenWorkers(state).filter(isShown)).map((bubble) => toUiMessage(bubble, active, options));
}

function isShown(message: Message): boolean {
  if (message.role === 'system') return false;
  return message.isOpen === true || message.parts.some((part) => part.visible && part.type !== 'step-start');
}

/** Messages shown as one: a live client builds one bubble from all that an execution's assistant says in a row. */
type Bubble = readonly [first: Message, ...rest: Message[]];

function joinBubbles(messages: readonly Message[]): readonly Bubble[] {
  const bubbles: [Message, ...Message[]][] = [];
  for (const message of messages) {
    const last = bubbles.at(-1);
    if (last && isOneBubble(last[0], message)) last.push(message);
    else bubbles.push([message]);
  }
  return bubbles;
}

function isOneBubble(first: Message, next: Message): boolean {
  if (first.role !== 'assistant' || next.role !== 'assistant') return false;
  return first.executionId !== undefined && first.executionId === next.executionId;
}

function toUiMessage(bubble: Bubble, active: string | undefined, options: MessageOptions): UIMessageJson {
  const [{ id, role, createdAt, sender, executionId }] = bubble;
  const isStreaming = executionId === active && bubble.some((message) => message.isOpen);
  const parts = bubble.flatMap((message) => visibleParts(message.parts));
  return {
    id,
    role: role === 'user' ? 'user' : 'assistant',
    parts: withoutIdleSteps(parts.map((part) => toUiPart(part, options))),
    status: isStreaming ? 'streaming' : 'done',
    createdAt,
    ...(sender && { sender }),
  };
}

/** A structured output that failed is hidden once a valid one follows it (6.5). */
function visibleParts(parts: readonly Part[]): readonly Part[] {
  return parts.filter((part, index) => {
    if (!part.visible) return false;
    if (part.type !== 'text' || !part.invalidObject) return true;
    const { typeName } = part.invalidObject;
    return !parts.slice(index).some((later) => later.type === 'object' && later.object.typeName === typeName);
  });
}

/** A step boundary counts only between two parts that are shown. */
function withoutIdleSteps(parts: readonly UIMessagePart[]): UIMessagePart[] {
  const first = parts.findIndex((part) => part.type !== 'step-start');
  return parts.filter((part, index) => {
    if (part.type !== 'step-start') return true;
    const next = parts[index + 1];
    return index > first && next !== undefined && next.type !== 'step-start';
  });
}
