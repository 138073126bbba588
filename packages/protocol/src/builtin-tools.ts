import type { JsonObject, JsonSchema } from '@octavus/core';

/** A tool the runtime itself executes (protocol-language.md 8.1). */
export interface BuiltInTool {
  readonly name: BuiltInToolName;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: JsonSchema;
}

/** In the order in which a model sees them. */
export const builtInToolNames = [
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
] as const;

export type BuiltInToolName = (typeof builtInToolNames)[number];

/** What a scope has at run time; what is absent or empty brings no tool. */
export interface BuiltInToolScope {
  readonly todoList?: boolean;
  /** Names of the references. */
  readonly references?: readonly string[];
  readonly skills?: readonly SkillInScope[];
  /** Present when the scope has a lazy remote server or an on-demand source: the namespaces that can be activated. */
  readonly integrations?: readonly string[];
  readonly imageModel?: ImageModelTraits;
  readonly videoModel?: boolean;
  readonly speechModel?: SpeechModelTraits;
  readonly transcriptionModel?: boolean;
  readonly webSearch?: boolean;
}

export interface SkillInScope {
  readonly slug: string;
  readonly execution: 'sandbox' | 'device';
  /** A skill with configured secrets runs in a sandbox of its own. */
  readonly hasSecrets: boolean;
}

export interface ImageModelTraits {
  readonly aspectRatios: readonly string[];
  readonly hasResolution: boolean;
  readonly acceptsReferenceImages: boolean;
}

export interface SpeechModelTraits {
  readonly voices: readonly string[];
  /** A subset of mp3, opus, aac, flac, wav. */
  readonly formats: readonly string[];
}

/** The built-in tools of a scope, in the order of 8.1. */
export function listBuiltInTools(scope: BuiltInToolScope): readonly BuiltInTool[] {
  return builtInToolNames.flatMap((name) => {
    const tool = toolMakers[name](scope);
    return tool ? [{ name, description: tool.description, parameters: tool.parameters }] : [];
  });
}

export function isBuiltInToolName(name: string): name is BuiltInToolName {
  return (builtInToolNames as readonly string[]).includes(name);
}

/**
 * What the user reads while a built-in tool runs (8.1).
 *
 * @param input the arguments, complete or not.
 * @returns `undefined` for tools that show another thing: the skill of the call, or the todo list itself.
 */
export function builtInToolLabel(name: BuiltInToolName, input: JsonObject): string | undefined {
  const label = labels[name];
  return label?.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = Object.hasOwn(input, key) ? String(input[key]) : '';
    return name === 'octavus_file_upload' ? value.slice(value.search(/[^/\\]*$/)) : value;
  });
}

const labels: Partial<Record<BuiltInToolName, string>> = {
  octavus_reference_list: 'Listing references',
  octavus_reference_read: 'Reading {name}',
  octavus_code_run: 'Running code',
  octavus_file_write: 'Writing {path}',
  octavus_file_read: 'Reading {path}',
  octavus_file_upload: 'Uploading {path}',
  octavus_mcp_list: 'Listing integrations',
  octavus_mcp_activate: 'Connecting {name}',
  octavus_generate_image: 'Generating an image',
  octavus_generate_video: 'Generating a video',
  octavus_generate_speech: 'Generating speech',
  octavus_transcribe_audio: 'Transcribing audio',
  octavus_web_search: 'Searching the web',
};

type MakeTool = (scope: BuiltInToolScope) => Omit<BuiltInTool, 'name'> | undefined;

const toolMakers = {
  octavus_todo_write: (scope) => when(scope.todoList, todoWrite),
  octavus_reference_list: (scope) => when(scope.references?.length, referenceList),
  octavus_reference_read: ({ references = [] }) =>
    when(
      references.length,
      tool('Opens a reference document and returns its full text.', {
        name: text('Name of the reference', references),
      }),
    ),
  octavus_skill_read: ({ skills = [] }) =>
    when(
      skills.length,
      tool(
        'Opens the instructions of a skill, or another file of it.',
        { skill: skillSlug(skills), path: text('File inside the skill, SKILL.md if left out') },
        ['skill'],
      ),
    ),
  octavus_skill_list: ({ skills = [] }) =>
    when(skills.length, tool('Lists the scripts of a skill.', { skill: skillSlug(skills) })),
  octavus_skill_run: ({ skills = [] }) =>
    when(
      skills.length,
      tool(
        'Runs a script of a skill.',
        {
          skill: skillSlug(skills),
          script: text('Path of the script below scripts/'),
          args: { type: 'array', items: { type: 'string' }, description: 'Command line arguments' },
          input: { type: 'object', description: 'JSON for standard input, for skills with secrets' },
        },
        ['skill', 'script'],
      ),
    ),
  octavus_skill_setup: ({ skills = [] }) =>
    when(
      skills.some(isOnDevice),
      tool('Installs a skill on the device so that its files can be used there.', { skill: skillSlug(skills) }),
    ),
  octavus_code_run: ({ skills }) => when(skills?.some(isSharedSandbox), codeRun),
  octavus_file_write: ({ skills }) => when(skills?.some(isSharedSandbox), fileWrite),
  octavus_file_read: ({ skills }) => when(skills?.some(isSharedSandbox), fileRead),
  octavus_file_upload: ({ skills }) => when(skills?.some(isOnDevice), fileUpload),
  octavus_mcp_list: ({ integrations }) => when(integrations, mcpList),
  octavus_mcp_activate: ({ integrations }) =>
    integrations &&
    tool('Connects an integration. Its tools can be used from the next step on.', {
      name: text('Name of the integration', integrations),
    }),
  octavus_generate_image: ({ imageModel }) => imageModel && generateImage(imageModel),
  octavus_generate_video: ({ videoModel }) => when(videoModel, generateVideo),
  octavus_generate_speech: ({ speechModel }) => speechModel && generateSpeech(speechModel),
  octavus_transcribe_audio: ({ transcriptionModel }) => when(transcriptionModel, transcribeAudio),
  octavus_web_search: ({ webSearch }) => when(webSearch, webSearchTool),
} satisfies { [Name in BuiltInToolName]: MakeTool };

