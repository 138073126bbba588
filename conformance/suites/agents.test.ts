import { describe, expect, test } from 'vitest';
import { loadAgent, shopDesk } from '../support/agents.ts';
import { setUp } from '../support/set-up.ts';

const setting = setUp();
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** Nine lines of which each holds the one before it nine times. */
const aliasBomb = Array.from({ length: 9 }, (_, level) => {
  const item = level === 0 ? 'x' : `*level${level - 1}`;
  return `level${level}: &level${level} [${Array(9).fill(item).join(', ')}]`;
}).join('\n');
const recordId = /^c[a-z0-9]{23}$/;

describe('reading', () => {
  test('[http.agents.list] [http.ids] the list has every field and is ordered by slug', async () => {
    await setting.api.createAgent({
      ...shopDesk(),
      settings: { slug: 'zebra-desk', name: 'Zebra', format: 'interactive' },
    });
    await setting.api.createAgent({
      ...shopDesk(),
      settings: { slug: 'aardvark-desk', name: 'Aardvark', format: 'interactive' },
    });
    const { agents } = (await setting.api.get('/api/agents')).json;
    const slugs = agents.map((agent: { slug: string }) => agent.slug);
    expect(slugs).toEqual([...slugs].sort());
    expect(agents.find((agent: { slug: string }) => agent.slug === 'zebra-desk')).toEqual({
      slug: 'zebra-desk',
      id: expect.stringMatching(recordId),
      name: 'Zebra',
      description: null,
      format: 'interactive',
      createdAt: expect.stringMatching(timestamp),
      updatedAt: expect.stringMatching(timestamp),
      projectId: expect.stringMatching(recordId),
    });
  });

  test('[http.agents.get] an agent is read by id and by slug, byte for byte', async () => {
    const definition = shopDesk();
    const odd = { ...definition, protocol: `# ümlaut ✓ \u{1f6b2}\r\n${definition.protocol}\n\n` };
    const agentId = await setting.api.createAgent(odd);
    const byId = (await setting.api.get(`/api/agents/${agentId}`)).json;
    expect(byId).toMatchObject({ id: agentId, settings: odd.settings, prompts: odd.prompts, references: [] });
    expect(byId.protocol).toBe(odd.protocol);
    expect((await setting.api.get(`/api/agents/${definition.settings.slug}?by=slug`)).json).toEqual(byId);
    expect((await setting.api.get(`/api/agents/${agentId}?by=id`)).json).toEqual(byId);
  });

  test('[http.agents.get] a description that was never given is absent', async () => {
    const { description: _, ...settings } = shopDesk().settings;
    const agentId = await setting.api.createAgent({ ...shopDesk(), settings });
    expect((await setting.api.get(`/api/agents/${agentId}`)).json.settings).not.toHaveProperty('description');
  });

  test('[http.agents.by] only id and slug are ways to name an agent', async () => {
    const definition = shopDesk();
    await setting.api.createAgent(definition);
    expect((await setting.api.get(`/api/agents/${definition.settings.slug}`)).status).toBe(404);
    expect((await setting.api.get(`/api/agents/${definition.settings.slug}?by=name`)).json.error.code).toBe(
      'VALIDATION_ERROR',
    );
  });
});

