import type { WorkerAgent } from '../src/index.ts';
import { anAgent, aWorker } from '../src/testing/index.ts';

/** A worker that uses tools, a second thread, structured output and an operation. */
export const painter = aWorker(
  'painter',
  `
  input:
    THEME: { type: string }
    SIZE: { type: integer, optional: true, default: 3 }
  types:
    Picture:
      title: { type: string }
      score: { type: number, optional: true }
  variables:
    SKETCH: { type: string }
    PICTURE: { type: Picture }
    MIX: { type: unknown }
  resources:
    PALETTE: { type: string, default: grey }
  tools:
    mix:
      description: Mixes colours
      display: stream
      parameters:
        colour: { type: string }
    wash:
      description: Washes brushes
      display: hidden
      parameters: {}
  steps:
    Start: { block: start-thread, thread: sketch, model: test/worker, system: system, input: [SIZE], tools: [mix, wash], maxSteps: 2 }
    Ask: { block: add-message, thread: sketch, role: user, prompt: ask, input: [THEME] }
    Sketch: { block: next-message, thread: sketch, output: SKETCH }
    Choose: { block: set-resource, resource: PALETTE, value: SKETCH }
    Mix: { block: tool-call, tool: mix, input: { colour: blue }, output: MIX }
    Main: { block: start-thread, thread: main, model: test/worker, system: system, input: [SIZE] }
    Ask again: { block: add-message, role: user, prompt: ask, input: [THEME] }
    Paint: { block: next-message, responseType: Picture, output: PICTURE, display: description }
  output: PICTURE
  `,
  { system: 'You paint {{SIZE}} lines.', ask: 'Paint {{THEME}}.' },
);

const scribe = aWorker(
  'scribe',
  `
  input: { PREVIOUS_SUMMARY: { type: string }, CONVERSATION: { type: string } }
  variables: { SUMMARY: { type: string } }
  steps:
    Open: { block: start-thread, thread: work, model: test/scribe, system: system }
    Ask: { block: add-message, thread: work, role: user, prompt: ask, input: [PREVIOUS_SUMMARY, CONVERSATION] }
    Write: { block: next-message, thread: work, output: SUMMARY }
  output: SUMMARY
  `,
  { system: 'You sum up.', ask: '{{PREVIOUS_SUMMARY}} {{CONVERSATION}}' },
);

/** The workers of the project. */
export const richWorkers: readonly WorkerAgent[] = [
  painter,
  scribe,
  { ...painter, slug: 'mapper', name: 'Mapper' },
  { ...painter, slug: 'shade', name: 'Shade' },
].map((definition) => ({ agentId: `agent-${definition.slug}`, version: 1, definition }));

