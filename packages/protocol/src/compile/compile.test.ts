import { describe, expect, test } from 'vitest';
import { readAgentPayload } from '../../test/fixtures.ts';
import { type AgentDefinition, type Block, validateAgent } from '../index.ts';

function compile(protocol: string, format: 'interactive' | 'worker' = 'interactive'): AgentDefinition {
  const { errors, definition } = validateAgent({
    settings: { slug: 'desk', name: 'Desk', format },
    protocol,
    prompts: [
      { name: 'system', content: 'Hi {{A}}.\n{{@shared/tone.md}}' },
      { name: 'shared/tone', content: 'Be kind.\n' },
    ],
  });
  expect(errors).toEqual([]);
  return definition!;
}

const blocksOf = (blocks: string, more = ''): readonly Block[] =>
  compile(`agent: { model: offline/default, system: system }
triggers: { ask: { input: { TEXT: { type: string } } } }
handlers: { ask: { ${blocks} } }
${more}`).triggers.get('ask')!.blocks;

describe('a complete agent', () => {
  const definition = validateAgent(readAgentPayload('site-inspector')).definition!;

  test('keeps what the protocol says about its main thread', () => {
    const { system, anthropic, ...scope } = definition.agent!;
    expect(scope).toEqual({
      model: { kind: 'reference', name: 'MODEL' },
      backupModel: { kind: 'reference', name: 'FALLBACK_MODEL' },
      tools: ['set-site-status'],
      mcpServers: ['tickets', 'drawings', 'tablet', 'permits'],
      onDemandMcpServers: ['remote'],
      skills: ['floor-plan-measure', 'drone-sync'],
      onDemandSkills: true,
      workers: ['listing-studio'],
      references: ['defect-classes'],
      sandboxTimeoutMs: 900_000,
      imageModel: { kind: 'literal', value: 'google/gemini-3-pro-image' },
      videoModel: { kind: 'literal', value: 'google/veo-3.1-fast-generate-preview' },
      speechModel: { kind: 'literal', value: 'openai/gpt-4o-mini-tts' },
      speechVoice: { kind: 'reference', name: 'VOICE' },
      transcriptionModel: { kind: 'literal', value: 'openai/gpt-4o-transcribe' },
      webSearch: true,
      todoList: true,
      cycles: { kind: 'reference', name: 'MAX_STEPS' },
      defaultCycles: 10,
      temperature: { kind: 'reference', name: 'TEMPERATURE' },
      thinking: { kind: 'reference', name: 'THINKING' },
      speed: { kind: 'reference', name: 'SPEED' },
      cache: 'extended',
      maxToolOutputTokens: 60_000,
      maxImageDimension: 2_000,
      maxOutputTokens: 16_000,
      loopGuard: true,
      contextManagement: { summarizerWorker: 'thread-digest', thresholdPercent: 0.75, recentPercent: 0.25 },
    });
    expect([...system!.labels]).toEqual([
      ['SITE', 'SITE'],
      ['OFFLINE_MODE', 'OFFLINE_MODE'],
    ]);
    expect(anthropic?.tools.get('code-execution')).toEqual({
      display: 'description',
      title: undefined,
      description: 'Calculating',
    });
    expect(anthropic?.skills.get('xlsx')).toMatchObject({ type: 'anthropic', version: 'latest' });
  });

  test('keeps declarations and uses', () => {
    expect(definition.mcpServers.get('tickets')).toEqual({
      namespace: 'tickets',
      source: 'remote',
      connection: 'eager',
      execution: 'sandbox',
      display: 'description',
      title: undefined,
      description: 'Defect tickets of the contractor',
      retainLastResults: 4,
    });
    expect(definition.skills.get('drone-sync')).toMatchObject({ display: 'title', execution: 'device' });
    expect(definition.onDemandMcpServers.get('remote')).toMatchObject({ display: 'name', execution: 'sandbox' });
    expect([...definition.workers.get('listing-studio')!.tools]).toEqual([['publish-draft', 'store-report']]);
    expect(definition.input.get('MODEL')).toMatchObject({ isOptional: true, default: 'anthropic/claude-opus-4-8' });
    expect(definition.tools.get('set-site-status')?.inputSchema).toEqual({
      type: 'object',
      properties: { status: { type: 'string', enum: ['open', 'blocked', 'passed'] } },
      required: ['status'],
      additionalProperties: false,
    });
    expect(definition.references.get('defect-classes')?.content).toMatch(/\S/);
  });

  test('a thread says only what its block says', () => {
    const [open] = definition.triggers.get('write-report')!.blocks;
    expect(open).toMatchObject({ kind: 'start-thread', name: 'Start report thread', index: 0, display: 'hidden' });
    const { scope } = open as Extract<Block, { kind: 'start-thread' }>;
    expect(scope).toMatchObject({
      model: undefined,
      cycles: { kind: 'literal', value: 12 },
      defaultCycles: 1,
      cache: 'off',
    });
    expect(scope.onDemandSkills).toBe(false);
  });
});

describe('cycles of tool calls', () => {
  test.each([
    ['', 1],
    ['agentic: true', 10],
    ['agentic: true, maxSteps: 3', 3],
    ['maxSteps: 3', 3],
    ['agentic: false, maxSteps: 3', 1],
  ])('agent with "%s" has %i', (settings, cycles) => {
    const { agent } = compile(`agent: { model: offline/default, system: system, ${settings} }\n`);
    expect(agent?.cycles).toEqual({ kind: 'literal', value: cycles });
  });
});

