import { describe, expect, test } from 'vitest';
import { type Diagnostic, validateAgent } from '../src/index.ts';

const base = `
triggers: { ask: { input: { TEXT: { type: string } } } }
handlers: { ask: { Add: { block: add-message, role: user, prompt: text, input: [TEXT] }, Go: { block: next-message } } }
`;
const agent = 'agent: { model: offline/default, system: system }\n';

function findings(protocol: string, format: 'interactive' | 'worker' = 'interactive', prompts = {}): Diagnostic[] {
  const files = { system: 'Hi.', text: '{{TEXT}}', ...prompts };
  const { errors, warnings } = validateAgent({
    settings: { slug: 'fixture', name: 'Fixture', format },
    protocol,
    prompts: Object.entries(files).map(([name, content]) => ({ name, content })),
  });
  return [...errors, ...warnings];
}

/** Unused prompts are left out: every test has the same two. */
const places = (found: Diagnostic[]) =>
  found.flatMap(({ code, path }) => (code === 'PROMPT_UNUSED' ? [] : [`${code} ${path}`]));
const messageOf = (found: Diagnostic[], code: string) => found.find((finding) => finding.code === code)?.message;

describe('YAML', () => {
  test.each(['\n', '\r\n', '\r'])('line ends %j count the same', (end) => {
    const [first] = findings(`\uFEFF${agent}${base}output: x\n`.replaceAll('\n', end));
    expect(first).toMatchObject({ code: 'PROTO_SECTION_FORMAT', line: 5, column: 1 });
  });

  test('a section without a value is an empty mapping', () => {
    expect(places(findings(`${agent}${base}tools:\nskills:\nonDemandMcpServers:\nvariables: ~\n`))).toEqual([]);
  });

  test('null entries are empty entries', () => {
    const protocol = `
agent: { model: anthropic/claude-sonnet-4-5, system: system, skills: [a], agentic: true, tools: ~, anthropic: { tools: { web-search: } } }
skills: { a: }
triggers: { ask: }
handlers: { ask: }
`;
    expect(places(findings(protocol))).toEqual(['PROTO_HANDLER_EMPTY handlers.ask']);
  });

  test('sections that start with x- hold anchors', () => {
    const protocol = `x-display: &quiet { display: hidden, description: Quiet. }\n${agent.replace(' }', ', tools: [a] }')}${base}tools: { a: *quiet }\n`;
    expect(places(findings(protocol))).toEqual([]);
  });

  test('findings in an aliased value have the path of the alias', () => {
    const protocol = `x-tool: &t { descripton: A. }\n${agent.replace(' }', ', tools: [a] }')}${base}tools: { a: *t }\n`;
    const found = findings(protocol);
    expect(places(found)).toEqual(['PROTO_UNKNOWN_KEY tools.a.descripton', 'PROTO_MISSING_KEY tools.a.description']);
    expect(found[0]).toMatchObject({ line: 1, column: 14 });
  });

  test('an alias without an anchor is a syntax error', () => {
    expect(places(findings(`${agent}${base}tools: *gone\n`))).toEqual(['PROTO_YAML_SYNTAX protocol']);
  });

  test('keys are read as their source text, words of YAML 1.1 as strings', () => {
    const protocol = `${agent.replace(' }', ', cache: off }')}${base}types: { A: { on: { type: string }, y: { type: number } } }\nvariables: { V: { type: A, default: { on: x, y: 1 } } }\n`;
    expect(places(findings(protocol))).toEqual(['PROTO_UNUSED_VARIABLE variables.V']);
  });

  test('keys with dots and quotes are quoted in paths', () => {
    const found = findings(
      `${agent}triggers: { ask: {} }\nhandlers: { ask: { 'Ask v1.2': { block: add-message, role: user, prompt: gone } } }\n`,
    );
    expect(places(found)).toEqual(['PROTO_PROMPT_UNDEFINED handlers.ask["Ask v1.2"].prompt']);
  });
});

