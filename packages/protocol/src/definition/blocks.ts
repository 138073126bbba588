import type { JsonValue } from '@octavus/core';
import type { PromptUse } from './definition.ts';
import type { DisplayMode, Scope, Setting } from './settings.ts';
import type { ResponseType } from './types.ts';

/** One instruction of a handler or worker (protocol-language.md 2.11). */
export type Block =
  | AddMessageBlock
  | NextMessageBlock
  | ToolCallBlock
  | SetResourceBlock
  | StartThreadBlock
  | SerializeThreadBlock
  | GenerateImageBlock
  | GenerateVideoBlock
  | GenerateSpeechBlock
  | TranscribeAudioBlock
  | RunWorkerBlock;

export type BlockKind = Block['kind'];

/** What every block has. */
export interface BlockBase {
  /** The key in the protocol. */
  readonly name: string;
  /** Position in its handler, hidden blocks counted, from 0. */
  readonly index: number;
  /** Resolved: the kind's default where the protocol says nothing. For `run-worker` the mode of the worker's declaration. */
  readonly display: DisplayMode;
  readonly description: string | undefined;
  readonly title: string | undefined;
}

export interface AddMessageBlock extends BlockBase {
  readonly kind: 'add-message';
  readonly role: 'user' | 'assistant' | 'system';
  readonly prompt: PromptUse;
  /** Names of values that hold files, in order. */
  readonly files: readonly string[];
  readonly thread: string;
  readonly isVisible: boolean;
  readonly uiContent: string | undefined;
}

export interface NextMessageBlock extends BlockBase {
  readonly kind: 'next-message';
  readonly thread: string;
  readonly isIndependent: boolean;
  readonly output: string | undefined;
  readonly responseType: ResponseType | undefined;
}

/** A value of a block: literals and references at any depth, resolved by `resolveValue` in the engine (3.3). */
export type BlockValue =
  | { readonly kind: 'literal'; readonly value: JsonValue }
  | { readonly kind: 'reference'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly BlockValue[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: string, value: BlockValue])[] };

export interface ToolCallBlock extends BlockBase {
  readonly kind: 'tool-call';
  /** A declared tool, or `namespace__tool` of a declared MCP server. */
  readonly tool: string;
  readonly input: readonly (readonly [parameter: string, value: BlockValue])[];
  readonly output: string | undefined;
}

export interface SetResourceBlock extends BlockBase {
  readonly kind: 'set-resource';
  readonly resource: string;
  readonly value: BlockValue;
}

export interface StartThreadBlock extends BlockBase {
  readonly kind: 'start-thread';
  readonly thread: string;
  readonly scope: Scope;
}

export interface SerializeThreadBlock extends BlockBase {
  readonly kind: 'serialize-thread';
  readonly thread: string;
  readonly format: 'markdown' | 'json';
  readonly output: string | undefined;
}

export interface GenerateImageBlock extends BlockBase {
  readonly kind: 'generate-image';
  readonly prompt: string;
  readonly imageModel: Setting<string>;
  /** `W:H`; `size` is already translated. */
  readonly aspectRatio: string;
  readonly resolution: '1K' | '2K' | '4K' | undefined;
  readonly referenceImages: readonly string[];
  readonly output: string | undefined;
  readonly thread: string;
}

export interface GenerateVideoBlock extends BlockBase {
  readonly kind: 'generate-video';
  readonly prompt: string;
  readonly videoModel: Setting<string>;
  readonly aspectRatio: '16:9' | '9:16';
  readonly durationSeconds: number | undefined;
  readonly generateAudio: boolean;
  readonly image: string | undefined;
  readonly output: string | undefined;
  readonly thread: string;
}

export interface GenerateSpeechBlock extends BlockBase {
  readonly kind: 'generate-speech';
  readonly text: string;
  readonly speechModel: Setting<string>;
  readonly voice: Setting<string> | undefined;
  readonly format: 'mp3' | 'opus' | 'aac' | 'flac' | 'wav';
  readonly instructions: Setting<string> | undefined;
  readonly language: Setting<string> | undefined;
  readonly speed: number | undefined;
  readonly output: string | undefined;
  readonly thread: string;
}

export interface TranscribeAudioBlock extends BlockBase {
  readonly kind: 'transcribe-audio';
  readonly audio: string;
  readonly transcriptionModel: Setting<string>;
  readonly language: Setting<string> | undefined;
  readonly hasTimestamps: boolean;
  readonly output: string | undefined;
  readonly thread: string;
}

export interface RunWorkerBlock extends BlockBase {
  readonly kind: 'run-worker';
  readonly worker: string;
  readonly input: readonly (readonly [name: string, value: BlockValue])[];
  readonly output: string | undefined;
}
