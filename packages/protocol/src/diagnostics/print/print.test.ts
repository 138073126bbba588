import { describe, expect, test } from 'vitest';
import { validateAgent } from '../../index.ts';
import type { AgentReport } from './agent-report.ts';
import { printGithub } from './github.ts';
import { printJson } from './json.ts';
import { printSarif } from './sarif.ts';
import { printText } from './text.ts';

const protocol = 'agent:\r\n  model: offline/default\r\n\tsystem: a\r\n';
const text = `agent:
  model: offline/default
  system: sytem
  tools: [a, a]
tools:
  a: { description: "A, 100%: b" }
  findParcel: { description: B }
`;

function reportOf(protocolText: string, folder = 'agents/desk'): AgentReport {
  const settings = { slug: 'desk', name: 'Desk', format: 'interactive' };
  const { errors, warnings } = validateAgent({
    settings,
    protocol: protocolText,
    prompts: [{ name: 'system', content: '' }],
  });
  return { folder, errors, warnings, textOf: (path) => (path === 'protocol.yaml' ? protocolText : undefined) };
}

describe('for a terminal', () => {
  test('shows place, message and line with a caret', () => {
    expect(printText([reportOf(text)])).toBe(`agents/desk/protocol.yaml:3:11 error PROTO_PROMPT_UNDEFINED
  Prompt "sytem" does not exist. Did you mean "system"?
  3 |   system: sytem
    |           ^

agents/desk/protocol.yaml warning PROTO_NO_TRIGGERS
  The agent has no triggers; sessions cannot be run.

agents/desk/protocol.yaml:4:14 warning PROTO_DUPLICATE_ITEM
  "a" is listed twice.
  4 |   tools: [a, a]
    |              ^

agents/desk/protocol.yaml:7:3 warning PROTO_NAME_STYLE
  "findParcel" should be lowercase-with-dashes.
  7 |   findParcel: { description: B }
    |   ^

agents/desk/prompts/system.md warning PROMPT_EMPTY
  Prompt "system" is empty.

1 error, 4 warnings
`);
  });

  test('the caret stands below its character after tabs and on long lines', () => {
    const [, , source, caret] = printText([reportOf(protocol)]).split('\n');
    expect(source).toBe('  3 | \tsystem: a');
    expect(caret).toBe('    | ^');
    const long = `agent: { model: offline/default, system: "${'x'.repeat(300)}" , system: b }`;
    const lines = printText([reportOf(long)]).split('\n');
    expect(lines[2]![lines[3]!.indexOf('^')]).toBe('s');
    expect(lines[2]!.length).toBeLessThan(120);
  });

  test('colours are escape codes around severities', () => {
    expect(printText([reportOf(text)], { hasColor: true })).toContain('\u001b[31merror\u001b[0m');
  });

  test('nothing found is a line of totals', () => {
    expect(printText([])).toBe('0 errors, 0 warnings\n');
  });
});

test('JSON holds the public form of each finding', () => {
  const [agent] = JSON.parse(printJson([reportOf(text)]));
  expect(agent).toMatchObject({ folder: 'agents/desk', valid: false });
  expect(Object.keys(agent.errors[0])).toEqual(['message', 'path', 'severity', 'code', 'line', 'column']);
  expect(Object.keys(agent.warnings[0])).toEqual(['message', 'path', 'severity', 'code']);
});

test('GitHub commands escape what would end them', () => {
  const report = reportOf(text, 'a,b:c');
  const [line] = printGithub([report]).split('\n');
  expect(line).toBe(
    '::error file=a%2Cb%3Ac/protocol.yaml,line=3,col=11,title=PROTO_PROMPT_UNDEFINED::Prompt "sytem" does not exist. Did you mean "system"?',
  );
  const finding = { ...report.errors[0]!, message: '100%\nof it' };
  expect(printGithub([{ ...report, errors: [finding], warnings: [] }])).toMatch(/::100%25%0Aof it\n$/);
});

test('SARIF names the rule, the level and the place', () => {
  const { version, runs } = JSON.parse(printSarif([reportOf(text, 'my agents/desk')]));
  expect(version).toBe('2.1.0');
  const [run] = runs;
  const [first] = run.results;
  expect(first).toMatchObject({ ruleId: 'PROTO_PROMPT_UNDEFINED', level: 'error' });
  expect(run.tool.driver.rules[first.ruleIndex].id).toBe(first.ruleId);
  expect(first.locations[0]).toEqual({
    physicalLocation: {
      artifactLocation: { uri: 'my%20agents/desk/protocol.yaml' },
      region: { startLine: 3, startColumn: 11 },
    },
    logicalLocations: [{ fullyQualifiedName: 'agent.system' }],
  });
});