describe('shape', () => {
  test.each([
    ['tool-call', 'tool: a__b, args: {}', 'Did you mean "input"?'],
    ['next-message', 'model: x', 'Use "start-thread" to answer with another model.'],
    ['next-message', 'prompt: x', 'Add an "add-message" block before it.'],
    ['next-message', 'thrad: x', 'Did you mean "thread"?'],
  ])('in %s, the key of "%s" has a hint', (kind, key, hint) => {
    const found = findings(`${agent}triggers: { ask: {} }\nhandlers: { ask: { A: { block: ${kind}, ${key} } } }\n`);
    expect(messageOf(found, 'PROTO_UNKNOWN_KEY')).toContain(hint);
  });

  test.each([
    ['input: { X: { type: string, pattern: a } }', 'describe it in "description"'],
    ['input: { X: { type: string, required: true } }', '"optional: true"'],
    ['variables: { X: { type: string, minItems: 1 } }', 'describe it in "description"'],
    ['types: { X: { a: { type: string, maximum: 1 } } }', 'describe it in "description"'],
    ['types: { X: { a: { type: string, required: true } } }', '"optional: true"'],
    ['tools: { x: { description: A, params: {} } }', 'Did you mean "parameters"?'],
    [
      'tools: { x: { description: A, parameters: { a: { type: string, minimum: 1 } } } }',
      'describe it in "description"',
    ],
  ])('the unknown key of %s has a hint', (section, hint) => {
    expect(messageOf(findings(`${agent}${base}${section}\n`), 'PROTO_UNKNOWN_KEY')).toContain(hint);
  });

  test('a name with a suffix that is almost that of a prompt or reference has a suggestion', () => {
    const found = findings(agent.replace('system: system', 'system: sytem.md') + base);
    expect(messageOf(found, 'PROTO_PROMPT_UNDEFINED')).toContain('Did you mean "system"?');
  });

  test('percentages say how to write fractions', () => {
    const found = findings(`${agent.replace(' }', ', contextManagement: { thresholdPercent: 80 } }')}${base}`);
    expect(found[0]?.message).toBe('80 is outside 0 to 1. Use a fraction such as 0.8.');
  });

  test('a malformed section is reported once, not at every use of its names', () => {
    const protocol = `${agent.replace(' }', ', tools: [a, b] }')}${base}tools: [a, b]\n`;
    expect(places(findings(protocol))).toEqual(['PROTO_WRONG_TYPE tools']);
  });

  test('a malformed section of types says nothing about the types of declarations', () => {
    const protocol = `${agent}${base}types: 5\nvariables: { V: { type: 'Room[]' } }\n`;
    expect(places(findings(protocol))).toEqual(['PROTO_WRONG_TYPE types']);
  });

  test('a list that is too long is checked all the same', () => {
    const values = Array.from({ length: 501 }, (_, index) => `v${index}`).join(', ');
    const protocol = `${agent}${base}variables: { V: { type: T } }\ntypes: { T: { a: { type: string, enum: [${values}], const: x } } }\n`;
    expect(places(findings(protocol))).toEqual([
      'PROTO_TOO_MANY types.T.a.enum',
      'PROTO_CONST_NOT_IN_ENUM types.T.a.const',
    ]);
  });

  test('a malformed trigger section says nothing about handlers', () => {
    expect(places(findings(`${agent}${base.replace(/triggers: .*\n/, 'triggers: 5\n')}`))).toEqual([
      'PROTO_WRONG_TYPE triggers',
    ]);
  });

  test('a malformed tool says nothing about its arguments', () => {
    const protocol = `${agent}triggers: { ask: {} }
handlers: { ask: { Call: { block: tool-call, tool: a, input: { x: 1 } } } }
tools: { a: { description: A., params: { x: { type: integer } } } }
`;
    const found = findings(protocol);
    expect(places(found)).toEqual(['PROTO_UNKNOWN_KEY tools.a.params']);
    expect(found[0]?.message).toContain('Did you mean "parameters"?');
  });

  test('an unknown block may have started the thread that others use', () => {
    const protocol = `${agent}triggers: { ask: {} }
handlers: { ask: { Open: { block: start-thred, thread: side }, Go: { block: next-message, thread: side } } }
`;
    expect(places(findings(protocol))).toEqual(['PROTO_BLOCK_UNKNOWN handlers.ask.Open.block']);
  });

  test('numbers where strings belong are to be quoted', () => {
    expect(findings(`${agent}${base}tools: { a: { description: 5 } }\n`)[0]?.message).toBe(
      'Expected a string, got the number 5. Write it in quotes: "5".',
    );
  });

  test('infinity is no value', () => {
    const protocol = `${agent}triggers: { ask: {} }\nhandlers: { ask: { A: { block: tool-call, tool: a__b, input: { x: [.inf] } } } }\nmcpServers: { a: { description: A, source: remote } }\n`;
    expect(places(findings(protocol))).toEqual(['PROTO_WRONG_TYPE handlers.ask.A.input.x.0']);
  });

  test('set-resource may write null', () => {
    const protocol = `${agent}triggers: { ask: {} }\nhandlers: { ask: { A: { block: set-resource, resource: R, value: ~ } } }\nresources: { R: {} }\n`;
    expect(places(findings(protocol))).toEqual([
      'PROTO_DEPRECATED_SET_RESOURCE handlers.ask.A.block',
      'PROTO_DEPRECATED_RESOURCES resources',
    ]);
  });

  test('missing keys point at the key of their mapping', () => {
    expect(findings(`${base}agent:\n  model: offline/default\n`)[0]).toMatchObject({
      path: 'agent.system',
      line: 4,
      column: 1,
    });
  });
});

