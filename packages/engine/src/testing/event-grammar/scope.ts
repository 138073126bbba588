import type { BlockStartEvent, DisplayMode, StreamEvent } from '@octavus/core';
import type { Fail } from './grammar-error.ts';

/** What is open in one scope: the main stream, or one worker. */
export interface Scope {
  readonly workerId: string | undefined;
  /** The leg was told to stop: calls need no outcome. */
  readonly isAborted: boolean;
  block: BlockStartEvent | undefined;
  text: OpenText | undefined;
  readonly calls: Map<string, Call>;
  readonly usedTextIds: Set<string>;
  readonly endedBlocks: Set<string>;
  /** A visible worker ended inside a block whose thread or outputToChat clients forget (G9). */
  mustReannounce: boolean;
}

interface OpenText {
  readonly type: 'text' | 'reasoning';
  readonly id: string;
  readonly isWhole: boolean;
  deltas: number;
}

const stages = ['start', 'delta', 'end', 'available', 'outcome'] as const;
type Stage = (typeof stages)[number];

interface Call {
  readonly toolName: string;
  readonly display: DisplayMode | undefined;
  stage: Stage;
  isAvailable: boolean;
}

export function openScope(workerId: string | undefined, isAborted: boolean): Scope {
  return {
    workerId,
    isAborted,
    block: undefined,
    text: undefined,
    calls: new Map(),
    usedTextIds: new Set(),
    endedBlocks: new Set(),
    mustReannounce: false,
  };
}

/** Takes an event of the scope's own content; leg and worker events are not its business. */
export function takeContent(scope: Scope, event: StreamEvent, fail: Fail): void {
  if (event.type === 'text-delta' || event.type === 'reasoning-delta') {
    takeDelta(scope, event, fail);
    return;
  }
  if (event.type === 'text-end' || event.type === 'reasoning-end') {
    endText(scope, event, fail);
    return;
  }
  if (scope.text) {
    const isText = event.type === 'text-start' || event.type === 'reasoning-start';
    fail(isText ? 'G1' : event.type === 'block-end' ? 'G3' : 'EBNF', `${scope.text.type} ${scope.text.id} is open`);
  }
  if (event.type === 'block-start') {
    startBlock(scope, event, fail);
    return;
  }
  if (scope.mustReannounce && event.type !== 'block-end' && event.type !== 'resource-update') {
    fail('G9', `block ${scope.block?.blockId} must be announced again after its worker`);
  }
  switch (event.type) {
    case 'block-end':
      endBlock(scope, event.blockId, fail);
      return;
    case 'text-start':
    case 'reasoning-start':
      startText(scope, event, fail);
      return;
    case 'tool-input-start':
      startCall(scope, event, fail);
      return;
    case 'tool-input-delta':
      advanceCall(scope, event, 'delta', fail);
      return;
    case 'tool-input-end':
      advanceCall(scope, event, 'end', fail);
      return;
    case 'tool-input-available':
      advanceCall(scope, event, 'available', fail);
      return;
    case 'tool-output-available':
    case 'tool-output-error':
      advanceCall(scope, event, 'outcome', fail);
      return;
    case 'source':
      if (scope.block && scope.block.display !== 'stream') fail('5.1', 'a source inside a block that is not streamed');
      requireBlockOrWorker(scope, fail);
      return;
    case 'file-available':
    case 'todo-update':
      requireBlockOrWorker(scope, fail);
      return;
    default:
  }
}

/** Throws when something is open that a leg may not leave behind. */
export function checkClosed(scope: Scope, ending: 'pause' | 'final', fail: Fail): void {
  if (scope.text) fail('G3', `${scope.text.type} ${scope.text.id} is open`);
  if (scope.block && ending === 'final') fail('EBNF', `block ${scope.block.blockId} has not ended`);
}

/** Throws when a call that the server runs has no outcome. */
export function checkAnswered(scope: Scope, external: ReadonlySet<string>, fail: Fail): void {
  if (scope.isAborted) return;
  for (const [id, call] of scope.calls) {
    if (call.stage !== 'outcome' && !external.has(id)) fail('G5', `call ${id} of ${call.toolName} has no outcome`);
  }
}

function startBlock(scope: Scope, event: BlockStartEvent, fail: Fail): void {
  checkAnnouncement(event, fail);
  if (!scope.block) {
    if (scope.endedBlocks.has(event.blockId)) fail('G8', `block ${event.blockId} has already ended`);
    scope.block = event;
    return;
  }
  if (scope.block.blockId !== event.blockId) fail('G2', `block ${scope.block.blockId} is open`);
  if (!scope.mustReannounce) fail('G2', `block ${event.blockId} starts a second time`);
  if (JSON.stringify(scope.block) !== JSON.stringify(event)) fail('G9', 'a re-announcement repeats its block-start');
  scope.mustReannounce = false;
}

