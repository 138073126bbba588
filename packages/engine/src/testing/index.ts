export { anAgent, aWorker } from './an-agent.ts';
export { checkExecution } from './check-execution.ts';
export { checkModelMessages } from './check-model-messages.ts';
export { type CollectedLeg, type CollectOptions, collectLeg, throughJson } from './collect-leg.ts';
export {
  Conversation,
  type Leg,
  type LegOptions as ConversationLegOptions,
  type TriggerOptions,
} from './conversation.ts';
export { checkEventGrammar, type LegOptions } from './event-grammar/check-event-grammar.ts';
export { GrammarError, type GrammarRule } from './event-grammar/grammar-error.ts';
export type { MemoryFiles } from './memory-files.ts';
export { countingIds, type ManualClock, type MemoryPorts, manualClock, memoryPorts } from './memory-ports.ts';
export { aCallPart, aMessage, aTextPart } from './messages.ts';
export { aProviderFailure, failure, file, finish, reasoning, text, toolCall } from './model-parts.ts';
export {
  type ScriptedMedia,
  type ScriptedMediaCall,
  type ScriptedMediaStep,
  scriptedMedia,
} from './scripted-media.ts';
export {
  hang,
  inBatchesOf,
  partByPart,
  reply,
  type ScriptedBatch,
  type ScriptedCall,
  type ScriptedModels,
  type ScriptedStep,
  scriptedModels,
} from './scripted-models.ts';
