/** What a recorded model says in one answer, whichever provider it is of. */
export interface Recorded {
  readonly thinks?: readonly string[];
  readonly says?: readonly string[];
  /** PNG pictures in base64; of Google, and of OpenRouter in its form of the Chat Completions API. */
  readonly paints?: readonly string[];
  /** Tool name and arguments. */
  readonly calls?: readonly (readonly [name: string, args: object])[];
  /** The answer breaks off with this error in mid-stream. */
  readonly fails?: { readonly type: string; readonly message: string };
}

export type Dialect = 'anthropic' | 'responses' | 'google' | 'chat';

/** The answer as the provider's documented wire format has it, one string per server-sent event. */
export function encode(dialect: Dialect, answer: Recorded, ids: () => string): string[] {
  return encoders[dialect](answer, ids);
}

type Encoder = (answer: Recorded, ids: () => string) => string[];

const encoders: { readonly [Name in Dialect]: Encoder } = {
  anthropic: encodeAnthropic,
  responses: encodeResponses,
  google: encodeGoogle,
  chat: encodeChat,
};

const named = (event: { readonly type: string }) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
const data = (event: object) => `data: ${JSON.stringify(event)}\n\n`;

/** The JSON of arguments in two pieces, as models write it. */
function pieces(args: object): readonly string[] {
  const json = JSON.stringify(args);
  const middle = Math.ceil(json.length / 2);
  return [json.slice(0, middle), json.slice(middle)].filter((piece) => piece !== '');
}

/** Source: Anthropic, Messages API, "Streaming messages". */
function encodeAnthropic({ thinks, says, calls = [], fails }: Recorded, ids: () => string): string[] {
  const usage = { input_tokens: 20, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 };
  const message = { id: `msg_${ids()}`, type: 'message', role: 'assistant', model: 'claude', content: [], usage };
  const blocks: { start: object; deltas: object[] }[] = [];
  if (thinks) {
    const deltas = thinks.map((thinking) => ({ type: 'thinking_delta', thinking }));
    const signed = { type: 'signature_delta', signature: 'c2lnbmF0dXJl' };
    blocks.push({ start: { type: 'thinking', thinking: '', signature: '' }, deltas: [...deltas, signed] });
  }
  if (says) {
    blocks.push({ start: { type: 'text', text: '' }, deltas: says.map((text) => ({ type: 'text_delta', text })) });
  }
  for (const [name, args] of calls) {
    const start = { type: 'tool_use', id: `toolu_${ids()}`, name, input: {} };
    const deltas = pieces(args).map((partial_json) => ({ type: 'input_json_delta', partial_json }));
    blocks.push({ start, deltas: [{ type: 'input_json_delta', partial_json: '' }, ...deltas] });
  }
  const events: { type: string }[] = [{ type: 'message_start', message } as { type: string }, { type: 'ping' }];
  blocks.forEach(({ start, deltas }, index) => {
    events.push({ type: 'content_block_start', index, content_block: start } as { type: string });
    for (const delta of deltas) events.push({ type: 'content_block_delta', index, delta } as { type: string });
    if (!fails) events.push({ type: 'content_block_stop', index } as { type: string });
  });
  if (fails) return [...events.map(named), named({ type: 'error', error: fails } as { type: string })];
  const stop_reason = calls.length > 0 ? 'tool_use' : 'end_turn';
  const end = { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 5 } };
  return [...events, end, { type: 'message_stop' }].map(named);
}

