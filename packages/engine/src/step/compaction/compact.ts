import type { Run } from '../../execution/run.ts';
import type { ContextState } from '../../state/context-state.ts';
import { type History, readHistory } from '../build-request.ts';
import type { ContextUnit } from '../model-context.ts';
import { logThread } from '../step-reader.ts';
import type { Turn } from '../turn.ts';
import { countUpTo, markAfter, toView } from './context-view.ts';
import { windowOf } from './context-window.ts';
import { toConversation } from './conversation-text.ts';
import { charsOf, charsOfMessages, charsPerToken, estimateTokens } from './prompt-size.ts';
import { type Summary, summarize } from './summarize.ts';

/** Of the context window, a summary at most (ours). */
const summaryShare = 0.1;
/** From here on a prompt has to become shorter even when no summary can be had (ours). */
const fullShare = 0.9;

type Result = 'changed' | 'unchanged' | 'stopped';

/** Before a step: shortens the model's view once the prompt reaches `thresholdPercent` of its window (runtime-semantics.md 8). */
export async function compactIfDue(run: Run, turn: Turn): Promise<Result> {
  const { thresholdPercent, recentPercent } = turn.contextManagement ?? {};
  if (thresholdPercent === undefined) return 'unchanged';
  const prompt = new Prompt(run, turn, turn.settings.model);
  const { window } = prompt;
  const threshold = window * thresholdPercent;
  if (prompt.tokens < threshold) return 'unchanged';
  const share = Math.round((prompt.tokens / window) * 100);
  // The recent part has to leave room for the summary below the threshold.
  const recentTokens = Math.min(window * (recentPercent ?? thresholdPercent / 2), threshold * 0.8);
  return compact(run, turn, prompt, {
    trigger: 'proactive',
    reason: `The prompt reached ${share} % of the context window of ${window} tokens.`,
    targetTokens: threshold,
    recentTokens,
    mustFit: prompt.tokens >= window * fullShare,
  });
}

/** After a provider refused a prompt as too long: half of it is to remain. */
export async function compactAfterOverflow(run: Run, turn: Turn, modelId: string): Promise<Result> {
  const prompt = new Prompt(run, turn, modelId);
  prompt.noteOverflow();
  const targetTokens = prompt.tokens / 2;
  const { recentPercent } = turn.contextManagement ?? {};
  const recentTokens = Math.min(targetTokens / 2, prompt.window * (recentPercent ?? 1));
  const reason = 'The provider refused the prompt as too long.';
  return compact(run, turn, prompt, { trigger: 'reactive', reason, targetTokens, recentTokens, mustFit: true });
}

interface Goal {
  readonly trigger: 'proactive' | 'reactive';
  readonly reason: string;
  readonly targetTokens: number;
  /** Kept verbatim at the end. */
  readonly recentTokens: number;
  /** The goal counts more than what is lost on the way to it. */
  readonly mustFit: boolean;
}

/** Layer by layer until the prompt is short enough: older reasoning, older results, then older messages altogether. */
async function compact(run: Run, turn: Turn, prompt: Prompt, goal: Goal): Promise<Result> {
  const tokensBefore = prompt.tokens;
  const older = prompt.countOlder(goal.recentTokens, goal.trigger === 'proactive' ? 1 : 0);
  const layersApplied: string[] = [];
  for (const [layer, key] of thinningLayers) {
    if (prompt.tokens < goal.targetTokens) break;
    if (prompt.tryField(key, older)) layersApplied.push(layer);
  }
  let summarizing: Summarizing | 'stopped' | undefined;
  if (prompt.tokens >= goal.targetTokens) summarizing = await summarizeOlder(run, turn, prompt, { goal, older });
  if (summarizing === 'stopped') return 'stopped';
  if (summarizing?.isApplied) layersApplied.push('summary');
  turn.writer.changeContext(prompt.changed);
  if (layersApplied.length === 0) return 'unchanged';
  run.log({
    type: 'compaction',
    ...logThread(turn),
    compactionTrigger: goal.trigger,
    reason: goal.reason,
    ...summarizing?.told,
    tokensBefore,
    tokensAfter: prompt.tokens,
    layersApplied,
  });
  return 'changed';
}

const thinningLayers = [
  ['reasoning', 'thinnedTo'],
  ['tool-results', 'shortenedTo'],
] as const;

interface Summarizing {
  readonly isApplied: boolean;
  /** For the log. */
  readonly told: object;
}

