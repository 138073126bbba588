import { clientRequirements } from './requirements/clients.ts';
import { httpRequirements } from './requirements/http.ts';
import { streamRequirements } from './requirements/stream.ts';

/** One clause of the specification that a test here proves; the test carries `[id]` in its title. */
export interface Requirement {
  readonly id: string;
  /** Document and section. */
  readonly source: string;
  readonly sentence: string;
}

export const requirements: readonly Requirement[] = [...httpRequirements, ...streamRequirements, ...clientRequirements];