const richProtocol = `
  input:
    NAME: { type: string, optional: true }
  resources:
    PLAN: { type: string, default: none }
  variables:
    SLOT: { type: unknown }
    CHAT: { type: string, default: '' }
    NOTE: { type: string, default: '' }
    CARD: { type: CareCard }
    PICTURE: { type: string }
    SOUND: { type: string }
  types:
    CareCard:
      advice: { type: string }
      score: { type: number, optional: true }
  triggers:
    user-message:
      input:
        MESSAGE: { type: string }
        PHOTOS: { type: 'file[]', optional: true }
    book:
      input:
        DAY: { type: string, default: Friday }
    advise:
      input:
        MESSAGE: { type: string }
    summarise: {}
    quiet: {}
    delegate: {}
    paint:
      input:
        MESSAGE: { type: string }
  tools:
    find-order:
      description: Finds an order
      parameters:
        orderNo: { type: string }
    pick-slot:
      description: Picks a slot
      display: stream
      parameters:
        day: { type: string }
        hour: { type: integer, optional: true }
    peek:
      description: Peeks
      display: hidden
      parameters: {}
    weigh:
      description: Weighs
      display: name
      parameters:
        grams: { type: number }
    label:
      description: Labels
      display: title
      title: Labelling
      parameters: {}
  workers:
    painter: { description: Painting, tools: { mix: pick-slot, wash: peek } }
    mapper: { description: Mapping, display: title, title: Map }
    shade: { description: Shading, display: hidden }
    ghost: { description: Nobody }
  mcpServers:
    desk: { source: consumer, description: Desk, display: stream }
    far: { source: remote, description: Far, connection: eager }
  agent:
    model: test/primary
    backupModel: test/backup
    system: system
    input: [NAME]
    tools: [find-order, pick-slot, peek, weigh, label]
    references: [care-guide]
    workers: [painter, mapper, shade, ghost]
    todoList: true
    webSearch: true
    imageModel: test/brush
    speechModel: test/voice
    transcriptionModel: test/ear
    mcpServers: [desk, far]
    maxToolOutputTokens: 1000
    agentic: true
    maxSteps: 3
    loopGuard: true
  handlers:
    user-message:
      Add message: { block: add-message, role: user, prompt: message, input: [MESSAGE], files: [PHOTOS] }
      Answer: { block: next-message, output: NOTE }
    book:
      Greet: { block: add-message, role: assistant, prompt: greeting, visible: true }
      Book: { block: tool-call, tool: pick-slot, input: { day: DAY }, output: SLOT }
      Weigh quietly: { block: tool-call, tool: weigh, input: { grams: 5 }, display: hidden }
      Plan: { block: set-resource, resource: PLAN, value: DAY }
      Directive: { block: add-message, role: user, prompt: directive, input: [SLOT], visible: false }
      Confirm: { block: next-message, display: description, description: Confirming }
    advise:
      Add message: { block: add-message, role: user, prompt: message, input: [MESSAGE], visible: false }
      Advise: { block: next-message, responseType: CareCard, output: CARD }
    summarise:
      Serialize: { block: serialize-thread, format: json, output: CHAT }
      Start: { block: start-thread, thread: summary, system: system, tools: [find-order, label], maxSteps: 2 }
      Ask: { block: add-message, role: user, prompt: summary, input: [CHAT], thread: summary }
      Summarise: { block: next-message, thread: summary, output: NOTE, display: stream }
      Aside: { block: next-message, thread: summary, independent: true, display: name }
      Tell: { block: next-message, display: title, title: Telling }
    quiet:
      Ask: { block: add-message, role: user, prompt: directive, input: [SLOT], visible: false }
      Think: { block: next-message, independent: true, output: NOTE }
      Hidden: { block: next-message, display: hidden }
    delegate:
      Paint: { block: run-worker, worker: painter, input: { THEME: NOTE }, output: SLOT }
      Map: { block: run-worker, worker: mapper, input: { THEME: sea }, output: NOTE }
      Shade: { block: run-worker, worker: shade, input: { THEME: NOTE }, output: NOTE }
      Ask: { block: add-message, role: user, prompt: directive, input: [SLOT], visible: false }
      Tell: { block: next-message, independent: true, output: NOTE }
    paint:
      Paint: { block: generate-image, imageModel: test/brush, prompt: MESSAGE, output: PICTURE }
      Speak: { block: generate-speech, speechModel: test/voice, text: MESSAGE, output: SOUND, display: hidden }
      Hear: { block: transcribe-audio, transcriptionModel: test/ear, audio: SOUND, output: NOTE }
      Start: { block: start-thread, thread: studio, system: system, imageModel: test/brush, webSearch: true, todoList: true, maxSteps: 2 }
      Ask: { block: add-message, role: user, prompt: message, input: [MESSAGE], files: [PICTURE], thread: studio }
      Film: { block: generate-video, videoModel: test/film, prompt: MESSAGE, thread: studio, output: SLOT }
      Discuss: { block: next-message, thread: studio, output: NOTE }
      Tell: { block: next-message }
  `;

const richPrompts = {
  system: 'You help {{NAME}}.',
  message: '{{MESSAGE}}',
  greeting: 'One moment.',
  directive: 'The slot is {{SLOT}}. Say so.',
  summary: 'Summarise: {{CHAT}}',
};
const richReferences = [{ name: 'care-guide', description: 'How to care', content: 'Water it.' }];

/** An agent that uses everything the engine runs, in handlers short enough to be walked at random. */
export const richAgent = anAgent(richProtocol, richPrompts, richReferences);

/** The same with a context that overflows soon, and a worker that sums up what leaves it. */
export const forgetfulAgent = anAgent(
  richProtocol
    .replace('    ghost: {', '    scribe: { description: Summing up }\n    ghost: {')
    .replace(
      '    loopGuard: true',
      '    loopGuard: true\n    contextManagement: { summarizerWorker: scribe, thresholdPercent: 0.005, recentPercent: 0.0005 }',
    ),
  richPrompts,
  richReferences,
);