async function summarizeOlder(
  run: Run,
  turn: Turn,
  prompt: Prompt,
  { goal, older }: { readonly goal: Goal; readonly older: number },
): Promise<Summarizing | 'stopped' | undefined> {
  const { summarizerWorker, recentPercent } = turn.contextManagement ?? {};
  if (summarizerWorker === undefined || recentPercent === undefined) return undefined;
  const from = prompt.summarized;
  // The newest message or step stays as it is: it is what the model is asked about.
  const to = Math.min(older, prompt.units.length - 1);
  const units = prompt.units.slice(from, to);
  // The first user message stays in the view, so it alone is nothing to summarise.
  const isWorthIt = units.some((unit) => unit !== prompt.firstUserUnit);
  if (!isWorthIt || (turn.progress.hasSummarizerFailed && !goal.mustFit)) return undefined;
  const maxChars = Math.floor((prompt.window * summaryShare) / prompt.tokensPerChar);
  const summary = await summarize(run, turn, {
    worker: summarizerWorker,
    previous: prompt.context.summary ?? '',
    conversation: toConversation(units.flatMap(({ messages }) => messages)),
    maxChars,
  });
  if (summary === 'stopped') return summary;
  const isWhole = summary.rest.length === 0;
  turn.progress.hasSummarizerFailed ||= !isWhole;
  const told = {
    passes: summary.passes,
    ...(summary.workerId !== undefined && { summarizerWorkerId: summary.workerId }),
  };
  if (!isWhole && !goal.mustFit) return { isApplied: false, told };
  const watermarkFrom = prompt.context.summarizedTo;
  const summarizedTo = markAfter(prompt.units, to)!;
  prompt.set({ summary: isWhole ? summary.text : withExcerpt(summary, maxChars), summarizedTo });
  const turnsSummarized = units.filter(({ role }) => role === 'user').length;
  return {
    isApplied: true,
    told: {
      ...told,
      ...(watermarkFrom && { watermarkFrom: watermarkFrom.messageId }),
      watermarkTo: summarizedTo.messageId,
      turnsSummarized,
    },
  };
}

/** Where no summary could be had, its place is taken by what the rest begins and ends with. */
function withExcerpt({ text, rest }: Summary, maxChars: number): string {
  const whole = rest.join('\n\n');
  const endChars = Math.min(1_000, Math.floor(maxChars / 4));
  const excerpt = whole.length <= 2 * endChars ? whole : `${whole.slice(0, endChars)}\n[…]\n${whole.slice(-endChars)}`;
  const kept = text.slice(0, Math.max(0, maxChars - excerpt.length));
  return `${kept}\n\n[What follows could not be summarised; this is how it begins and ends.]\n${excerpt}`
    .trim()
    .toWellFormed();
}

/** The prompt of the next step, and what it becomes. */
class Prompt {
  readonly window: number;
  readonly units: readonly ContextUnit[];
  /** What is to be stored. */
  changed: ContextState = {};
  context: ContextState;
  readonly #fixedChars: number;

  constructor(run: Run, turn: Turn, modelId: string) {
    const resolved = run.ports.models.resolve(modelId);
    const model = 'model' in resolved ? resolved.model : { provider: modelId.slice(0, modelId.indexOf('/')) };
    const history: History = readHistory(run, turn, model);
    const { system, tools } = history;
    this.window = windowOf(run, modelId);
    this.units = history.units;
    this.context = turn.writer.context ?? {};
    this.#fixedChars = charsOf({ system, tools, messages: [] });
  }

  get tokens(): number {
    return estimateTokens(this.#chars(this.context), this.context.measured);
  }

  get tokensPerChar(): number {
    const { measured } = this.context;
    return measured && measured.chars > 0 ? measured.tokens / measured.chars : 1 / charsPerToken;
  }

  /** Units that the summary stands for. */
  get summarized(): number {
    return this.context.summary === undefined ? 0 : countUpTo(this.units, this.context.summarizedTo);
  }

  get firstUserUnit(): ContextUnit | undefined {
    return this.units.find(({ role }) => role === 'user');
  }

  set(fields: ContextState): void {
    this.context = { ...this.context, ...fields };
    this.changed = { ...this.changed, ...fields };
  }

  /** The provider found it longer than the window, whatever was estimated. */
  noteOverflow(): void {
    this.set({ measured: { tokens: Math.max(this.tokens, this.window), chars: this.#chars(this.context) } });
  }

  /**
   * Units before the recent ones.
   *
   * @param recentTokens the recent ones have at most so many, but at least `keep` stay.
   */
  countOlder(recentTokens: number, keep: number): number {
    const { tokensPerChar } = this;
    let chars = 0;
    let older = this.units.length;
    while (older > 0) {
      chars += charsOfMessages(this.units[older - 1]!.messages);
      if (chars * tokensPerChar > recentTokens) break;
      older -= 1;
    }
    return Math.min(older, this.units.length - keep);
  }

  /** @returns whether the prompt became shorter. */
  tryField(key: 'thinnedTo' | 'shortenedTo', older: number): boolean {
    const mark = markAfter(this.units, older);
    if (!mark || countUpTo(this.units, this.context[key]) >= older) return false;
    const before = this.#chars(this.context);
    if (this.#chars({ ...this.context, [key]: mark }) >= before) return false;
    this.set({ [key]: mark });
    return true;
  }

  #chars(context: ContextState): number {
    return this.#fixedChars + charsOfMessages(toView(this.units, context));
  }
}
