/**
 * The types of an agent as `octavus types` generates them: the input of each trigger and the arguments of each tool. A chat
 * that is given them checks the calls of the application; without them any name and any input is accepted.
 */
export interface AgentTypes {
  triggers: object;
  tools: object;
}

/** What is known of an agent without its types. */
export interface AnyAgent extends AgentTypes {
  triggers: Record<string, Record<string, unknown>>;
  tools: Record<string, Record<string, unknown>>;
}

export type TriggerName<Agent extends AgentTypes> = keyof Agent['triggers'] & string;
