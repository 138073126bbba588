import { describe, expect, test } from 'vitest';
import { converse } from '../../test/converse.ts';
import { toUiMessages } from '../messages/to-ui-messages.ts';
import { anAgent, aWorker, reply, text, toolCall } from '../testing/index.ts';

const prompts = { system: 'You are kind.', message: '{{MESSAGE}}' };

function anAgentWith(sections: string, agentKeys: string, blocks = '') {
  return anAgent(
    `
triggers:
  go:
    input:
      MESSAGE: { type: string, optional: true, default: Hi }
${sections}
agent:
  model: anthropic/claude-sonnet-4-5
  system: system
  agentic: true
${agentKeys}
handlers:
  go:
    Ask: { block: add-message, role: user, prompt: message, input: [MESSAGE] }
${blocks}
    Answer: { block: next-message }
`,
    prompts,
  );
}

const go = { triggerName: 'go' };

describe('skills on a server without a sandbox', () => {
  const agent = anAgentWith(
    `
skills:
  charts: { description: Draws charts, display: title, title: Charting }
  scan: { execution: device, display: stream, description: Scans }
  quiet: { display: hidden }
onDemandSkills: {}
`,
    '  skills: [charts, scan, quiet]\n',
  );

  test('are accepted, announced and offered with the tools of their kinds', async () => {
    const { session, models } = converse(agent, [reply(text('a', 'Hello'))]);
    await session.trigger(go);
    const { system, tools } = models.calls[0]!.request;
    expect(system[0]).toContain('- charts: Draws charts\n- scan: Scans\n- quiet: quiet\nScripts:');
    expect(system[0]).toContain('\nFree code and files: ');
    expect(system[0]).toContain('\nSkills on the device need octavus_skill_setup once.\n</skills>');
    expect(tools.map(({ name }) => name)).toEqual([
      'octavus_skill_read',
      'octavus_skill_list',
      'octavus_skill_run',
      'octavus_skill_setup',
      'octavus_code_run',
      'octavus_file_write',
      'octavus_file_read',
      'octavus_file_upload',
    ]);
  });

  test('[rt.loop.reserved] [proto.tools.reserved] calls show themselves as the skill they name and get an error that says what is missing', async () => {
    const { session, models } = converse(agent, [
      reply(
        toolCall('c1', 'octavus_skill_read', { skill: 'charts' }),
        toolCall('c2', 'octavus_skill_run', { skill: 'scan', script: 'a.py' }),
        toolCall('c3', 'octavus_skill_list', { skill: 'quiet' }),
        toolCall('c4', 'octavus_code_run', { language: 'bash', code: 'ls' }),
      ),
      reply(text('a', 'I cannot')),
    ]);
    const leg = await session.trigger(go);
    const starts = leg.events.filter(({ type }) => type === 'tool-input-start');
    expect(starts).toEqual([
      {
        type: 'tool-input-start',
        toolCallId: 'c1',
        toolName: 'octavus_skill_read',
        title: 'Charting',
        display: 'title',
      },
      { type: 'tool-input-start', toolCallId: 'c2', toolName: 'octavus_skill_run', title: 'Scans', display: 'stream' },
      {
        type: 'tool-input-start',
        toolCallId: 'c4',
        toolName: 'octavus_code_run',
        title: 'Running code',
        display: 'description',
      },
    ]);
    const errors = leg.events.flatMap((event) => (event.type === 'tool-output-error' ? [event.error] : []));
    expect(errors).toEqual([
      expect.stringContaining('no sandbox'),
      expect.stringContaining('no device runtime'),
      expect.stringContaining('no sandbox'),
    ]);
    const results = models.calls[1]!.request.messages.at(-1)!.content;
    expect(results).toMatchObject([
      { toolCallId: 'c1', output: { kind: 'error' } },
      { toolCallId: 'c2', output: { kind: 'error' } },
      { toolCallId: 'c3', output: { kind: 'error' } },
      { toolCallId: 'c4', output: { kind: 'error' } },
    ]);
    expect(toUiMessages(session.state)[1]?.parts.filter(({ type }) => type === 'tool-call')).toMatchObject([
      { toolName: 'octavus_skill_read', display: 'title', displayName: 'Charting', args: {} },
      { toolName: 'octavus_skill_run', args: { skill: 'scan', script: 'a.py' } },
      { toolName: 'octavus_code_run' },
    ]);
  });
});

