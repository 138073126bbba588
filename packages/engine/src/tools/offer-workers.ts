import type { JsonObject, JsonSchema } from '@octavus/core';
import type { WorkerUse } from '@octavus/protocol';
import type { Run } from '../execution/run.ts';
import type { WorkerAgent } from '../ports.ts';
import { labelOf, type OfferedTool } from './offered-tool.ts';

/** The workers of a scope as tools, in list order (protocol-language.md 5.4, 10.6). */
export async function offerWorkers(run: Run, slugs: readonly string[]): Promise<readonly OfferedTool[]> {
  const { definition, ports } = run;
  const uses = slugs.flatMap((slug) => definition.workers.get(slug) ?? []);
  return Promise.all(uses.map(async (use) => toOffered(use, await ports.findWorker(use.slug))));
}

function toOffered(use: WorkerUse, agent: WorkerAgent | undefined): OfferedTool {
  const { slug, display, title } = use;
  const name = agent?.definition.name ?? slug;
  const description = use.description ?? agent?.definition.description;
  return {
    model: {
      name: slug,
      description: description ?? name,
      inputSchema: agent?.definition.inputSchema ?? anyInput,
      isStrictCapable: false,
    },
    // The worker's own entry is shown, not the call (stream-events.md 5.3).
    display: 'hidden',
    label: undefined,
    // The worker checks its input itself.
    check: (input: JsonObject) => ({ input }),
    worker: { slug, agent, display, label: labelOf(display, { name, title, description }) },
  };
}

/** Of a worker that the project does not have: a call hears so. */
const anyInput: JsonSchema = { type: 'object', properties: {}, additionalProperties: true };
