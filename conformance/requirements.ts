import { clientRequirements } from './requirements/clients.ts';
import { eventRequirements } from './requirements/events.ts';
import { httpRequirements } from './requirements/http.ts';
import { sessionApiRequirements } from './requirements/http-sessions.ts';
import { protocolRequirements } from './requirements/protocol.ts';
import { lifeRequirements } from './requirements/runtime-life.ts';
import { stateRequirements } from './requirements/runtime-state.ts';
import { stepRequirements } from './requirements/runtime-steps.ts';
import { streamRequirements } from './requirements/stream.ts';

/** One clause of the specification; a test anywhere in the repository that proves it carries `[id]` at the start of its title. */
export interface Requirement {
  readonly id: string;
  /** Document and section. */
  readonly source: string;
  readonly sentence: string;
}

export const requirements: readonly Requirement[] = [
  ...httpRequirements,
  ...sessionApiRequirements,
  ...streamRequirements,
  ...eventRequirements,
  ...stateRequirements,
  ...stepRequirements,
  ...lifeRequirements,
  ...protocolRequirements,
  ...clientRequirements,
];
