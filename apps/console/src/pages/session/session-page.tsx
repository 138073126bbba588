import type { SessionDetail } from '@octavus/console-api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ComponentProps, useState } from 'react';
import { addressOf, call } from '../../api/client.ts';
import { query, refresh } from '../../api/queries.ts';
import { Button, buttonClass } from '../../components/controls.tsx';
import { Conversation } from '../../components/conversation.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Json } from '../../components/json.tsx';
import { Badge, Card, EmptyState, ErrorNote, Loading, Page, Unread } from '../../components/layout.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { Time } from '../../components/time.tsx';
import { useProject } from '../../use-project.ts';
import { statusNames, statusTones } from '../sessions.tsx';
import { Timeline } from './timeline.tsx';

const route = getRouteApi('/p/$project/sessions/$sessionId');
const one = 'GET /console/api/projects/:projectId/sessions/:sessionId';
const log = 'GET /console/api/projects/:projectId/sessions/:sessionId/timeline';

/** What runs is looked at again and again, this often in milliseconds. */
const watchEveryMs = 2000;

const isRunning = (detail: SessionDetail | undefined) => detail?.session.status === 'running';

const whileRunning = ({ state }: { readonly state: { readonly data: SessionDetail | undefined } }) =>
  isRunning(state.data) ? watchEveryMs : false;

/** One session: the conversation as people saw it, and how it came about. */
export function SessionPage() {
  const { projectId, slug, may } = useProject();
  const { sessionId } = route.useParams();
  const params = { projectId, sessionId };
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const detail = useQuery({ ...query(one, { params }), refetchInterval: whileRunning });
  const timeline = useQuery({
    ...query(log, { params }),
    refetchInterval: isRunning(detail.data) ? watchEveryMs : false,
  });
  const [isClearing, setClearing] = useState(false);
  const abort = useMutation({
    mutationFn: () => call('POST /console/api/projects/:projectId/sessions/:sessionId/abort', { params }),
    onSettled: () => refresh(one, log),
  });
  if (!detail.data) {
    const back = (
      <Link to="/p/$project/sessions" params={{ project: slug }} className="underline">
        All sessions
      </Link>
    );
    return <Unread title="Session" what="the session" read={detail} back={back} />;
  }
  const { session, input, state } = detail.data;
  const timelineTab = (
    <>
      {timeline.isError && <ErrorNote error={timeline.error} onRetry={() => timeline.refetch()} />}
      {timeline.isPending && <Loading what="the timeline" />}
      {timeline.data && <Timeline timeline={timeline.data} />}
    </>
  );
  const download = addressOf('GET /console/api/projects/:projectId/sessions/:sessionId/download', { params } as never);
  return (
    <Page
      title={`Session of ${session.agent.name}`}
      actions={
        <>
          {may('developer') && state && session.kind === 'interactive' && !session.agent.isArchived && (
            <Link
              to="/p/$project/agents/$agentId/preview"
              params={{ project: slug, agentId: session.agent.id }}
              search={{ session: sessionId }}
              className={buttonClass()}
            >
              Continue in the preview
            </Link>
          )}
          <Button onClick={() => refresh(one, log)}>Refresh</Button>
          <a className={buttonClass()} href={download} download>
            Download as JSON
          </a>
          {may('developer') && state?.execution && (
            <Button isBusy={abort.isPending} onClick={() => abort.mutate()}>
              Stop
            </Button>
          )}
          {may('developer') && state && session.kind === 'interactive' && (
            <Button kind="danger" onClick={() => setClearing(true)}>
              Clear
            </Button>
          )}
        </>
      }
    >
      {abort.isError && <ErrorNote error={abort.error} />}
      <p className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-1 text-muted">
        <code className="text-ink">{session.id}</code>
        <Badge tone={statusTones[session.status]}>{statusNames[session.status]}</Badge>
        <Link
          to="/p/$project/agents/$agentId"
          params={{ project: slug, agentId: session.agent.id }}
          className="underline"
        >
          {session.agent.name}
        </Link>
        <span>
          created <Time at={session.createdAt} />
        </span>
      </p>
      {!state && (
        <EmptyState title="This session has expired">
          Its conversation and log are deleted. Who has the messages can restore it through the API.
        </EmptyState>
      )}
      {state && (
        <Tabs
          label="Parts of the session"
          value={tab}
          onChange={(value) => navigate({ search: { tab: value }, replace: true })}
          tabs={[
            { value: 'conversation', label: 'Conversation', content: <Said messages={state.messages} /> },
            { value: 'timeline', label: 'Timeline', content: timelineTab },
            {
              value: 'variables',
              label: 'Variables and resources',
              content: (
                <>
                  <Card title="Input">
                    <Json value={input} />
                  </Card>
                  <Card title="Variables">
                    <Json value={state.variables} />
                  </Card>
                  <Card title="Resources">
                    <Json value={state.resources} />
                  </Card>
                </>
              ),
            },
          ]}
        />
      )}
      {isClearing && <Clear params={params} onClose={() => setClearing(false)} />}
    </Page>
  );
}

function Said({ messages }: { readonly messages: ComponentProps<typeof Conversation>['messages'] }) {
  return messages.length === 0 ? (
    <p className="text-muted">Nothing was said yet.</p>
  ) : (
    <Conversation messages={messages} />
  );
}

interface ClearProps {
  readonly params: { readonly projectId: string; readonly sessionId: string };
  readonly onClose: () => void;
}

function Clear({ params, onClose }: ClearProps) {
  const clear = useMutation({
    mutationFn: () => call('DELETE /console/api/projects/:projectId/sessions/:sessionId', { params }),
    onSuccess: async () => {
      await refresh(one, log);
      onClose();
    },
  });
  return (
    <Dialog
      title="Clear this session?"
      description="What runs is stopped, and its conversation, variables and log are deleted."
      isOpen
      onClose={onClose}
    >
      {clear.isError && <ErrorNote error={clear.error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button kind="danger" isBusy={clear.isPending} onClick={() => clear.mutate()}>
          Clear the session
        </Button>
      </div>
    </Dialog>
  );
}