describe('creating', () => {
  test('[http.agents.create] the answer is the id and a message', async () => {
    const answer = await setting.api.post('/api/agents', shopDesk());
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({
      agentId: expect.stringMatching(recordId),
      message: 'Agent created successfully',
    });
    expect(answer.json.warnings).toEqual(expect.any(Array));
  });

  test('[http.agents.create] a protocol with nothing but an agent is valid', async () => {
    const settings = { slug: 'bare-desk', name: 'Bare', format: 'interactive' };
    const answer = await setting.api.post('/api/agents', {
      settings,
      protocol: 'agent:\n  model: offline/instant\n  system: system\n',
      prompts: [{ name: 'system', content: 'Be brief.' }],
    });
    expect(answer.status).toBe(201);
    expect(answer.json.warnings.length).toBeGreaterThan(0);
  });

  test('[http.agents.conflict] a taken slug is refused, also when two ask at once', async () => {
    const definition = shopDesk();
    const answers = await Promise.all([1, 2, 3].map(() => setting.api.post('/api/agents', definition)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
    expect(answers.find((answer) => answer.status === 409)?.json.error.code).toBe('CONFLICT');
  });

  test('[http.agents.invalid] a broken protocol is refused with all that is wrong', async () => {
    const answer = await setting.api.post('/api/agents', loadAgent('broken-desk'));
    expect(answer.status).toBe(400);
    expect(answer.json.error.code).toBe('VALIDATION_ERROR');
    expect(answer.json.error.issues.length).toBeGreaterThanOrEqual(2);
    expect((await setting.api.get('/api/agents/broken-desk?by=slug')).status).toBe(404);
  });

  test.each([
    ['no settings', { protocol: '', prompts: [] }],
    ['a slug with capitals', { ...shopDesk(), settings: { slug: 'Shop', name: 'x', format: 'interactive' } }],
    ['a blank name', { ...shopDesk(), settings: { slug: 'blank', name: '  ', format: 'interactive' } }],
    ['an unknown format', { ...shopDesk(), settings: { slug: 'odd', name: 'x', format: 'both' } }],
    ['prompts that are not a list', { ...shopDesk(), prompts: {} }],
    ['two prompts of one name', { ...shopDesk(), prompts: [...shopDesk().prompts, { name: 'system', content: 'x' }] }],
    ['a protocol over 256 KiB', { ...shopDesk(), protocol: `# ${'x'.repeat(257 * 1024)}\n` }],
    [
      'an alias bomb',
      {
        ...shopDesk(),
        protocol: aliasBomb,
      },
    ],
    ['YAML that does not parse', { ...shopDesk(), protocol: 'agent: [' }],
  ])('[http.agents.invalid] %s is refused', async (_name, body) => {
    const answer = await setting.api.post('/api/agents', body);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.json.error.code).toBe('VALIDATION_ERROR');
    expect(answer.json.error.issues.length).toBeGreaterThan(0);
  });
});

describe('updating', () => {
  test('[http.agents.update] settings are merged, protocol and prompts replaced, the rest stays', async () => {
    const definition = shopDesk();
    const agentId = await setting.api.createAgent(definition);
    const answer = await setting.api.request('PATCH', `/api/agents/${agentId}`, {
      body: { settings: { name: 'Renamed', description: null } },
    });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ agentId, message: 'Agent updated successfully' });
    const path = `/api/agents/${definition.settings.slug}?by=slug`;
    const protocol = `${definition.protocol}# changed\n`;
    const prompts = [
      ...definition.prompts.filter(({ name }) => name !== 'system'),
      { name: 'system', content: 'Be kind.' },
    ];
    expect((await setting.api.request('PATCH', path, { body: { protocol, prompts } })).status).toBe(200);
    const after = (await setting.api.get(path)).json;
    expect(after.settings).toEqual({ slug: definition.settings.slug, name: 'Renamed', format: 'interactive' });
    expect(after.protocol).toBe(protocol);
    expect(after.prompts).toContainEqual({ name: 'system', content: 'Be kind.' });
  });

  test('[http.agents.update-invalid] what would break the agent is refused and changes nothing', async () => {
    const agentId = await setting.api.createAgent(shopDesk());
    const before = (await setting.api.get(`/api/agents/${agentId}`)).text;
    for (const body of [
      { prompts: [] },
      { protocol: 'agent: 7' },
      { settings: { format: 'worker' } },
      { settings: { slug: 'No' } },
    ]) {
      const answer = await setting.api.request('PATCH', `/api/agents/${agentId}`, { body });
      expect(answer.status, answer.text).toBe(400);
    }
    expect((await setting.api.get(`/api/agents/${agentId}`)).text).toBe(before);
  });

  test('[http.agents.update-nothing] an empty update changes nothing', async () => {
    const agentId = await setting.api.createAgent(shopDesk());
    const before = (await setting.api.get(`/api/agents/${agentId}`)).text;
    expect((await setting.api.request('PATCH', `/api/agents/${agentId}`, { body: {} })).status).toBe(200);
    expect((await setting.api.get(`/api/agents/${agentId}`)).text).toBe(before);
  });

  test('[http.agents.conflict] renaming onto a taken slug is refused', async () => {
    const [one, other] = [shopDesk(), shopDesk()];
    await setting.api.createAgent(one);
    const agentId = await setting.api.createAgent(other);
    const answer = await setting.api.request('PATCH', `/api/agents/${agentId}`, {
      body: { settings: { slug: one.settings.slug } },
    });
    expect(answer.status).toBe(409);
  });
});

describe('archiving', () => {
  test('[http.agents.archive] [http.sessions.create-unknown] an archived agent is out of use', async () => {
    const definition = shopDesk();
    const agentId = await setting.api.createAgent(definition);
    const sessionId = await setting.api.createSession(agentId);
    const answer = await setting.api.request('DELETE', `/api/agents/${agentId}`);
    expect(answer.json).toEqual({ agentId, message: 'Agent archived successfully' });
    expect((await setting.api.request('DELETE', `/api/agents/${agentId}`)).status).toBe(404);
    expect((await setting.api.get('/api/agents')).text).not.toContain(agentId);
    expect((await setting.api.post('/api/agent-sessions', { agentId })).status).toBe(404);
    const trigger = await setting.api.post(`/api/agent-sessions/${sessionId}/trigger`, {
      triggerName: 'note-topic',
      input: { TOPIC: 'x' },
    });
    expect(trigger.json.error.code).toBe('NOT_FOUND');
    expect((await setting.api.get(`/api/agent-sessions/${sessionId}`)).status).toBe(200);
    expect((await setting.api.post('/api/agents', definition)).status).toBe(201);
  });
});

describe('validating', () => {
  test('[http.agents.validate] a valid definition with a taken slug is valid, and nothing is stored', async () => {
    const definition = shopDesk();
    await setting.api.createAgent(definition);
    const taken = await setting.api.post('/api/agents/validate', definition);
    expect(taken.json).toMatchObject({ valid: true, errors: [], warnings: expect.any(Array) });
    const unseen = shopDesk();
    await setting.api.post('/api/agents/validate', unseen);
    expect((await setting.api.get(`/api/agents/${unseen.settings.slug}?by=slug`)).status).toBe(404);
  });

  test('[http.agents.validate] everything wrong is in the body, missing parts included', async () => {
    for (const body of [loadAgent('broken-desk'), {}, { settings: 3, protocol: [], prompts: 'x' }]) {
      const answer = await setting.api.post('/api/agents/validate', body);
      expect(answer.status).toBe(200);
      expect(answer.json.valid).toBe(false);
      expect(answer.json.errors.length).toBeGreaterThan(0);
      for (const error of answer.json.errors)
        expect(error).toMatchObject({ severity: 'error', message: expect.any(String) });
    }
  });

  test.each(['[]', '"x"', 'null', '{'])('[http.agents.validate-body] %s is no definition', async (body) => {
    expect((await setting.api.post('/api/agents/validate', body)).status).toBe(400);
  });
});
