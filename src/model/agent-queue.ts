import * as z from 'zod';

/** Why an agent that could begin does not: as many are at work as may be. */
export const AgentQueuePosition = z.strictObject({
  /** Whose limit it is: that of one kind of agent, or the machine's for all. */
  cap: z.enum(['agent', 'machine']),
  /** The agent that waits: its name, or its kind when it was described in place. */
  agent: z.string(),
  /** How many may be at work at once. */
  most: z.number().int().min(1),
  /** How many of this process wait before it. */
  ahead: z.number().int().min(0),
});
export type AgentQueuePosition = z.infer<typeof AgentQueuePosition>;
