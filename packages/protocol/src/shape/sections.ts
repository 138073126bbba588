import { limits } from '../parse/limits.ts';
import { inputDeclarations, resourceDeclarations, toolParameters, variableDeclarations } from './declarations.ts';
import { agentShape } from './generation.ts';
import { description, displayFields } from './presentation.ts';
import { choice, type Field, type Fields, fixed, integer, type RecordShape, text } from './shape.ts';

const presentation = { defaultDisplay: 'description' } as const;
const execution: Field = { shape: choice('sandbox', 'device'), doc: 'Where it runs.' };

const skillUse = fixed(
  {
    ...displayFields,
    description: { shape: description, doc: 'Label for the user; the model gets the description of the skill itself.' },
    execution,
  },
  { presentation },
);

const contextRetention: Field = {
  shape: fixed({
    toolResults: {
      shape: fixed({ retainLast: { shape: integer(0), doc: 'Newest results that stay in full.', required: true } }),
      doc: 'What the model keeps seeing of tool results.',
    },
  }),
  doc: 'Shortens older results of this server in the view of the model.',
};

const mcpServer = fixed(
  {
    description: { shape: description, doc: 'What the server offers; shown to the model.' },
    source: { shape: choice('remote', 'device', 'consumer'), doc: 'Who provides the server.', required: true },
    ...displayFields,
    connection: {
      shape: choice('eager', 'lazy'),
      doc: 'Connect at once, or when the model asks; only with source remote.',
    },
    execution: { ...execution, doc: 'Where a stdio server runs; only with source remote.' },
    contextRetention,
  },
  { presentation },
);

const onDemandServers = fixed(
  {
    description: { shape: description, doc: 'What the servers offer.' },
    ...displayFields,
    execution,
    contextRetention,
  },
  { presentation },
);

const tool = fixed(
  {
    description: { shape: description, doc: 'Tells the model what the tool does.', required: true },
    ...displayFields,
    parameters: { shape: toolParameters, doc: 'Arguments of the tool, by name.' },
  },
  {
    presentation,
    hints: Object.fromEntries(
      ['args', 'arguments', 'params', 'input'].map((key) => [key, 'Did you mean "parameters"?']),
    ),
  },
);

const worker = fixed(
  {
    description: { shape: description, doc: 'Tells the model and the user what the worker does.' },
    ...displayFields,
    tools: {
      shape: { kind: 'record', of: text(), max: limits.sectionEntries },
      doc: 'Tool name inside the worker → tool name of this protocol.',
    },
  },
  { presentation: { defaultDisplay: 'stream' } },
);

const trigger = fixed({
  description: { shape: description, doc: 'What the trigger is for.' },
  input: { shape: inputDeclarations, doc: 'Values that come with the trigger.' },
});

const blocks: RecordShape = { kind: 'record', names: 'block', max: limits.blocks, of: { kind: 'block' } };
const section = (names: RecordShape['names'], of: RecordShape['of']): RecordShape => ({
  kind: 'record',
  names,
  of,
  max: limits.sectionEntries,
});

/** Every section, in the order of protocol-language.md 2.2. */
export const sectionFields = {
  input: { shape: inputDeclarations, doc: 'Values given when a session or worker run starts.' },
  resources: {
    shape: resourceDeclarations,
    doc: 'State that the client sees; store state with a tool instead.',
    isDeprecated: true,
  },
  variables: { shape: variableDeclarations, doc: 'State that blocks write with `output`.' },
  types: { shape: section('type', { kind: 'type-definition' }), doc: 'Named object, array and union types.' },
  triggers: {
    shape: section('trigger', trigger),
    doc: 'What clients can fire; each needs a handler.',
    only: 'interactive',
  },
  tools: { shape: section('tool', tool), doc: 'Tools that the consumer implements.' },
  skills: { shape: section('skill', skillUse), doc: 'Skills of the project that the agent may use.' },
  onDemandSkills: { shape: skillUse, doc: 'Opts in to skills that are attached at run time.' },
  mcpServers: { shape: section('mcp-server', mcpServer), doc: 'MCP servers, by namespace.' },
  onDemandMcpServers: {
    shape: fixed({ remote: { shape: onDemandServers, doc: 'Connected servers of the project.' } }),
    doc: 'Opts in to MCP servers that are attached at run time.',
  },
  workers: { shape: section('worker', worker), doc: 'Worker agents of the project, by slug.', only: 'interactive' },
  agent: {
    shape: agentShape,
    doc: 'The main thread: model, prompt, tools.',
    only: 'interactive',
    required: 'interactive',
  },
  handlers: {
    shape: { kind: 'record', of: blocks, max: limits.sectionEntries },
    doc: 'The blocks that answer each trigger.',
    only: 'interactive',
  },
  steps: { shape: blocks, doc: 'The blocks of a worker.', only: 'worker', required: 'worker' },
  output: { shape: text(), doc: 'Variable that holds the result of a worker.', only: 'worker' },
} satisfies Fields;
