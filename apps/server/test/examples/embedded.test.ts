import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StreamEvent } from '@octavus/core';
import { createMemoryPorts, EmbeddedSession, type ToolHandler } from '@octavus/engine';
import { checkEventGrammar, checkExecution } from '@octavus/engine/testing';
import { createModels, estimateFee } from '@octavus/models';
import { type AgentDefinition, validateAgent } from '@octavus/protocol';
import { expect, test } from 'vitest';
import { exampleSlugs, readExample } from './example-agents.ts';
import { type Answers, pinned } from './play.ts';
import { scenarios } from './scenarios.ts';

const root = join(import.meta.dirname, '../../../..');
const definitions = new Map<string, AgentDefinition>();
for (const slug of await exampleSlugs()) {
  const { definition, errors } = validateAgent(await readExample(slug, 'offline'));
  if (!definition) throw new Error(JSON.stringify(errors));
  definitions.set(slug, definition);
}
const all = [...definitions.values()];
const workers = all.filter(({ format }) => format === 'worker');
const toolNames = [...all.flatMap(({ tools }) => [...tools.keys()]), 'permits__find-open'];

function handlersOf(answers: Answers): { [name: string]: ToolHandler } {
  return Object.fromEntries(toolNames.map((name) => [name, (_args, call) => answers(call)]));
}

/** The legs of one execution, each checked and all against each other. */
function legsOf(events: readonly StreamEvent[], kind: 'worker' | 'session'): readonly (readonly StreamEvent[])[] {
  const legs: StreamEvent[][] = [];
  for (const event of events) {
    if (event.type === 'start') legs.push([]);
    legs.at(-1)?.push(event);
  }
  for (const leg of legs) checkEventGrammar(leg, { kind });
  checkExecution(legs);
  return legs;
}

test.each(scenarios.map((scenario) => [scenario.slug, scenario] as const))(
  '%s has the same events embedded as on a server',
  async (slug, { input, answers, acts }) => {
    const definition = definitions.get(slug)!;
    const models = createModels();
    const ports = createMemoryPorts({ models, workers, estimateFee });
    const given =
      typeof input === 'function' ? await input(({ bytes, ...meta }) => ports.files.store(bytes, meta)) : input;
    const tools = handlersOf(answers);
    const session = new EmbeddedSession({ definition, models, ports, tools, input: { ...given } });
    const texts: string[] = [];
    for (const { trigger } of acts) {
      const run = trigger ? session.trigger(trigger.triggerName, { ...trigger.input }) : session.execute();
      const legs = legsOf(await Array.fromAsync(run), trigger ? 'session' : 'worker');
      texts.push(`# ${trigger?.triggerName ?? 'execute'}\n\n${pinned(legs)}`);
    }
    await expect(texts.join('\n')).toMatchFileSnapshot(`../fixtures/examples/${slug}.offline.txt`);
  },
);

test('the page about embedding quotes the program', () => {
  const program = readFileSync(join(root, 'examples/embedded/main.ts'), 'utf8');
  expect(readFileSync(join(root, 'docs/embedding.md'), 'utf8')).toContain(`\`\`\`ts\n${program}\`\`\``);
});

test('the documented program runs, without a server and without a key', async () => {
  const main = join(root, 'examples/embedded/main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=octavus-source', main], { env: {} });
  expect(stdout).toContain('arrives: Friday');
});
