import type { AgentFiles } from '@octavus/console-api';
import { type Block, validateAgent } from '@octavus/protocol';
import { useMemo } from 'react';
import { Badge, Card } from '../../components/layout.tsx';

/** The blocks of each handler in their order, with the threads and tools they use. */
export function Flow({ files }: { readonly files: AgentFiles }) {
  const definition = useMemo(() => {
    const result = validateAgent(files);
    return result.valid ? result.definition : undefined;
  }, [files]);
  if (!definition) return <p className="text-muted">The flow is drawn when the files have no errors.</p>;
  const handlers = [...definition.triggers.values()].map(({ name, blocks }) => ({ name, blocks }));
  const all = definition.steps.length > 0 ? [...handlers, { name: 'steps', blocks: definition.steps }] : handlers;
  return (
    <>
      {all.map(({ name, blocks }) => (
        <Card key={name} title={name}>
          <ol className="space-y-1">
            {blocks.map((block, index) => (
              <li key={block.name}>
                {index > 0 && (
                  <svg viewBox="0 0 12 16" className="ml-6 h-4 w-3 text-muted" aria-hidden="true">
                    <path d="M6 0v14M2 10l4 5 4-5" fill="none" stroke="currentColor" />
                  </svg>
                )}
                <div className="flex flex-wrap items-center gap-2 rounded-md border border-line bg-raised p-3">
                  <span className="font-medium">{block.name}</span>
                  <Badge>{block.kind}</Badge>
                  {threadOf(block) !== undefined && (
                    <span className="text-sm text-muted">thread {threadOf(block)}</span>
                  )}
                  {block.kind === 'next-message' &&
                    [...definition.tools.keys()].map((tool) => <Badge key={tool}>tool {tool}</Badge>)}
                </div>
              </li>
            ))}
          </ol>
        </Card>
      ))}
    </>
  );
}

function threadOf(block: Block): string | undefined {
  return 'thread' in block ? (block.thread as string | undefined) : undefined;
}
