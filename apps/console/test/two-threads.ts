/** An agent that thinks aside, in a thread of its own with a tool of its own, before it answers. */
export const twoThreads = `
triggers:
  ask:
    input:
      QUESTION: { type: string }
variables:
  DRAFT: { type: string }
resources:
  LAST: { type: string }
tools:
  check-stock: { description: Tells how much is left. }
  look-up: { description: Looks something up. }
agent:
  model: offline/default
  system: system
  tools: [check-stock]
handlers:
  ask:
    Begin aside:
      block: start-thread
      thread: aside
      model: offline/instant
      system: system
      tools: [look-up]
    Ask aside:
      block: add-message
      thread: aside
      role: user
      prompt: question
      input: [QUESTION]
    Think aside:
      block: next-message
      thread: aside
      output: DRAFT
    Keep:
      block: set-resource
      resource: LAST
      value: DRAFT
    Answer:
      block: next-message
`;

export const twoThreadPrompts = { system: 'Answer.', question: '{{QUESTION}}' };