describe('titles', () => {
  test('a run-worker block takes the display mode of its worker', () => {
    const protocol = `${agent}triggers: { ask: {} }
handlers: { ask: { A: { block: run-worker, worker: w, title: Running } } }
workers: { w: { display: title, title: W } }
`;
    expect(places(findings(protocol))).toEqual([]);
  });

  test('a blank display mode default is that of the kind', () => {
    const protocol = `${agent}triggers: { ask: {} }\nhandlers: { ask: { A: { block: next-message, title: T } } }\n`;
    expect(places(findings(protocol))).toEqual(['PROTO_TITLE_UNUSED handlers.ask.A.title']);
  });
});

describe('settings behind names', () => {
  const withInput = (declaration: string, setting: string) =>
    findings(`agent: { model: offline/default, system: system, ${setting} }\n${base}input: { S: ${declaration} }\n`);

  test.each([
    ['{ type: string }', 'thinking: S', []],
    ['{ type: integer }', 'maxSteps: S', []],
    ['{ type: number }', 'temperature: S', []],
    ['{ type: number, optional: true, default: 3 }', 'temperature: S', ['PROTO_DYNAMIC_DEFAULT input.S.default']],
    ["{ type: string, optional: true, default: '' }", 'thinking: S', []],
    ['{ type: string, enum: [low, off, NONE] }', 'thinking: S', []],
    ['{ type: boolean }', 'speed: S', ['PROTO_DYNAMIC_TYPE agent.speed']],
    ['{ type: string }', 'speechVoice: S, speechModel: openai/tts-1', []],
  ])('input %s as %s', (declaration, setting, expected) => {
    expect(places(withInput(declaration, setting))).toEqual(expected);
  });

  test('a voice in capitals is a literal unless it is the name of a value', () => {
    const protocol = `agent: { model: offline/default, system: system, speechModel: openai/tts-1, speechVoice: NOVA }\n${base}`;
    expect(places(findings(protocol))).toEqual([]);
  });

  test('resources are no settings', () => {
    const protocol = `agent: { model: M, system: system }\n${base}resources: { M: { type: string } }\n`;
    expect(places(findings(protocol))).toEqual([
      'PROTO_DYNAMIC_UNDEFINED agent.model',
      'PROTO_DEPRECATED_RESOURCES resources',
    ]);
  });

  test('providers of the installation are known', () => {
    const payload = {
      settings: { slug: 'fixture', name: 'Fixture', format: 'interactive' },
      protocol: `agent: { model: my-llm/large, system: system }\ntriggers: { ask: {} }\nhandlers: { ask: { A: { block: next-message } } }\n`,
      prompts: [{ name: 'system', content: 'Hi.' }],
    };
    expect(validateAgent(payload).warnings.map(({ code }) => code)).toEqual(['PROTO_MODEL_PROVIDER']);
    expect(validateAgent(payload, { environment: { providers: ['my-llm'] } }).warnings).toEqual([]);
  });
});

