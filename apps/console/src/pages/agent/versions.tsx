import type { AgentFiles, ConsoleAgent } from '@octavus/console-api';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { query, refresh } from '../../api/queries.ts';
import { Button } from '../../components/controls.tsx';
import { Card, ErrorNote, Loading, Table } from '../../components/layout.tsx';
import { Time } from '../../components/time.tsx';
import { useProject } from '../../use-project.ts';
import { fileNames, readFile } from './agent-draft.ts';
import { type DiffLine, diffLines } from './diff-lines.ts';

interface VersionsProps {
  readonly agent: ConsoleAgent;
  readonly canWrite: boolean;
  /** The editor holds changes that are not saved. */
  readonly isChanged: boolean;
}

const list = 'GET /console/api/projects/:projectId/agents/:agentId/versions';
const one = 'GET /console/api/projects/:projectId/agents/:agentId/versions/:version';

/** The versions of an agent: what changed since, and a way back. */
export function Versions({ agent, canWrite, isChanged }: VersionsProps) {
  const { projectId } = useProject();
  const params = { projectId, agentId: agent.id };
  const versions = useInfiniteQuery({
    queryKey: [list, params],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      call(list, { params, query: pageParam === 0 ? {} : { before: pageParam }, signal }),
    getNextPageParam: ({ versions: page, hasMore }) => (hasMore ? page.at(-1)?.version : undefined),
  });
  const [shown, setShown] = useState<number>();
  const restore = useMutation({
    mutationFn: (version: number) =>
      call('POST /console/api/projects/:projectId/agents/:agentId/versions/:version/restore', {
        params: { ...params, version: String(version) },
      }),
    onSuccess: () =>
      refresh(
        'GET /console/api/projects/:projectId/agents',
        'GET /console/api/projects/:projectId/agents/:agentId',
        list,
      ),
  });
  if (!versions.data)
    return versions.isError ? (
      <ErrorNote error={versions.error} onRetry={() => versions.refetch()} />
    ) : (
      <Loading what="versions" />
    );
  const rows = versions.data.pages.flatMap((page) => page.versions);
  return (
    <>
      {restore.isError && <ErrorNote error={restore.error} />}
      <Table label="Versions" columns={['Version', 'Made', '']}>
        {rows.map(({ version, createdAt }) => (
          <tr key={version}>
            <td>
              {version} {version === agent.version && '(current)'}
            </td>
            <td>
              <Time at={createdAt} />
            </td>
            <td className="space-x-2 text-right">
              {version !== agent.version && (
                <Button aria-pressed={shown === version} onClick={() => setShown(version)}>
                  Compare {version} with {agent.version}
                </Button>
              )}
              {canWrite && version !== agent.version && (
                <Button
                  disabled={isChanged}
                  title={isChanged ? 'Save or undo your changes first' : undefined}
                  isBusy={restore.isPending}
                  onClick={() => restore.mutate(version)}
                >
                  Restore {version}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </Table>
      {versions.hasNextPage && (
        <div className="mt-4 text-center">
          <Button isBusy={versions.isFetchingNextPage} onClick={() => versions.fetchNextPage()}>
            Older versions
          </Button>
        </div>
      )}
      {shown !== undefined && <Comparison agent={agent} version={shown} />}
    </>
  );
}

function Comparison({ agent, version }: { readonly agent: ConsoleAgent; readonly version: number }) {
  const { projectId } = useProject();
  const params = { projectId, agentId: agent.id };
  const old = useQuery(query(one, { params: { ...params, version: String(version) } }));
  const current = useQuery(query(one, { params: { ...params, version: String(agent.version) } }));
  const failed = [old, current].find(({ isError }) => isError);
  if (failed) return <ErrorNote error={failed.error} onRetry={() => failed.refetch()} />;
  if (!old.data || !current.data) return <Loading what="both versions" />;
  const [before, after] = [old.data.files, current.data.files];
  const names = [...new Set(['settings', ...fileNames(before), ...fileNames(after)])];
  const changed = names.filter((name) => textOf(before, name) !== textOf(after, name));
  return (
    <div className="mt-6">
      {changed.length === 0 && <p className="text-muted">Both versions are the same.</p>}
      {changed.map((name) => (
        <Card key={name} title={name}>
          <pre tabIndex={0} className="overflow-x-auto text-xs">
            {diffLines(textOf(before, name), textOf(after, name)).map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a comparison never move
              <Line key={index} line={line} />
            ))}
          </pre>
        </Card>
      ))}
    </div>
  );
}

const marks = { same: ['  ', ''], added: ['+ ', 'text-good'], removed: ['- ', 'text-danger'] } as const;

function Line({ line: { kind, text } }: { readonly line: DiffLine }) {
  const [mark, className] = marks[kind];
  return (
    <span className={`block ${className}`}>
      {mark}
      {text}
    </span>
  );
}

function textOf(files: AgentFiles, name: string): string {
  return name === 'settings' ? JSON.stringify(files.settings, null, 2) : readFile(files, name);
}