function when<T>(condition: unknown, value: T): T | undefined {
  return condition ? value : undefined;
}

function isOnDevice(skill: SkillInScope): boolean {
  return skill.execution === 'device';
}

function isSharedSandbox(skill: SkillInScope): boolean {
  return skill.execution === 'sandbox' && !skill.hasSecrets;
}

function skillSlug(skills: readonly SkillInScope[]): JsonSchema {
  return text(
    'Slug of the skill',
    skills.map(({ slug }) => slug),
  );
}

/** A string; an empty list of choices means that any string goes, because no value fits an empty enum. */
function text(description?: string, choices: readonly string[] = []): JsonSchema {
  return {
    type: 'string',
    ...(choices.length > 0 && { enum: [...choices] }),
    ...(description !== undefined && { description }),
  };
}

function tool(
  description: string,
  properties: { readonly [name: string]: JsonSchema },
  required: readonly string[] = Object.keys(properties),
): Omit<BuiltInTool, 'name'> {
  return { description, parameters: { type: 'object', properties, required, additionalProperties: false } };
}

const todoWrite = tool('Writes the task list the user sees. Use it for work with several steps and keep it current.', {
  merge: {
    type: 'boolean',
    description: 'true: update items by id and append new ones; false: replace the whole list',
  },
  todos: {
    type: 'array',
    items: {
      type: 'object',
      properties: {
        id: text('Stable id of the item'),
        content: text('What is to be done'),
        status: text(undefined, ['pending', 'in_progress', 'completed', 'cancelled']),
      },
      required: ['id'],
      additionalProperties: false,
    },
  },
});

const referenceList = tool('Lists the reference documents you can open.', {});

const codeRun = tool('Runs code in the sandbox. Files written below /output/ are given to the user.', {
  language: text(undefined, ['python', 'bash']),
  code: text('Source text'),
});

const fileWrite = tool('Writes a text file in the sandbox.', {
  path: text('Absolute path'),
  content: text('File content'),
});

const fileRead = tool('Reads a text file from the sandbox.', { path: text('Absolute path') });

const fileUpload = tool('Uploads a file from the device and returns a link to it.', {
  path: text('Path on the device'),
});

const mcpList = tool('Lists integrations and tells which of them are connected.', {});

function generateImage({
  aspectRatios,
  hasResolution,
  acceptsReferenceImages,
}: ImageModelTraits): Omit<BuiltInTool, 'name'> {
  const properties = {
    prompt: text('What the image shows, or what to change'),
    aspectRatio: text(undefined, aspectRatios),
    ...(hasResolution && { resolution: text(undefined, ['1K', '2K', '4K']) }),
    ...(acceptsReferenceImages && {
      referenceImages: { type: 'array', items: { type: 'string' }, description: 'URLs of images to start from' },
    }),
  };
  return tool('Generates an image, or edits the reference images.', properties, ['prompt']);
}

const generateVideo = tool(
  'Generates a short video clip.',
  {
    prompt: text('What happens in the clip'),
    aspectRatio: text(undefined, ['16:9', '9:16']),
    durationSeconds: { type: 'integer' },
    generateAudio: { type: 'boolean', description: 'Whether the clip has sound' },
    image: text('URL of the first frame'),
  },
  ['prompt'],
);

function generateSpeech({ voices, formats }: SpeechModelTraits): Omit<BuiltInTool, 'name'> {
  const properties = {
    text: text('Text to speak'),
    voice: text(undefined, voices),
    format: text(undefined, formats),
    instructions: text('How to speak'),
    language: text('ISO 639-1 code'),
  };
  return tool('Turns text into spoken audio.', properties, ['text']);
}

const transcribeAudio = tool(
  'Transcribes an audio or video file.',
  {
    url: text('URL of the file'),
    language: text('ISO 639-1 code, detected if left out'),
    timestamps: { type: 'boolean', description: 'Whether to return timed segments' },
  },
  ['url'],
);

const webSearchTool = tool(
  'Searches the web for current information.',
  { query: text('Search words'), maxResults: { type: 'integer', description: '1 to 20, 5 if left out' } },
  ['query'],
);