describe('references', () => {
  const handler = (blocks: string, more = '') =>
    findings(
      `${agent}triggers: { ask: { input: { TEXT: { type: string } } } }\nhandlers: { ask: { ${blocks} } }\n${more}`,
    );

  test('values are references at any depth, keys are not', () => {
    const found = handler(
      'A: { block: tool-call, tool: a, input: { x: { TEXT: [TEXT, \\TEXT, GONE] } } }',
      'tools: { a: { description: A., parameters: { x: { type: unknown } } } }\n',
    );
    expect(places(found)).toEqual(['PROTO_VALUE_LOOKS_LIKE_REFERENCE handlers.ask.A.input.x.TEXT.2']);
  });

  test('a backslash makes a literal, which is checked as one', () => {
    const tools = 'tools: { a: { description: A., parameters: { x: { type: string, enum: [TEXT] } } } }\n';
    expect(
      places(
        handler(
          'A: { block: tool-call, tool: a, input: { x: \\TEXT } }, B: { block: next-message, output: TEXT2 }',
          tools,
        ),
      ),
    ).toEqual(
      ['PROTO_OUTPUT_UNDECLARED handlers.ask.B.output', 'PROTO_UNUSED_TRIGGER_INPUT triggers.ask.input.TEXT'].sort(
        (a) => (a.includes('triggers') ? -1 : 1),
      ),
    );
  });

  test('an undeclared output can be read by other blocks', () => {
    const found = handler(
      'A: { block: next-message, output: DRAFT }, B: { block: add-message, role: user, prompt: text, input: [TEXT: DRAFT] }, C: { block: add-message, role: user, prompt: text, input: [TEXT] }',
    );
    expect(places(found)).toEqual(['PROTO_OUTPUT_UNDECLARED handlers.ask.A.output']);
  });

  test('what a reference inside a list holds is not judged', () => {
    const tools = 'tools: { a: { description: A., parameters: { x: { type: "integer[]" } } } }\n';
    expect(places(handler('A: { block: tool-call, tool: a, input: { x: [1, TEXT] } }', tools))).toEqual([]);
    expect(
      places(
        handler(
          'A: { block: tool-call, tool: a, input: { x: [1, b] } }, B: { block: add-message, role: user, prompt: text, input: [TEXT] }',
          tools,
        ),
      ),
    ).toEqual(['PROTO_ARG_TYPE handlers.ask.A.input.x']);
  });

  test('a missing argument is reported below the input that is not there', () => {
    const tools = 'tools: { a: { description: A., parameters: { x: { type: string } } } }\n';
    expect(places(handler('A: { block: tool-call, tool: a }', tools))).toEqual([
      'PROTO_ARG_MISSING handlers.ask.A.input.x',
    ]);
  });

  test('sources of a mapping may be renamed and mixed', () => {
    const found = handler(
      'A: { block: add-message, role: user, prompt: text, input: [{ TEXT: TEXT, B: TEXT }, C: 5] }',
    );
    expect(places(found)).toEqual([
      'PROTO_REF_NOT_A_NAME handlers.ask.A.input.1.C',
      'PROMPT_INPUT_UNUSED handlers.ask.A.input.0.B',
    ]);
  });

  test('an inherited model decides about options and speed', () => {
    const found = findings(`agent: { model: openai/gpt-5, system: system }
triggers: { ask: {} }
handlers: { ask: { Open: { block: start-thread, thread: t, speed: fast, anthropic: {} }, Go: { block: next-message, thread: t } } }
`);
    expect(places(found)).toEqual([
      'PROTO_PROVIDER_OPTIONS_MISMATCH handlers.ask.Open.anthropic',
      'PROTO_SPEED_UNSUPPORTED handlers.ask.Open.speed',
    ]);
  });
});

describe('threads', () => {
  const steps = (blocks: string) => findings(`steps: { ${blocks} }\n`, 'worker');
  const open = 'Open: { block: start-thread, thread: t, model: offline/default, system: system }';

  test('media blocks of a worker need no main thread', () => {
    const found = steps('A: { block: generate-image, prompt: P, imageModel: openai/gpt-image-1, output: P }');
    expect(places(found)).toEqual(['PROTO_OUTPUT_UNDECLARED steps.A.output']);
  });

  test('a worker may start a main thread', () => {
    expect(
      places(
        steps(
          'Main: { block: start-thread, thread: main, model: offline/default, system: system }, B: { block: next-message }',
        ),
      ),
    ).toEqual([]);
  });

  test('a named media thread must be started', () => {
    expect(
      places(
        steps(
          `${open}, A: { block: generate-image, prompt: P, imageModel: openai/gpt-image-1, output: P, thread: s }, B: { block: next-message, thread: t }`,
        ),
      ),
    ).toEqual(['PROTO_THREAD_UNDEFINED steps.A.thread', 'PROTO_OUTPUT_UNDECLARED steps.A.output']);
  });

  test('a block named main starts the wrong thread', () => {
    const found = findings(`${agent}triggers: { ask: {} }\nhandlers: { ask: { main: { block: start-thread } } }\n`);
    expect(places(found)).toEqual(['PROTO_THREAD_MAIN handlers.ask.main']);
  });
});

describe('on-demand skills', () => {
  test('opting in needs the section', () => {
    const found = findings(`agent: { model: offline/default, system: system, onDemandSkills: true }\n${base}`);
    expect(places(found)).toEqual(['PROTO_ONDEMAND_UNDEFINED agent.onDemandSkills']);
  });

  test('a worker must opt in', () => {
    const found = findings(
      'onDemandSkills:\nsteps: { Open: { block: start-thread, thread: t, model: offline/default, system: system }, A: { block: next-message, thread: t } }\n',
      'worker',
    );
    expect(places(found)).toEqual(['PROTO_UNUSED_ONDEMAND onDemandSkills']);
  });

  test('they count as skills for the sandbox', () => {
    const found = findings(
      `agent: { model: offline/default, system: system, sandboxTimeout: 5000 }\n${base}onDemandSkills: {}\n`,
    );
    expect(places(found)).toEqual([]);
  });
});