describe('remote MCP servers that are not configured', () => {
  const servers = `
variables:
  MAP: { type: unknown }
mcpServers:
  maps: { source: remote, description: Maps }
  mail: { source: remote, connection: eager, description: Mail }
onDemandMcpServers:
  remote: {}
`;
  const agent = anAgentWith(servers, '  mcpServers: [maps, mail]\n  onDemandMcpServers: [remote]\n');

  test('all are announced as not connected; their tools say that they are not there', async () => {
    const { session, models } = converse(agent, [
      reply(toolCall('c1', 'octavus_mcp_list'), toolCall('c2', 'octavus_mcp_activate', { name: 'maps' })),
      reply(text('a', 'No maps')),
    ]);
    const leg = await session.trigger(go);
    expect(models.calls[0]!.request.system[0]).toMatch(
      /<integrations>\n.*\n- maps: Maps\n- mail: Mail\n<\/integrations>$/,
    );
    expect(models.calls[0]!.request.tools.map(({ name }) => name)).toEqual([
      'octavus_mcp_list',
      'octavus_mcp_activate',
    ]);
    const ofModel = leg.events.filter(
      (event) => event.type === 'tool-output-error' && event.toolCallId.startsWith('c'),
    );
    expect(ofModel.slice(-2)).toMatchObject([
      { toolCallId: 'c1', error: 'No MCP server is configured on this server.' },
      { toolCallId: 'c2', error: 'The MCP server "maps" is not configured on this server.' },
    ]);
  });

  const notThere = 'The MCP server "mail" is not configured on this server.';

  test('an eager one that cannot be connected is told to people and the log, once in an execution; the run goes on', async () => {
    const twice = anAgentWith(servers, '  mcpServers: [maps, mail]\n', '    First: { block: next-message }');
    const { session, models } = converse(twice, [
      reply(toolCall('c1', 'octavus_mcp_activate', { name: 'mail' }), toolCall('c2', 'mail__send', { to: 'Ada' })),
      reply(text('a', 'No mail')),
      reply(text('b', 'Bye')),
    ]);
    const leg = await session.trigger(go);
    models.assertDone();
    expect(leg.ending).toEqual({ ending: 'completed' });
    const tried = leg.events.slice(2, 6);
    const toolCallId = (tried[0] as { toolCallId: string }).toolCallId;
    const toolName = 'octavus_mcp_activate';
    expect(tried).toEqual([
      { type: 'tool-input-start', toolCallId, toolName, title: 'Connecting mail', display: 'description' },
      { type: 'tool-input-end', toolCallId },
      { type: 'tool-input-available', toolCallId, toolName, input: { name: 'mail' } },
      { type: 'tool-output-error', toolCallId, error: notThere },
    ]);
    const told = leg.logs.filter(({ type }) => type === 'error');
    expect(told).toMatchObject([
      {
        blockName: 'First',
        error: {
          type: 'tool_error',
          source: 'tool',
          code: 'MCP_UNAVAILABLE',
          message: notThere,
          tool: { name: 'mail' },
        },
      },
    ]);
    // The model hears the same when it tries, and when it guesses a tool of the server.
    expect(models.calls[1]!.request.messages.at(-1)!.content).toMatchObject([
      { toolCallId: 'c1', output: { kind: 'error', message: notThere } },
      { toolCallId: 'c2', output: { kind: 'error', message: notThere } },
    ]);
    expect(JSON.stringify(models.calls[0]!.request.messages)).not.toContain('mcp_activate');
    expect(toUiMessages(session.state)[1]?.parts[0]).toMatchObject({
      toolName,
      displayName: 'Connecting mail',
      status: 'error',
      error: notThere,
    });
    models.add(reply(text('c', 'Hi')), reply(text('d', 'Bye')));
    const next = await session.trigger(go);
    expect(next.logs.filter(({ type }) => type === 'error')).toHaveLength(1);
  });

  test.each([
    ['its block', 'mail: { source: remote, connection: eager, description: Mail }', 'display: hidden'],
    ['the server', 'mail: { source: remote, connection: eager, description: Mail, display: hidden }', ''],
  ])('an eager one is told to the log alone where %s is hidden', async (_, server, block) => {
    const quiet = anAgentWith(
      `mcpServers:\n  ${server}`,
      '  mcpServers: [mail]\n',
      `    First: { block: next-message${block && `, ${block}`} }`,
    );
    const { session } = converse(quiet, [reply(text('a', 'Hm')), reply(text('b', 'Bye'))]);
    const leg = await session.trigger(go);
    expect(leg.events.filter(({ type }) => type.startsWith('tool-'))).toEqual([]);
    expect(leg.logs.filter(({ type }) => type === 'error')).toHaveLength(1);
  });

  test('[rt.tool-call.server] a block that calls one is answered here and goes on with the error as its value', async () => {
    const look = (display: string) =>
      `    Look: { block: tool-call, tool: maps__find, output: MAP, display: ${display} }`;
    for (const display of ['stream', 'hidden']) {
      const { session, models } = converse(anAgentWith(servers, '', look(display)), [reply(text('a', 'Done'))]);
      const leg = await session.trigger(go);
      expect(leg.ending).toEqual({ ending: 'completed' });
      models.assertDone();
      const error = 'The MCP server "maps" is not configured on this server.';
      const ofTool = leg.events.filter(({ type }) => type.startsWith('tool-'));
      expect(ofTool.map(({ type }) => type)).toEqual(
        display === 'hidden' ? [] : ['tool-input-start', 'tool-input-end', 'tool-input-available', 'tool-output-error'],
      );
      if (display !== 'hidden') expect(ofTool.at(-1)).toMatchObject({ error });
      expect(session.state.variables.MAP).toEqual({ error });
      const types = leg.logs.filter(({ blockName }) => blockName === 'Look').map(({ type }) => type);
      expect(types).toEqual(['tool-call', 'tool-result']);
      // It is the handler's, not the model's.
      expect(JSON.stringify(models.calls[0]!.request.messages)).not.toContain('maps__find');
    }
  });
});