function checkAnnouncement(event: BlockStartEvent, fail: Fail): void {
  if (event.display === 'hidden') fail('3', 'hidden blocks are not announced');
  if (event.display === 'name' && event.description !== undefined) fail('5.1', 'display name has no description');
  if (event.thread === 'main') fail('9', 'the main thread is never named');
  const isSpoken = event.blockType === 'next-message';
  if (isSpoken !== (event.outputToChat !== undefined))
    fail('3', 'outputToChat belongs to next-message and to it alone');
}

function endBlock(scope: Scope, blockId: string, fail: Fail): void {
  if (scope.block?.blockId !== blockId) fail('G2', `block ${blockId} is not open`);
  checkAnswered(scope, nothing, fail);
  scope.endedBlocks.add(blockId);
  scope.block = undefined;
  scope.mustReannounce = false;
}

const nothing: ReadonlySet<string> = new Set();

type TextStart = Extract<StreamEvent, { type: 'text-start' | 'reasoning-start' }>;
type TextDelta = Extract<StreamEvent, { type: 'text-delta' | 'reasoning-delta' }>;
type TextEnd = Extract<StreamEvent, { type: 'text-end' | 'reasoning-end' }>;

function startText(scope: Scope, event: TextStart, fail: Fail): void {
  const type = event.type === 'text-start' ? 'text' : 'reasoning';
  const isStreamed = scope.block?.display === 'stream';
  if (type === 'reasoning' && !isStreamed) fail('5.1', 'reasoning outside a streamed block');
  if (!scope.block && scope.workerId !== undefined) fail('EBNF', 'a text of a worker outside a block');
  if (scope.usedTextIds.has(event.id)) fail('2', `id ${event.id} is used twice`);
  scope.usedTextIds.add(event.id);
  scope.text = { type, id: event.id, isWhole: !isStreamed, deltas: 0 };
}

function takeDelta(scope: Scope, event: TextDelta, fail: Fail): void {
  const text = openTextOf(scope, event, fail);
  if (event.delta === '') fail('3', 'an empty delta');
  text.deltas += 1;
  if (text.isWhole && text.deltas > 1) fail('5.1', 'a text outside a streamed block comes in one piece');
}

function endText(scope: Scope, event: TextEnd, fail: Fail): void {
  const text = openTextOf(scope, event, fail);
  if (text.isWhole && text.deltas !== 1) fail('5.1', 'a text outside a streamed block has one delta');
  scope.text = undefined;
}

function openTextOf(scope: Scope, event: TextDelta | TextEnd, fail: Fail): OpenText {
  const isSame = scope.text?.id === event.id && event.type.startsWith(scope.text.type);
  return isSame ? scope.text! : fail('EBNF', `${event.id} is not open`);
}

type ToolStart = Extract<StreamEvent, { type: 'tool-input-start' }>;
type ToolEvent = Extract<
  StreamEvent,
  {
    type:
      | 'tool-input-delta'
      | 'tool-input-end'
      | 'tool-input-available'
      | 'tool-output-available'
      | 'tool-output-error';
  }
>;

function startCall(scope: Scope, event: ToolStart, fail: Fail): void {
  requireBlock(scope, fail);
  if (scope.calls.has(event.toolCallId)) fail('G4', `call ${event.toolCallId} starts twice`);
  if (event.display === undefined || event.display === 'hidden')
    fail('3', 'tool-input-start carries a visible display');
  if (event.display === 'name' && event.title !== undefined) fail('5.2', 'display name has no title');
  scope.calls.set(event.toolCallId, {
    toolName: event.toolName,
    display: event.display,
    stage: 'start',
    isAvailable: false,
  });
}

function advanceCall(scope: Scope, event: ToolEvent, stage: Stage, fail: Fail): void {
  const call = scope.calls.get(event.toolCallId) ?? fail('G4', `call ${event.toolCallId} has not started`);
  const isRepeatable = stage === 'delta' && call.stage === 'delta';
  if (stages.indexOf(stage) <= stages.indexOf(call.stage) && !isRepeatable) {
    fail('G4', `${event.type} after the ${call.stage} of its call`);
  }
  if (event.type === 'tool-input-available' && event.toolName !== call.toolName)
    fail('G4', 'the call changes its tool');
  checkBlanking(call.display, event, fail);
  call.stage = stage;
  call.isAvailable ||= stage === 'available';
}

/** Display modes `name` and `title` show neither arguments nor results. */
function checkBlanking(display: DisplayMode | undefined, event: ToolEvent, fail: Fail): void {
  if (display !== 'name' && display !== 'title') return;
  if (event.type === 'tool-input-delta') fail('5.2', `display ${display} has no argument deltas`);
  if (event.type === 'tool-input-available' && JSON.stringify(event.input) !== '{}') {
    fail('5.2', `display ${display} hides arguments`);
  }
  if (event.type === 'tool-output-available' && event.output !== null) fail('5.2', `display ${display} hides results`);
}

function requireBlock(scope: Scope, fail: Fail): void {
  if (!scope.block) fail('EBNF', 'outside a block');
}

function requireBlockOrWorker(scope: Scope, fail: Fail): void {
  if (scope.workerId === undefined) requireBlock(scope, fail);
}
