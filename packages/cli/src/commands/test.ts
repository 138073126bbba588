import { join, resolve } from 'node:path';
import { globSync } from 'tinyglobby';
import { outputOf, type TurnOutcome, textOf } from '../agent-tests/check-turn.ts';
import { runTest } from '../agent-tests/run-test.ts';
import { type AgentTest, readTestFile } from '../agent-tests/test-file.ts';
import { type Cli, defineCommand } from '../command.ts';
import { exitCodes, FileFailure, isInterruption } from '../failures.ts';
import { writeOneFile } from '../files/write-files.ts';
import { compileFolder, findSibling } from '../runs/runnable-agent.ts';

export const test = defineCommand<[path: string], { readonly update?: boolean }>({
  usage: 'test <path>',
  summary: 'Run the scripted conversations in tests/*.yaml of an agent folder, without a server',
  configure: (parser) => {
    parser.option('--update', 'Write what the agent said into the tests that expect a text or an output');
  },
  run: async (cli, [path], { update = false }) => {
    const { output } = cli;
    const folder = resolve(cli.cwd, path);
    const definition = compileFolder(cli, folder);
    const files = globSync('tests/**/*.{yaml,yml}', { cwd: folder, absolute: true }).sort();
    if (files.length === 0) throw new FileFailure('No tests found: tests/*.yaml', join(folder, 'tests'));
    const options = { findWorker: (slug: string) => findSibling(cli, folder, slug), signal: cli.signal };
    const results: { name: string; passed: boolean; problems: readonly string[]; updated?: true }[] = [];
    for (const file of files) {
      const one = readTestFile(file);
      const { problems, outcomes } = await runTest(definition, one, options).catch((error: unknown) => {
        if (isInterruption(error, cli.signal)) throw error;
        return { problems: [error instanceof Error ? error.message : String(error)], outcomes: [] };
      });
      if (cli.signal.aborted) throw cli.signal.reason;
      const isUpdated = update && problems.length > 0 && outcomes.length > 0 && updateFile(one, outcomes);
      // What was written is checked by the next run: other expectations may fail still.
      const passed = problems.length === 0;
      results.push({ name: one.name, passed, problems, ...(isUpdated && { updated: true }) });
      report(cli, one.name, problems, isUpdated);
    }
    const failed = results.filter(({ passed, updated }) => !passed && !updated).length;
    if (output.isJson) output.json({ passed: results.length - failed, failed, tests: results });
    output.line();
    output.detail(`${results.length - failed} passed, ${failed} failed`);
    return failed > 0 ? exitCodes.failure : exitCodes.success;
  },
});

function report({ output }: Cli, name: string, problems: readonly string[], isUpdated: boolean): void {
  if (problems.length === 0) output.success(name);
  else if (isUpdated) output.warning(`${name} (updated)`);
  else {
    output.error(name);
    for (const problem of problems) output.error(`  ${problem}`);
  }
}

/** @returns whether anything was written: only what a test expects already is replaced. */
function updateFile({ turns, document, path }: AgentTest, outcomes: readonly TurnOutcome[]): boolean {
  let isChanged = false;
  for (const [index, { expect = {} }] of turns.entries()) {
    const events = outcomes[index]?.events ?? [];
    const actual = { text: textOf(events), output: outputOf(events) };
    for (const key of ['text', 'output'] as const) {
      if (!(key in expect) || JSON.stringify(expect[key]) === JSON.stringify(actual[key])) continue;
      document.setIn(['turns', index, 'expect', key], actual[key]);
      isChanged = true;
    }
  }
  if (isChanged) writeOneFile(path, document.toString({ lineWidth: 0 }));
  return isChanged;
}
