import type { LanguageModel, LanguageModels, ModelRequest, ModelStreamPart } from '@octavus/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  anAgent,
  aWorker,
  Conversation,
  checkModelMessages,
  failure,
  finish,
  memoryPorts,
  text,
  toolCall,
} from '../src/testing/index.ts';

/** Characters that the model takes; what it counts as tokens is a quarter of them. */
const windowChars = 16_000;

const scribe = aWorker(
  'scribe',
  `
  input:
    PREVIOUS_SUMMARY: { type: string }
    CONVERSATION: { type: string }
  variables:
    SUMMARY: { type: string }
  steps:
    Open: { block: start-thread, thread: work, model: test/scribe, system: system }
    Ask: { block: add-message, thread: work, role: user, prompt: ask, input: [PREVIOUS_SUMMARY, CONVERSATION] }
    Write: { block: next-message, thread: work, output: SUMMARY }
  output: SUMMARY
  `,
  { system: 'You summarise.', ask: '{{PREVIOUS_SUMMARY}}\n{{CONVERSATION}}' },
);

const agent = anAgent(
  `
  triggers:
    say: { input: { TEXT: { type: string } } }
  tools:
    read: { description: Reads, parameters: {} }
  workers:
    scribe: { display: hidden }
  agent:
    model: test/main
    system: system
    tools: [read]
    agentic: true
    contextManagement: { summarizerWorker: scribe, thresholdPercent: 0.6, recentPercent: 0.2 }
  handlers:
    say:
      Say: { block: add-message, role: user, prompt: message, input: [TEXT] }
      Answer: { block: next-message }
  `,
  { system: 'You are kind.', message: '{{TEXT}}' },
);

type Mood = 'short' | 'long' | 'fails' | 'hangs';

interface Turn {
  /** Characters of the user's message, of each result, and of the answer. */
  readonly said: number;
  readonly results: readonly number[];
  readonly answered: number;
  readonly mood: Mood;
}

const turns = fc.array(
  fc.record<Turn>({
    said: fc.integer({ min: 1, max: Math.floor(windowChars / 6) }),
    results: fc.array(fc.integer({ min: 1, max: windowChars * 4 }), { maxLength: 4 }),
    answered: fc.integer({ min: 1, max: Math.floor(windowChars / 8) }),
    mood: fc.constantFrom<Mood>('short', 'long', 'fails', 'hangs'),
  }),
  { minLength: 1, maxLength: 12 },
);

/** A provider that takes what fits, and a summarizer in the mood of the turn. */
class Provider implements LanguageModels {
  readonly calls: ModelRequest[] = [];
  /** What the main model does next: calls, then an answer. */
  plan: ModelStreamPart[][] = [];
  mood: Mood = 'short';
  longest = 0;
  readonly #tells: boolean;

  /** @param tells it knows its window and counts its tokens. */
  constructor(tells: boolean) {
    this.#tells = tells;
  }

  resolve(id: string): { readonly model: LanguageModel } {
    const stream = (request: ModelRequest, signal: AbortSignal) =>
      id === 'test/main' ? this.#answer(request) : this.#summarize(signal);
    const window = this.#tells ? { contextWindow: windowChars / 4 } : {};
    return { model: { provider: 'test', id, ...window, stream, describeRequest: () => ({}) } };
  }

  async *#answer(request: ModelRequest): AsyncGenerator<readonly ModelStreamPart[]> {
    this.calls.push(request);
    checkModelMessages(request.messages);
    const chars = JSON.stringify(request.messages).length;
    if (chars > windowChars * 1.2) {
      yield failure({ errorType: 'validation_error', code: 'CONTEXT_OVERFLOW', retryable: false });
      return;
    }
    this.longest = Math.max(this.longest, chars);
    const usage = this.#tells ? { inputTokens: Math.ceil(chars / 4) } : {};
    const parts = this.plan.shift() ?? text('t', 'Yes.');
    yield [...parts, ...finish(parts[0]?.type === 'tool-input-start' ? 'tool-calls' : 'stop', usage)];
  }

  async *#summarize(signal: AbortSignal): AsyncGenerator<readonly ModelStreamPart[]> {
    if (this.mood === 'fails') {
      yield failure({ errorType: 'permission_error', retryable: false });
    } else if (this.mood === 'hangs') {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    } else {
      yield [...text('s', this.mood === 'long' ? 'blah '.repeat(windowChars) : 'They talked.'), ...finish()];
    }
  }
}

test('[rt.compaction.reactive] [rt.compaction.summarizer] a conversation of any course fits its window, whatever the summarizer does', async () => {
  const property = fc.asyncProperty(turns, fc.boolean(), async (course, tells) => {
    const models = new Provider(tells);
    const workers = [{ agentId: 'scribe', version: 1, definition: scribe }];
    const ports = memoryPorts({ models, workers });
    const session = new Conversation({ definition: agent, ports, models });
    for (const [index, { said, results, answered, mood }] of course.entries()) {
      models.mood = mood;
      models.plan = [
        ...results.map((_, call) => toolCall(`c${index}-${call}`, 'read')),
        text('t', 'y'.repeat(answered)),
      ];
      let leg = await session.trigger({ triggerName: 'say', input: { TEXT: 'x'.repeat(said) } });
      for (const size of results) leg = await session.answerAll('z'.repeat(size));
      expect(leg.events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
    }
    expect(models.longest).toBeLessThanOrEqual(windowChars * 1.2);
  });
  await fc.assert(property, { numRuns: 40 });
});
