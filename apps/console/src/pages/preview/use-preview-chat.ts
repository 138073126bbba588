import type { UIMessageJson, UploadUrlsBody } from '@octavus/core';
import { type ClientToolHandler, type UIMessage, type UseOctavusChatReturn, useOctavusChat } from '@octavus/react';
import { useMemo, useState } from 'react';
import { call } from '../../api/client.ts';
import { useProject } from '../../use-project.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import { createPreviewTransport, type PreviewTarget } from './preview-transport.ts';
import { findAnswer, parseAnswer } from './saved-answers.ts';

export interface PreviewChat {
  readonly chat: UseOctavusChatReturn;
  readonly log: EventLog;
  /** Of the run that began last. */
  readonly executionId: string | null;
}

interface PreviewChatOptions {
  readonly agentId: string;
  /** Stays the same object for the life of the chat. */
  readonly target: PreviewTarget;
  readonly messages?: readonly UIMessageJson[];
}

/** A chat whose tools are answered by a person, or by the answers saved for them. */
export function usePreviewChat({ agentId, target, messages = [] }: PreviewChatOptions): PreviewChat {
  const { projectId } = useProject();
  const [log] = useState(createEventLog);
  // Filled as tools are called: those of workers and servers are in no definition that this page has.
  const [clientTools] = useState<Record<string, ClientToolHandler>>({});
  const transport = useMemo(
    () =>
      createPreviewTransport({
        projectId,
        target,
        onEvent: log.add,
        onToolCalls: (names) => {
          for (const name of names) clientTools[name] = whoAnswers(agentId, name);
        },
      }),
    [projectId, agentId, target, log, clientTools],
  );
  const chat = useOctavusChat({
    transport,
    clientTools,
    initialMessages: messages as unknown as UIMessage[],
    throttleMs: 30,
    stopOnUnmount: true,
    ...('sessionId' in target && {
      requestUploadUrls: (files: UploadUrlsBody['files']) =>
        call('POST /console/api/projects/:projectId/files/upload-urls', {
          params: { projectId },
          body: { sessionId: target.sessionId, files },
        }),
    }),
  });
  return { chat, log, executionId: chat.sessionId };
}

function whoAnswers(agentId: string, toolName: string): ClientToolHandler {
  const saved = findAnswer(agentId, toolName);
  return saved === undefined ? 'interactive' : async () => parseAnswer(saved);
}
