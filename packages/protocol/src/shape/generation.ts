import { limits } from '../parse/limits.ts';
import { description, displayFields } from './presentation.ts';
import { anything, boolean, choice, type Fields, fixed, integer, names, setting, text } from './shape.ts';

const providerEntry = {
  ...displayFields,
  description: { shape: description, doc: 'Label for the user.' },
} satisfies Fields;
const presentation = { defaultDisplay: 'description' } as const;

/** Provider options that only Anthropic models get (protocol-language.md 2.9.4). */
const anthropic = fixed({
  tools: {
    shape: { kind: 'record', names: 'provider-tool', of: fixed(providerEntry, { presentation }) },
    doc: 'Tools that run at Anthropic: `web-search`, `code-execution`.',
  },
  skills: {
    shape: {
      kind: 'record',
      max: limits.sectionEntries,
      of: fixed(
        {
          type: {
            shape: choice('anthropic', 'custom'),
            doc: 'Built into Anthropic, or uploaded there.',
            required: true,
          },
          version: { shape: text(), doc: 'Version of the skill; `latest` by default.' },
          ...providerEntry,
        },
        { presentation },
      ),
    },
    doc: 'Skills that run at Anthropic, by their id.',
  },
});

/** Settings of generation that `agent` and `start-thread` share (protocol-language.md 2.9). */
export const generationFields = {
  input: { shape: { kind: 'input-mapping' }, doc: 'Labels the system prompt can use.' },
  backupModel: { shape: setting('backupModel'), doc: 'Model that is tried when the first one fails.' },
  tools: { shape: names('tool'), doc: 'Tools the model may call.' },
  mcpServers: { shape: names('mcp-server'), doc: 'MCP servers whose tools the model may call.' },
  onDemandMcpServers: { shape: names('on-demand-source'), doc: 'Sources of servers that are attached at run time.' },
  skills: { shape: names('skill'), doc: 'Skills the model may use.' },
  onDemandSkills: { shape: boolean, doc: 'Whether skills attached at run time are offered.' },
  workers: { shape: names('worker'), doc: 'Workers the model may run.', only: 'interactive' },
  references: { shape: names('reference'), doc: 'Documents the model may open.' },
  sandboxTimeout: { shape: integer(1_000, 3_600_000), doc: 'Milliseconds a sandbox run may take; 300,000 by default.' },
  imageModel: { shape: setting('imageModel'), doc: 'Lets the model generate images with this model.' },
  videoModel: { shape: setting('videoModel'), doc: 'Lets the model generate videos with this model.' },
  speechModel: { shape: setting('speechModel'), doc: 'Lets the model generate speech with this model.' },
  speechVoice: { shape: setting('speechVoice'), doc: 'Voice of generated speech.' },
  transcriptionModel: { shape: setting('transcriptionModel'), doc: 'Lets the model transcribe audio with this model.' },
  webSearch: { shape: boolean, doc: 'Lets the model search the web.' },
  todoList: { shape: boolean, doc: 'Gives the model a todo list.' },
  maxSteps: { shape: setting('maxSteps', integer(1, 1_000)), doc: 'Cycles of tool calls that one answer may take.' },
  temperature: {
    shape: setting('temperature', { kind: 'number', min: 0, max: 2, word: 'off' }),
    doc: 'Randomness from 0 to 2, or `off` to send none.',
  },
  thinking: {
    shape: setting('thinking', choice('low', 'medium', 'high', 'max', 'off')),
    doc: 'How much the model reasons before it answers.',
  },
  speed: { shape: setting('speed', choice('fast', 'standard')), doc: 'Fast mode of models that have one.' },
  cache: { shape: choice('auto', 'extended', 'off'), doc: 'Prompt caching at the provider.' },
  maxToolOutputTokens: { shape: integer(1), doc: 'Longer tool results are shortened for the model.' },
  maxImageDimension: {
    shape: integer(1),
    doc: 'Larger images are scaled down to this many pixels on the longest side.',
  },
  maxOutputTokens: { shape: integer(1), doc: 'Tokens one model request may produce.' },
  loopGuard: { shape: boolean, doc: 'Ends a request that repeats itself endlessly.' },
  anthropic: { shape: anthropic, doc: 'Options for Anthropic models.' },
} satisfies Fields;

const percentHint = 'Use a fraction such as 0.8.';

const contextManagement = fixed(
  {
    summarizerWorker: { shape: text('worker'), doc: 'Worker that folds older turns into a summary.' },
    thresholdPercent: {
      shape: { kind: 'number', min: 0, isMinExclusive: true, max: 1, hintAbove: percentHint },
      doc: 'Fraction of the context window at which compaction starts.',
    },
    recentPercent: {
      shape: { kind: 'number', min: 0, isMinExclusive: true, max: 1, isMaxExclusive: true, hintAbove: percentHint },
      doc: 'Fraction of the context window that stays verbatim.',
    },
    recentWindow: { shape: anything, doc: 'Ignored; use `recentPercent`.', isDeprecated: true },
  },
  { hints: { maxToolOutputTokens: 'Move it to "agent".' } },
);

/** The `agent` section: the main thread of an interactive agent. */
export const agentShape = fixed({
  model: {
    shape: setting('model'),
    doc: 'Model id such as `anthropic/claude-sonnet-4-5`, or an input that holds one.',
    required: true,
  },
  system: { shape: text('prompt'), doc: 'Name of the system prompt.', required: true },
  ...generationFields,
  agentic: {
    shape: boolean,
    doc: 'Lets the model call tools repeatedly (10 cycles unless `maxSteps` says otherwise).',
  },
  contextManagement: {
    shape: contextManagement,
    doc: 'What happens when the conversation outgrows the context window.',
  },
});
