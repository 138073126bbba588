import type { ThinkingLevel } from '@octavus/core';
import type { PromptUse } from './definition.ts';

export type DisplayMode = 'hidden' | 'name' | 'description' | 'stream' | 'title';

/**
 * A setting that is a literal or the name of a value read when the block that uses it starts (protocol-language.md 3.4).
 * Absent settings are `undefined` at the place that holds them.
 */
export type Setting<T> =
  | { readonly kind: 'literal'; readonly value: T }
  | { readonly kind: 'reference'; readonly name: string };

/** What a thread generates with: the `agent` section, or one `start-thread` block (protocol-language.md 2.9). */
export interface Scope {
  /** `undefined` only on a thread that inherits the agent's (`model`, `temperature`, `thinking`, `speed`, `sandboxTimeoutMs`; `backupModel` together with `model`). */
  readonly model: Setting<string> | undefined;
  readonly backupModel: Setting<string> | undefined;
  readonly system: PromptUse | undefined;
  readonly tools: readonly string[];
  readonly mcpServers: readonly string[];
  readonly onDemandMcpServers: readonly 'remote'[];
  readonly skills: readonly string[];
  readonly onDemandSkills: boolean;
  readonly workers: readonly string[];
  readonly references: readonly string[];
  readonly sandboxTimeoutMs: number | undefined;
  readonly imageModel: Setting<string> | undefined;
  readonly videoModel: Setting<string> | undefined;
  readonly speechModel: Setting<string> | undefined;
  readonly speechVoice: Setting<string> | undefined;
  readonly transcriptionModel: Setting<string> | undefined;
  readonly webSearch: boolean;
  readonly todoList: boolean;
  /** Tool cycles allowed when `maxSteps` is not a reference: 2.9.2 resolved at compile time. */
  readonly cycles: Setting<number>;
  /** What `cycles` falls back to when its reference is absent: 10 with `agentic: true`, else 1. */
  readonly defaultCycles: number;
  readonly temperature: Setting<number | 'off'> | undefined;
  readonly thinking: Setting<ThinkingLevel | 'off'> | undefined;
  readonly speed: Setting<'fast' | 'standard'> | undefined;
  readonly cache: 'auto' | 'extended' | 'off';
  readonly maxToolOutputTokens: number | undefined;
  readonly maxImageDimension: number | undefined;
  readonly maxOutputTokens: number | undefined;
  readonly loopGuard: boolean;
  readonly contextManagement: ContextManagement | undefined;
  readonly anthropic: AnthropicOptions | undefined;
}

export interface ContextManagement {
  readonly summarizerWorker: string | undefined;
  /** Fractions of the context window, 0 to 1. */
  readonly thresholdPercent: number | undefined;
  readonly recentPercent: number | undefined;
}

export interface AnthropicOptions {
  readonly tools: ReadonlyMap<'web-search' | 'code-execution', ProviderEntry>;
  readonly skills: ReadonlyMap<
    string,
    ProviderEntry & { readonly type: 'anthropic' | 'custom'; readonly version: string }
  >;
}

export interface ProviderEntry {
  readonly display: DisplayMode;
  readonly title: string | undefined;
  readonly description: string | undefined;
}
