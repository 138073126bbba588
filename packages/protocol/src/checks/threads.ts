import type { Report } from '../diagnostics/report.ts';
import { isDisplayName } from '../names.ts';
import { entryOf, keyPlace, missingPlace, stringOf, valuePlace } from '../parse/node.ts';
import { mapEntries, readMap, readText } from '../parse/read.ts';
import type { AgentModel, BlockSite } from './context.ts';

/** Threads are started before they are used, and `main` belongs to the agent (58, 110 to 112). */
export function checkThreads(agent: AgentModel, report: Report): void {
  const anywhere = startedThreads(agent);
  let before = new Set<string>();
  let handler: string | undefined;
  for (const site of agent.blocks) {
    // Blocks stand in order, one handler after the other.
    if (site.trigger !== handler) before = new Set();
    handler = site.trigger;
    const started = startedThread(site);
    if (started !== undefined) {
      checkStart(site, agent, report);
      before.add(started);
    } else if (site.spec.fields.thread) checkUse(site, { before, anywhere }, agent, report);
  }
}

/** Threads that are started earlier in the same handler, and those started somewhere. */
interface StartedThreads {
  readonly before: ReadonlySet<string>;
  readonly anywhere: ReadonlySet<string>;
}

/** The thread a `start-thread` block starts. */
export function startedThread(site: BlockSite): string | undefined {
  return site.spec.kind === 'start-thread' ? (readText(site.node, 'thread') ?? site.name) : undefined;
}

/** Also the blocks of unknown kind and of orphan handlers count: their own mistake is reported already. */
function startedThreads({ sections, unsound }: AgentModel): Set<string> {
  const handlers = [readMap(sections, 'steps'), ...mapEntries(readMap(sections, 'handlers')).map(([, node]) => node)];
  const started = new Set<string>();
  for (const handler of handlers) {
    for (const [name, node] of mapEntries(handler)) {
      const kind = readText(node, 'block');
      if (kind === 'start-thread') started.add(readText(node, 'thread') ?? name);
      if (kind === undefined && unsound.has(node.path)) started.add(anyThread);
    }
  }
  return started;
}

/** Stands for the thread of a block that could not be read. */
const anyThread = '\u0000';

function checkStart(site: BlockSite, agent: AgentModel, report: Report): void {
  const node = entryOf(site.node, 'thread');
  const place = node ? valuePlace(node) : keyPlace(site.node);
  const written = stringOf(node);
  if (written !== undefined && !isDisplayName(written)) report('PROTO_NAME_THREAD', place, {});
  if (startedThread(site) === 'main' && agent.format === 'interactive') report('PROTO_THREAD_MAIN', place, {});
}

function checkUse(site: BlockSite, { before, anywhere }: StartedThreads, agent: AgentModel, report: Report): void {
  const node = entryOf(site.node, 'thread');
  const thread = stringOf(node) ?? implicitThread(site, agent);
  if (thread === undefined) return;
  agent.usage.threads.add(thread);
  if (thread === 'main' && agent.format === 'interactive') return;
  if (before.has(thread) || anywhere.has(anyThread)) return;
  const place = node ? valuePlace(node) : missingPlace(site.node, 'thread');
  if (agent.format === 'interactive' && anywhere.has(thread)) report('PROTO_THREAD_ORDER', place, { t: thread });
  else
    report('PROTO_THREAD_UNDEFINED', place, { t: thread }, { wrong: thread, allowed: knownThreads(anywhere, agent) });
}

/** Media blocks of a worker need no thread; everything else works on `main`. */
function implicitThread(site: BlockSite, agent: AgentModel): string | undefined {
  const needsThread = ['add-message', 'next-message', 'serialize-thread'].includes(site.spec.kind);
  const isWritten = site.node.entries.has('thread') || agent.unsound.has(`${site.node.path}.thread`);
  return isWritten || (!needsThread && agent.format === 'worker') ? undefined : 'main';
}

function* knownThreads(started: ReadonlySet<string>, agent: AgentModel): Iterable<string> {
  if (agent.format === 'interactive') yield 'main';
  yield* started;
}