describe('values of blocks', () => {
  const tools = 'tools: { a: { description: A., parameters: { x: { type: unknown } } } }';
  const compileArgument = (value: string) => {
    const [block] = blocksOf(`Call: { block: tool-call, tool: a, input: { x: ${value} } }`, tools);
    return (block as Extract<Block, { kind: 'tool-call' }>).input[0]?.[1];
  };

  test.each([
    ['TEXT', { kind: 'reference', name: 'TEXT' }],
    ['\\TEXT', { kind: 'literal', value: 'TEXT' }],
    ['\\n', { kind: 'literal', value: '\\n' }],
    ['USD', { kind: 'literal', value: 'USD' }],
    ['1.50', { kind: 'literal', value: 1.5 }],
    ["'1.50'", { kind: 'literal', value: '1.50' }],
    ['[1, { a: ~ }]', { kind: 'literal', value: [1, { a: null }] }],
  ])('%s', (source, expected) => {
    expect(compileArgument(source)).toEqual(expected);
  });

  test('lists and maps with a reference keep their shape, the rest stays literal', () => {
    expect(compileArgument('[1, { a: TEXT, b: [x] }]')).toEqual({
      kind: 'list',
      items: [
        { kind: 'literal', value: 1 },
        {
          kind: 'map',
          entries: [
            ['a', { kind: 'reference', name: 'TEXT' }],
            ['b', { kind: 'literal', value: ['x'] }],
          ],
        },
      ],
    });
  });

  test('a key named __proto__ is a key', () => {
    const literal = compileArgument('{ __proto__: 1 }') as { value: object };
    expect(Object.keys(literal.value)).toEqual(['__proto__']);
  });
});

describe('blocks', () => {
  test('get the defaults of their kind', () => {
    const [add, next, image, speech, transcript] = blocksOf(
      `Add: { block: add-message, role: user, prompt: system, files: TEXT },
       Next: { block: next-message },
       Paint: { block: generate-image, prompt: TEXT, imageModel: openai/gpt-image-1, size: 1792x1024 },
       Speak: { block: generate-speech, text: TEXT, speechModel: openai/tts-1, voice: NOVA, instructions: TEXT },
       Hear: { block: transcribe-audio, audio: TEXT, transcriptionModel: openai/whisper-1, output: T }`,
    );
    expect(add).toMatchObject({
      display: 'hidden',
      isVisible: true,
      files: ['TEXT'],
      thread: 'main',
      uiContent: undefined,
    });
    expect(next).toMatchObject({ display: 'stream', isIndependent: false, index: 1, responseType: undefined });
    expect(image).toMatchObject({ aspectRatio: '16:9', resolution: undefined, thread: 'main', display: 'description' });
    expect(speech).toMatchObject({
      voice: { kind: 'literal', value: 'NOVA' },
      instructions: { kind: 'reference', name: 'TEXT' },
      format: 'mp3',
    });
    expect(transcript).toMatchObject({ hasTimestamps: false, language: undefined, output: 'T' });
  });

  test('run-worker appears as its worker does, unless it says otherwise', () => {
    const blocks = blocksOf(
      'A: { block: run-worker, worker: w }, B: { block: run-worker, worker: w, display: hidden }, C: { block: run-worker, worker: v }',
      'workers: { w: { display: name }, v: {} }',
    );
    expect(blocks.map(({ display }) => display)).toEqual(['name', 'hidden', 'stream']);
  });

  test('a thread without a name has that of its block', () => {
    const [open] = blocksOf(
      'Side talk: { block: start-thread, maxSteps: 2 }, Go: { block: next-message, thread: Side talk }',
    );
    expect(open).toMatchObject({ thread: 'Side talk', scope: { system: undefined } });
  });

  test('a response type brings its schema', () => {
    const types = 'types: { Card: { title: { type: string }, extra: { type: unknown } } }';
    const [next] = blocksOf('Go: { block: next-message, responseType: Card }', types);
    expect(next).toMatchObject({
      responseType: { name: 'Card', isStrictCapable: false, schema: { type: 'object', required: ['title', 'extra'] } },
    });
  });
});

test('prompts are trees with their includes in place', () => {
  const { agent } = compile(
    'agent: { model: offline/default, system: system, input: [{ A: B }] }\ninput: { B: { type: string } }\n',
  );
  expect(agent?.system?.template.map(({ kind }) => kind)).toEqual(['text', 'placeholder', 'text', 'include']);
  expect([...agent!.system!.labels]).toEqual([['A', 'B']]);
});

test('a worker has steps, an output and a schema of its input', () => {
  const worker = compile(
    `input: { TOPIC: { type: string }, TONE: { type: string, optional: true, default: calm } }
steps: { Open: { block: start-thread, thread: t, model: offline/default, system: system }, Go: { block: next-message, thread: t, output: R } }
variables: { R: { type: string } }
output: R
`,
    'worker',
  );
  expect(worker).toMatchObject({
    agent: undefined,
    output: 'R',
    steps: [{ name: 'Open' }, { name: 'Go', output: 'R' }],
  });
  expect(worker.inputSchema).toMatchObject({ required: ['TOPIC'], properties: { TONE: { default: 'calm' } } });
});
