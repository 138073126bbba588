import type { ThinkingLevel } from '@octavus/core';
import type { DisplayMode } from '@octavus/protocol';

/** Generation settings of one thread with every reference resolved (runtime-semantics.md 6.1). Plain data, stored with the thread. */
export interface ThreadSettings {
  readonly model: string;
  readonly backupModel?: string;
  readonly tools: readonly string[];
  readonly mcpServers: readonly string[];
  readonly skills: readonly string[];
  /** Servers attached at run time may be used. */
  readonly onDemandMcpServers?: readonly 'remote'[];
  readonly workers: readonly string[];
  readonly references: readonly string[];
  readonly webSearch: boolean;
  readonly todoList: boolean;
  /** Tool cycles allowed for one `next-message`. */
  readonly cycles: number;
  readonly temperature?: number | 'off';
  readonly thinking?: ThinkingLevel | 'off';
  readonly speed: 'fast' | 'standard';
  readonly cache: 'auto' | 'extended' | 'off';
  readonly maxToolOutputTokens?: number;
  readonly maxImageDimension?: number;
  readonly maxOutputTokens?: number;
  readonly loopGuard: boolean;
  /** Media tools are offered where their model is set. */
  readonly imageModel?: string;
  readonly videoModel?: string;
  readonly speechModel?: string;
  readonly speechVoice?: string;
  readonly transcriptionModel?: string;
  /** Only for models of this provider. */
  readonly anthropic?: AnthropicSettings;
}

/** Tools and skills that Anthropic runs itself (protocol-language.md 2.9.4), by name and id. */
export interface AnthropicSettings {
  readonly tools: { readonly [name: string]: ProviderToolEntry };
  readonly skills: {
    readonly [id: string]: ProviderToolEntry & { readonly type: 'anthropic' | 'custom'; readonly version: string };
  };
}

export interface ProviderToolEntry {
  readonly display: DisplayMode;
  readonly title?: string;
  readonly description?: string;
}
