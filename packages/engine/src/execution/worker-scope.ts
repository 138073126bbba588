import type { StreamEvent } from '@octavus/core';

/** The worker a run belongs to. */
export interface WorkerScope {
  readonly workerId: string;
  readonly workerSlug: string;
  /** Inside another agent's run. */
  readonly isNested: boolean;
  /** People see what happens inside. */
  readonly isShown: boolean;
  /** Its tool name → the caller's name of the same tool. */
  readonly toolNames?: { readonly [name: string]: string };
}

/** The event as the stream has it; `undefined`: it is not sent. */
export function toWorkerEvent(scope: WorkerScope, event: StreamEvent): StreamEvent | undefined {
  // The application would take a nested worker's resource for one of the session.
  if (event.type === 'resource-update') return scope.isNested ? undefined : event;
  if (!scope.isShown) return undefined;
  const { workerId } = scope;
  if (event.type === 'tool-input-start' || event.type === 'tool-input-available')
    return { ...event, toolName: callerToolName(scope, event.toolName), workerId };
  return { ...event, workerId } as StreamEvent;
}

/** A tool's name for the one who runs it. */
export function callerToolName({ toolNames }: Pick<WorkerScope, 'toolNames'>, name: string): string {
  return toolNames && Object.hasOwn(toolNames, name) ? (toolNames[name] ?? name) : name;
}
