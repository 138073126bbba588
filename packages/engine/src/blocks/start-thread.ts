import { startBlock } from '../execution/announce.ts';
import { renderSystem } from '../step/system-prompt.ts';
import { resolveSettings } from '../values/resolve-settings.ts';
import { agentScope, blockScope } from '../values/scope.ts';
import { immediate } from './runner.ts';

/** Creates a named thread, or replaces one of that name, empty (runtime-semantics.md 5.2). */
export const startThread = immediate<'start-thread'>((block, run) => {
  const { thread: name, scope } = block;
  startBlock(run, block, { thread: name });
  const { agent } = run.definition;
  const values = blockScope(run);
  const settings = resolveSettings(scope, values, agent && { scope: agent, values: agentScope(run) });
  const system = renderSystem(run, scope.system, settings, values);
  run.change({ change: 'thread-started', name, settings, ...(system !== '' && { system }) });
  run.log({ type: 'thread-created', thread: name, systemPrompt: system });
});
