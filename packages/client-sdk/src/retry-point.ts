import type { UserMessage } from './user-message.ts';

/** What a retry sends again, and what it takes back before. */
export interface RetryPoint {
  readonly triggerName: string;
  /** With references in place of files. */
  readonly input: Record<string, unknown> | undefined;
  readonly userMessage: UserMessage | undefined;
  /** Messages before the turn. */
  readonly messageCount: number;
  /** The server drops what follows this message; `null` drops all. Known for sure once the run has started. */
  rollbackAfterMessageId: string | null;
}