/** Source: OpenAI, Responses API, "Streaming events"; xAI answers in the same form. */
function encodeResponses({ thinks, says, calls = [], fails }: Recorded, ids: () => string): string[] {
  const events: { type: string }[] = [];
  const push = (type: string, fields: object) => events.push({ type, ...fields });
  const response = { id: `resp_${ids()}`, object: 'response', created_at: 1_760_000_000, model: 'gpt-5', output: [] };
  push('response.created', { response: { ...response, status: 'in_progress' } });
  let output_index = 0;
  if (thinks) {
    const item_id = `rs_${ids()}`;
    const item = { id: item_id, type: 'reasoning', summary: [], encrypted_content: 'b3BhcXVl' };
    const at = { item_id, output_index, summary_index: 0 };
    const text = thinks.join('');
    push('response.output_item.added', { output_index, item });
    push('response.reasoning_summary_part.added', { ...at, part: { type: 'summary_text', text: '' } });
    for (const delta of thinks) push('response.reasoning_summary_text.delta', { ...at, delta });
    push('response.reasoning_summary_text.done', { ...at, text });
    push('response.reasoning_summary_part.done', { ...at, part: { type: 'summary_text', text } });
    push('response.output_item.done', { output_index, item: { ...item, summary: [{ type: 'summary_text', text }] } });
    output_index += 1;
  }
  if (says) {
    const item_id = `msg_${ids()}`;
    const item = { id: item_id, type: 'message', role: 'assistant' };
    const at = { item_id, output_index, content_index: 0 };
    const part = { type: 'output_text', text: says.join(''), annotations: [] };
    push('response.output_item.added', { output_index, item: { ...item, status: 'in_progress', content: [] } });
    push('response.content_part.added', { ...at, part: { ...part, text: '' } });
    for (const delta of says) push('response.output_text.delta', { ...at, delta, logprobs: [] });
    if (!fails) {
      push('response.output_text.done', { ...at, text: part.text, logprobs: [] });
      push('response.content_part.done', { ...at, part });
      push('response.output_item.done', { output_index, item: { ...item, status: 'completed', content: [part] } });
    }
    output_index += 1;
  }
  for (const [name, args] of calls) {
    const item_id = `fc_${ids()}`;
    const item = { id: item_id, type: 'function_call', call_id: `call_${ids()}`, name };
    const json = JSON.stringify(args);
    push('response.output_item.added', { output_index, item: { ...item, status: 'in_progress', arguments: '' } });
    for (const delta of pieces(args)) push('response.function_call_arguments.delta', { item_id, output_index, delta });
    push('response.function_call_arguments.done', { item_id, output_index, arguments: json });
    push('response.output_item.done', { output_index, item: { ...item, status: 'completed', arguments: json } });
    output_index += 1;
  }
  if (fails) push('error', { code: fails.type, message: fails.message, param: null });
  else push('response.completed', { response: { ...response, status: 'completed', usage: responsesUsage } });
  return events.map((event, sequence_number) => named({ ...event, sequence_number } as { type: string }));
}

const responsesUsage = {
  input_tokens: 20,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 5,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 25,
};

/** Source: Google, Gemini API, "streamGenerateContent". */
function encodeGoogle({ thinks = [], says = [], paints = [], calls = [], fails }: Recorded): string[] {
  const parts: object[] = [
    ...thinks.map((text) => ({ text, thought: true })),
    ...says.map((text) => ({ text })),
    ...paints.map((picture) => ({ inlineData: { mimeType: 'image/png', data: picture }, thoughtSignature: 'c2ln' })),
    ...calls.map(([name, args], index) => ({
      functionCall: { name, args },
      ...(index === 0 && { thoughtSignature: 'c2ln' }),
    })),
  ];
  const usageMetadata = { promptTokenCount: 20, candidatesTokenCount: 5, totalTokenCount: 25 };
  const chunks = parts.map((part, index) => ({
    candidates: [
      {
        index: 0,
        content: { role: 'model', parts: [part] },
        ...(index === parts.length - 1 && !fails && { finishReason: 'STOP' }),
      },
    ],
    modelVersion: 'gemini',
    usageMetadata,
  }));
  if (!fails) return chunks.map(data);
  return [...chunks, { error: { code: 503, message: fails.message, status: 'UNAVAILABLE' } }].map(data);
}

/** Source: OpenAI, Chat Completions API, "Streaming"; OpenRouter and compatible servers answer in the same form. */
function encodeChat({ thinks = [], says = [], paints = [], calls = [], fails }: Recorded, ids: () => string): string[] {
  const base = { id: `gen-${ids()}`, object: 'chat.completion.chunk', created: 1_760_000_000, model: 'small' };
  const chunk = (delta: object, finish_reason: string | null = null) =>
    data({ ...base, choices: [{ index: 0, delta, finish_reason }] });
  const events = [chunk({ role: 'assistant', content: '' })];
  for (const reasoning_content of thinks) events.push(chunk({ reasoning_content }));
  for (const content of says) events.push(chunk({ content }));
  for (const picture of paints) {
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } };
    events.push(chunk({ images: [image] }));
  }
  calls.forEach(([name, args], index) => {
    const start = { index, id: `call_${ids()}`, type: 'function', function: { name, arguments: '' } };
    events.push(chunk({ tool_calls: [start] }));
    for (const piece of pieces(args)) events.push(chunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
  });
  if (fails) return [...events, data({ error: { code: 503, ...fails } })];
  events.push(chunk({}, calls.length > 0 ? 'tool_calls' : 'stop'));
  const usage = { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 };
  return [...events, data({ ...base, choices: [], usage }), 'data: [DONE]\n\n'];
}
