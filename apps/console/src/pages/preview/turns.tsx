import { getText, type InteractiveTool } from '@octavus/react';
import type { ReactNode } from 'react';
import { Button } from '../../components/controls.tsx';
import { Conversation } from '../../components/conversation.tsx';
import { ErrorNote } from '../../components/layout.tsx';
import { Events } from './events.tsx';
import { SavedAnswerList } from './saved-answer-list.tsx';
import { ToolAnswer } from './tool-answer.tsx';
import type { PreviewChat } from './use-preview-chat.ts';

interface TurnsProps {
  readonly agentId: string;
  readonly preview: PreviewChat;
  /** Stands before the buttons that act on the run. */
  readonly actions: ReactNode;
  /** What can be sent next. */
  readonly children: ReactNode;
}

/** What was said, what is asked of the person who looks at it, and beside it how the stream came. */
export function Turns({ agentId, preview: { chat, log }, actions, children }: TurnsProps) {
  const waiting: readonly InteractiveTool[] = Object.values(chat.pendingClientTools).flat();
  const isRunning = chat.status === 'streaming';
  const last = chat.messages.at(-1);
  return (
    <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="min-w-0">
        <p className="mb-4 flex flex-wrap items-center gap-3">
          {actions}
          {(isRunning || waiting.length > 0) && <Button onClick={chat.stop}>Stop</Button>}
          {chat.canRetry && !isRunning && <Button onClick={() => chat.retry()}>Retry</Button>}
        </p>
        <Conversation messages={chat.messages} />
        <p aria-live="polite" className="sr-only">
          {!isRunning && last?.role === 'assistant' && getText(last)}
        </p>
        {isRunning && (
          <p role="status" className="mb-4 text-muted">
            Answering…
          </p>
        )}
        {chat.error && <ErrorNote error={chat.error} {...(chat.canRetry && { onRetry: () => chat.retry() })} />}
        {waiting.map((call) => (
          <ToolAnswer key={call.toolCallId} agentId={agentId} call={call} />
        ))}
        {children}
      </div>
      <div className="min-w-0 space-y-6">
        <Events log={log} />
        <SavedAnswerList agentId={agentId} />
      </div>
    </div>
  );
}
