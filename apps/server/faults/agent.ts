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
tools:
  look-up:
    description: Looks a token up.
    display: stream
    parameters:
      token: { type: string }
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
`,
  prompts: [
    { name: 'system', content: 'Do as you are told.' },
    { name: 'what', content: '{{WHAT}}' },
  ],
};
