import type { Octavus } from './octavus.ts';

const protocol = `
triggers:
  user-message:
    input:
      USER_MESSAGE: { type: string }
      FILES: { type: 'file[]', optional: true }
  request-quote:
    input:
      TASK: { type: string }
types:
  Quote:
    price: { type: number, description: The price. }
tools:
  check-stock:
    description: Tells how much bread is left.
    parameters:
      product: { type: string }
  measure-window:
    description: Measures the window.
    display: stream
  choose-time:
    description: Lets the customer choose a pickup time.
    display: stream
agent:
  model: offline/default
  system: system
  tools: [check-stock, measure-window, choose-time]
  agentic: true
handlers:
  user-message:
    Add:
      block: add-message
      role: user
      prompt: user-message
      input: [USER_MESSAGE]
      files: [FILES]
      display: hidden
    Answer:
      block: next-message
  request-quote:
    Add:
      block: add-message
      role: user
      prompt: quote
      input: [TASK]
      display: hidden
    Quote:
      block: next-message
      responseType: Quote
`;

const prompts = [
  { name: 'system', content: 'You sell bread.' },
  { name: 'user-message', content: '{{USER_MESSAGE}}' },
  { name: 'quote', content: '{{TASK}}' },
];

/** Creates the agent that the pages talk to: the offline model, at a human pace. @returns its id. */
export async function createBakery({ url, apiKey }: Octavus): Promise<string> {
  const response = await fetch(`${url}/api/agents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({
      settings: { slug: 'browser-bakery', name: 'Bakery', format: 'interactive' },
      protocol,
      prompts,
    }),
  });
  const body = (await response.json()) as { agentId: string };
  if (!response.ok) throw new Error(JSON.stringify(body));
  return body.agentId;
}
