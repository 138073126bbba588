/** The agent of the fault suites: it talks, asks the caller, keeps a list, notes what it was asked, and paints. */
export const faultAgent = {
  settings: { slug: 'faults', name: 'Faults', format: 'interactive' },
  protocol: `
variables:
  SAID: { type: string, default: nothing }
resources:
  ASKED: { type: string, default: nothing }
triggers:
  ask:
    input:
      WHAT: { type: string }
  paint:
    input:
      WHAT: { type: string }
  delegate:
    input:
      WHAT: { type: string }
  user-message:
    input:
      USER_MESSAGE: { type: string }
tools:
  look-up:
    description: Looks a token up.
    display: stream
    parameters:
      token: { type: string }
workers:
  faults-worker: { description: Does it for you }
agent:
  model: strict/model
  system: system
  tools: [look-up]
  todoList: true
  agentic: true
  maxSteps: 4
handlers:
  ask:
    Add:
      block: add-message
      role: user
      prompt: what
      input: [WHAT]
    Note:
      block: set-resource
      resource: ASKED
      value: WHAT
    Answer:
      block: next-message
      output: SAID
  paint:
    Add:
      block: add-message
      role: user
      prompt: what
      input: [WHAT]
    Paint:
      block: generate-image
      prompt: WHAT
      imageModel: offline/instant
      output: SAID
  delegate:
    Add:
      block: add-message
      role: user
      prompt: what
      input: [WHAT]
    Delegate:
      block: run-worker
      worker: faults-worker
      input: { WHAT: WHAT }
      output: SAID
  user-message:
    Add:
      block: add-message
      role: user
      prompt: message
      input: [USER_MESSAGE]
    Answer:
      block: next-message
`,
  prompts: [
    { name: 'system', content: 'Do as you are told.' },
    { name: 'what', content: '{{WHAT}}' },
    { name: 'message', content: '{{USER_MESSAGE}}' },
  ],
};

/** Says what it is told to, or asks the caller. */
export const faultWorker = {
  settings: { slug: 'faults-worker', name: 'Faults, a worker', format: 'worker' },
  protocol: `
input:
  WHAT: { type: string }
variables:
  SAID: { type: string }
tools:
  look-up:
    description: Looks a token up.
    display: stream
    parameters:
      token: { type: string }
steps:
  Open: { block: start-thread, thread: work, model: strict/model, system: system, tools: [look-up], maxSteps: 4 }
  Ask: { block: add-message, thread: work, role: user, prompt: what, input: [WHAT] }
  Answer: { block: next-message, thread: work, output: SAID }
output: SAID
`,
  prompts: [
    { name: 'system', content: 'Do as you are told.' },
    { name: 'what', content: '{{WHAT}}' },
  ],
};
