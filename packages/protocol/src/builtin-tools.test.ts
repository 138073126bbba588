import { expect, test } from 'vitest';
import { readVectors } from '../test/vectors.ts';
import { builtInToolLabel, builtInToolNames, isBuiltInToolName, listBuiltInTools } from './builtin-tools.ts';

const skill = { slug: '<skills in scope>', execution: 'sandbox', hasSecrets: false } as const;

const everything = {
  todoList: true,
  references: ['<references in scope>'],
  skills: [skill],
  integrations: ['<lazy namespaces in scope>'],
  imageModel: { aspectRatios: ['<ratios of the model>'], hasResolution: true, acceptsReferenceImages: true },
  videoModel: true,
  speechModel: {
    voices: ['<voices of the model>'],
    formats: ['<formats of the model, a subset of mp3 opus aac flac wav>'],
  },
  transcriptionModel: true,
  webSearch: true,
};

function names(scope: Parameters<typeof listBuiltInTools>[0]): string[] {
  return listBuiltInTools(scope).map(({ name }) => name.replace('octavus_', ''));
}

test('[proto.built-in.schemas] the tools of a full scope are those of the vectors, in order', () => {
  const { tools } = readVectors<{ tools: { name: string }[] }>('builtin-tools');
  const device = ['octavus_skill_setup', 'octavus_file_upload'];
  const sandbox = tools.filter(({ name }) => !device.includes(name));
  expect(JSON.stringify(listBuiltInTools(everything))).toBe(JSON.stringify(sandbox));
  const onDevice = listBuiltInTools({ skills: [{ ...skill, execution: 'device' }] });
  expect(onDevice.filter(({ name }) => device.includes(name))).toEqual(
    tools.filter(({ name }) => device.includes(name)),
  );
  expect(tools.map(({ name }) => name)).toEqual([...builtInToolNames]);
});

test('a scope without anything has no built-in tools', () => {
  expect(listBuiltInTools({})).toEqual([]);
  expect(listBuiltInTools({ references: [], skills: [] })).toEqual([]);
});

test('secrets and devices decide what a skill brings', () => {
  expect(names({ skills: [{ slug: 's', execution: 'sandbox', hasSecrets: true }] })).toEqual([
    'skill_read',
    'skill_list',
    'skill_run',
  ]);
  expect(names({ skills: [{ slug: 's', execution: 'device', hasSecrets: false }] })).toEqual([
    'skill_read',
    'skill_list',
    'skill_run',
    'skill_setup',
    'file_upload',
  ]);
});

test('an on-demand source without servers can be listed, and activation takes any name', () => {
  const [list, activate] = listBuiltInTools({ integrations: [] });
  expect(list?.name).toBe('octavus_mcp_list');
  expect(activate?.parameters).toMatchObject({
    properties: { name: { type: 'string', description: 'Name of the integration' } },
  });
  expect(JSON.stringify(activate)).not.toContain('enum');
});

test('models without a trait have no parameter for it', () => {
  const [image] = listBuiltInTools({
    imageModel: { aspectRatios: ['1:1'], hasResolution: false, acceptsReferenceImages: false },
  });
  expect(Object.keys(image?.parameters.properties as object)).toEqual(['prompt', 'aspectRatio']);
});

test('labels name what the call is about', () => {
  expect(builtInToolLabel('octavus_reference_read', { name: 'prices' })).toBe('Reading prices');
  expect(builtInToolLabel('octavus_file_upload', { path: '/home/me/plan.pdf' })).toBe('Uploading plan.pdf');
  expect(builtInToolLabel('octavus_file_read', {})).toBe('Reading ');
  expect(builtInToolLabel('octavus_skill_run', { skill: 's' })).toBeUndefined();
  expect(isBuiltInToolName('octavus_web_search')).toBe(true);
  expect(isBuiltInToolName('octavus_teleport')).toBe(false);
});
