/** One streamed chunk of a Chat Completions answer, with the additions that compatible servers make. Nothing in it is certain. */
export interface ChatChunk {
  readonly model?: string | null;
  readonly choices?: readonly {
    readonly delta?: ChatDelta | null;
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: ChatUsage | null;
  readonly error?:
    | string
    | { readonly message?: string; readonly type?: string; readonly code?: string | number }
    | null;
}

export interface ChatDelta {
  readonly content?: string | readonly { readonly [key: string]: unknown }[] | null;
  /** DeepSeek, vLLM, llama.cpp. */
  readonly reasoning_content?: string | null;
  /** Ollama, OpenRouter. */
  readonly reasoning?: string | null;
  readonly refusal?: string | null;
  readonly tool_calls?: readonly ChatToolCallDelta[] | null;
}

export interface ChatToolCallDelta {
  readonly index?: number | null;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null; readonly arguments?: string | null } | null;
  /** Gemini behind this API. */
  readonly extra_content?: { readonly google?: { readonly thought_signature?: string | null } | null } | null;
}

export interface ChatUsage {
  readonly prompt_tokens?: number | null;
  readonly completion_tokens?: number | null;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number | null } | null;
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number | null } | null;
}
