import type { AgentFiles } from '@octavus/console-api';
import { type AgentDefinition, type Block, validateAgent } from '@octavus/protocol';
import { useMemo } from 'react';
import { Badge, Card } from '../../components/layout.tsx';
import { type FlowStep, toFlow } from './flow-steps.ts';

/** The blocks of each handler in their order, each in the lane of its thread, with the tools that its model has there. */
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
          <Handler definition={definition} blocks={blocks} />
        </Card>
      ))}
    </>
  );
}

interface HandlerProps {
  readonly definition: AgentDefinition;
  readonly blocks: readonly Block[];
}

function Handler({ definition, blocks }: HandlerProps) {
  const { threads, steps } = toFlow(definition, blocks);
  return (
    <section aria-label="Flow" tabIndex={0} className="overflow-x-auto">
      <div className="min-w-fit">
        {threads.length > 1 && (
          <p className="mb-1 grid auto-cols-[minmax(14rem,1fr)] grid-flow-col gap-3 text-sm text-muted">
            {threads.map((thread) => (
              <span key={thread}>thread {thread}</span>
            ))}
          </p>
        )}
        <ol
          className="grid gap-x-3"
          style={{ gridTemplateColumns: `repeat(${Math.max(1, threads.length)}, minmax(14rem, 1fr))` }}
        >
          {steps.map((step, index) => (
            <Step
              key={step.name}
              step={step}
              lane={step.thread === undefined ? undefined : threads.indexOf(step.thread)}
              row={index + 1}
            />
          ))}
        </ol>
      </div>
    </section>
  );
}

interface StepProps {
  readonly step: FlowStep;
  /** undefined: a step of no thread goes across all. */
  readonly lane: number | undefined;
  /** Each step has a row of its own, so that their order can be seen across lanes. */
  readonly row: number;
}

function Step({ step: { name, kind, thread, facts, offers }, lane, row }: StepProps) {
  return (
    <li style={{ gridColumn: lane === undefined ? '1 / -1' : `${lane + 1}`, gridRow: row }}>
      {row > 1 && (
        <svg viewBox="0 0 12 16" className="ml-6 h-4 w-3 text-muted" aria-hidden="true">
          <path d="M6 0v14M2 10l4 5 4-5" fill="none" stroke="currentColor" />
        </svg>
      )}
      <div className="rounded-md border border-line bg-raised p-3">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{name}</span>
          <Badge>{kind}</Badge>
          {thread !== undefined && <span className="sr-only">thread {thread}</span>}
        </p>
        {facts.length > 0 && <p className="mt-1 text-sm text-muted">{facts.join(' · ')}</p>}
        {offers.length > 0 && (
          <p className="mt-2 flex flex-wrap gap-1">
            {offers.map((offer) => (
              <Badge key={offer}>{offer}</Badge>
            ))}
          </p>
        )}
      </div>
    </li>
  );
}