describe('context retention', () => {
  const retaining = (retainLast: number) =>
    anAgentWith(
      `
mcpServers:
  browser:
    source: consumer
    description: Browser
    contextRetention: { toolResults: { retainLast: ${retainLast} } }
`,
      '  mcpServers: [browser]\n',
    );
  const look = { name: 'browser__look', description: 'Looks', inputSchema: { type: 'object', properties: {} } };

  test.each([
    [1, ['[Left out. In full you have only the newest result of browser.', 'page']],
    [0, ['[Left out. Results of browser are not kept.', '[Left out. Results of browser are not kept.']],
  ])(
    '[rt.guard.retention] [proto.view.retention] with %i kept the model sees older results as a line, and the session keeps them',
    async (retainLast, seen) => {
      const { session, models } = converse(retaining(retainLast), [
        reply(toolCall('c1', 'browser__look')),
        reply(toolCall('c2', 'browser__look')),
        reply(text('a', 'Seen')),
      ]);
      await session.trigger({ ...go, dynamicToolSchemas: [look] });
      await session.answerAll('page');
      await session.answerAll('page');
      const results = models.calls[2]!.request.messages.filter(({ role }) => role === 'tool');
      const values = results.map(({ content }) => (content[0] as { output: { value: string } }).output.value);
      expect(values).toEqual(seen.map((start) => expect.stringContaining(start)));
      const stored = session.state.messages.flatMap(({ parts }) => parts).filter(({ type }) => type === 'tool-call');
      expect(stored).toMatchObject([{ toolCall: { result: 'page' } }, { toolCall: { result: 'page' } }]);
    },
  );

  test('[proto.tools.namespace] tools under a namespace that nobody declared are left out, and the log says so', async () => {
    const stray = { ...look, name: 'browsr__look' };
    const { session, models } = converse(retaining(1), [reply(text('a', 'Hi'))]);
    const leg = await session.trigger({ ...go, dynamicToolSchemas: [look, stray] });
    expect(models.calls[0]!.request.tools.map(({ name }) => name)).toEqual(['browser__look']);
    expect(leg.logs.filter(({ type }) => type === 'error')).toMatchObject([
      { error: { type: 'tool_error', message: expect.stringContaining('browsr__look') } },
    ]);
  });
});

test('[proto.tools.order] a scope offers declared tools, tools of servers, workers, built-in tools, each in list order', async () => {
  const agent = anAgent(
    `
triggers: { go: {} }
tools:
  zoom: { description: Zooms, parameters: {} }
  ask: { description: Asks, parameters: {} }
mcpServers:
  zoo: { source: consumer, description: Zoo }
  bar: { source: device, description: Bar }
  far: { source: remote, description: Far }
skills:
  charts: { description: Draws }
  device: { description: Runs, execution: device }
workers:
  writer: { description: Writes }
  author: { description: Writes more }
agent:
  model: anthropic/claude-sonnet-4-5
  system: system
  agentic: true
  tools: [zoom, ask]
  mcpServers: [zoo, bar, far]
  skills: [charts, device]
  workers: [writer, author]
  references: [care]
  todoList: true
  webSearch: true
  imageModel: offline/instant
  videoModel: offline/instant
  speechModel: offline/instant
  transcriptionModel: offline/instant
handlers:
  go:
    Ask: { block: add-message, role: user, prompt: message }
    Answer: { block: next-message }
`,
    prompts,
    [{ name: 'care', description: 'How to care', content: 'Water it.' }],
  );
  const writer = aWorker('writer', 'steps:\n  Open: { block: start-thread, thread: t, model: test/a, system: s }\n', {
    s: 'You write.',
  });
  const schema = (name: string) => ({ name, description: name, inputSchema: { type: 'object', properties: {} } });
  const workers = ['writer', 'author'].map((slug) => ({ agentId: slug, version: 1, definition: { ...writer, slug } }));
  const { session, models } = converse(agent, [reply(text('a', 'Hi'))], { ports: { workers } });
  const offered = ['bar__two', 'bar__one', 'zoo__two', 'zoo__one'].map(schema);
  await session.trigger({ ...go, dynamicToolSchemas: offered });
  expect(models.calls[0]!.request.tools.map(({ name }) => name)).toEqual([
    'zoom',
    'ask',
    'zoo__two',
    'zoo__one',
    'bar__two',
    'bar__one',
    'writer',
    'author',
    'octavus_todo_write',
    'octavus_reference_list',
    'octavus_reference_read',
    'octavus_skill_read',
    'octavus_skill_list',
    'octavus_skill_run',
    'octavus_skill_setup',
    'octavus_code_run',
    'octavus_file_write',
    'octavus_file_read',
    'octavus_file_upload',
    'octavus_mcp_list',
    'octavus_mcp_activate',
    'octavus_generate_image',
    'octavus_generate_video',
    'octavus_generate_speech',
    'octavus_transcribe_audio',
    'octavus_web_search',
  ]);
});
