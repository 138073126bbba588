import type { ModelFilePart, ModelTextPart, ProviderMetadata } from '@octavus/core';
import type { ContextManagement, NextMessageBlock, ResponseType } from '@octavus/protocol';
import type { ThreadSettings } from '../state/thread-settings.ts';
import type { OfferedTools } from '../tools/offer-tools.ts';
import type { ProviderTools } from '../tools/provider-tools.ts';
import type { TurnWriter } from './turn-writer.ts';

/** One `next-message` at work: what its steps have in common. */
export interface Turn {
  readonly block: NextMessageBlock;
  readonly thread: string;
  readonly settings: ThreadSettings;
  /** The system prompt with its announcements, fixed for all steps and legs of the block (section 4). */
  readonly system: readonly string[];
  readonly writer: TurnWriter;
  readonly tools: OfferedTools;
  /** Tools that the model's provider runs itself. */
  readonly providerTools: ProviderTools;
  readonly responseType: ResponseType | undefined;
  /** Texts, reasoning, sources and files are sent as they come (stream-events.md 5.1). */
  readonly isStreaming: boolean;
  /** Tool calls are announced, by their own modes. */
  readonly isAnnounced: boolean;
  /** Of the agent; its named threads have it too. */
  readonly contextManagement: ContextManagement | undefined;
  readonly progress: TurnProgress;
}

/** What the steps of a turn remember of each other. */
interface TurnProgress {
  /** It failed or took too long: nobody waits for it again in this turn, unless there is no other way. */
  hasSummarizerFailed: boolean;
  /** Content of files, by what it was made of. */
  readonly files: Map<string, ModelFilePart | ModelTextPart>;
}

/** Later data of one provider wins over earlier data of the same. */
export function mergeMetadata(
  earlier: ProviderMetadata | undefined,
  later: ProviderMetadata | undefined,
): ProviderMetadata | undefined {
  if (!earlier || !later) return earlier ?? later;
  const merged = { ...earlier };
  for (const [provider, data] of Object.entries(later)) merged[provider] = { ...merged[provider], ...data };
  return merged;
}
